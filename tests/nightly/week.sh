#!/bin/sh
# A week of nightly audits, as the README sets them up, gives what one run over
# all logs gives.
#
#	PROGRAM=build/bouncestat TOOLS=build/tests/bench tests/nightly/week.sh
#
# A log of eight days grows day by day.  At midnight it is rotated as logrotate
# does it with "delaycompress" (mail.log, mail.log.1, mail.log.2.gz, ...); at
# half past six bouncestat-nightly runs on what is there, the last line of the
# log half-written.  One night the audit does not run, one night it runs twice,
# and one night it cannot write.  The tables of the memory must be those of one
# run over everything.
set -u
export LC_ALL=C TZ=UTC

PROGRAM=$(realpath "${PROGRAM:-build/bouncestat}")
TOOLS=${TOOLS:-build/tests/bench}
here=samples/mail
scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' HUP INT TERM

fail()
{
	echo "week.sh: $*" >&2
	exit 1
}

mkdir "$scratch/log" "$scratch/state" "$scratch/days" || exit 2
"$TOOLS/generate" --seed 7 --lines 60000 --start 2026-11-01T00:00:00Z --days 8 \
    --domains 300 --outages 12 --lifetime 48 --stamps rfc3164 --ids mixed \
    >"$scratch/whole" || exit 2

# One file for each day and, of each day, one for the time up to 06:30.
awk -v days="$scratch/days" '
{
	day = $2 + 0
	part = $3 < "06:30:00" ? "early" : "late"
	print >(days "/" day "." part)
}' "$scratch/whole"

cat >"$scratch/settings" <<END
BOUNCESTAT=$PROGRAM
LOGS='$scratch/log/mail.log*'
OPTIONS='--log-tz UTC --now @NOW@'
FAIL_IF='bounce_rate>0.0001'
MAIL_TO=postmaster@example.com
SENDMAIL=$scratch/sendmail
END
cat >"$scratch/sendmail" <<END
#!/bin/sh
cat >>"$scratch/mail"
END
chmod +x "$scratch/sendmail"

# audit DAY: as the timer starts it on the morning of that day.
audit()
{
	sed "s/@NOW@/2026-11-$1T06:30:00Z/" "$scratch/settings" \
	    >"$scratch/settings.today"
	SETTINGS=$scratch/settings.today STATE_DIRECTORY=$scratch/state \
	    sh $here/bouncestat-nightly
}

# The same, but it cannot write: a file may grow to 32 KiB, no more.
failed_audit()
{
	(ulimit -f 64 && audit "$1") 2>/dev/null
	status=$?
	[ "$status" -eq 2 ] ||
	    fail "day $1: exit status $status where nothing can be written"
}

# rotate DAY: at the midnight that ends the day.
rotate()
{
	log=$scratch/log/mail.log
	for number in 8 7 6 5 4 3 2; do
		[ ! -e "$log.$number.gz" ] ||
		    mv "$log.$number.gz" "$log.$((number + 1)).gz"
	done
	if [ -e "$log.1" ]; then
		gzip "$log.1" && mv "$log.1.gz" "$log.2.gz" || exit 2
	fi
	mv "$log" "$log.1" || exit 2
	touch -d "2026-11-0$1T23:59:59Z" "$log.1"
}

half=
for day in 1 2 3 4 5 6 7 8; do
	log=$scratch/log/mail.log
	cat "$scratch/days/$day.early" >>"$log"
	# The first bytes of a line that is being written.
	half=$(head -n 1 "$scratch/days/$day.late")
	printf '%.40s' "$half" >>"$log"
	touch -d "2026-11-0${day}T06:30:00Z" "$log"
	# Before the first day there is nothing to report.
	expected=1
	[ "$day" -ne 1 ] || expected=3
	case $day in
	4) ;; # the machine was off
	6) failed_audit "0$day" ;;
	*)
		audit "0$day"
		status=$?
		[ "$status" -eq "$expected" ] ||
		    fail "day $day: exit status $status," \
			"$(head -n 5 "$scratch/state/messages.txt")"
		;;
	esac
	# Twice in one morning.
	[ "$day" -ne 5 ] || audit "0$day"
	printf '%s\n' "$half" | tail -c +41 >>"$log"
	tail -n +2 "$scratch/days/$day.late" >>"$log"
	touch -d "2026-11-0${day}T23:59:59Z" "$log"
	[ "$day" -eq 8 ] || rotate "$day"
done
audit 09
status=$?
[ "$status" -eq 1 ] || fail "the last audit: exit status $status," \
    "$(head -n 5 "$scratch/state/messages.txt")"

# The same at once.
(zcat "$scratch"/log/mail.log.*.gz; cat "$scratch/log/mail.log.1" \
    "$scratch/log/mail.log") | wc -l >"$scratch/lines"
[ "$(cat "$scratch/lines")" -eq "$(wc -l <"$scratch/whole")" ] ||
    fail 'the test has lost lines'
"$PROGRAM" --quiet --log-tz UTC --year 2026 --now 2026-11-09T06:30:00Z \
    --csv "$scratch/once" --suppression "$scratch/once.csv" "$scratch/whole" ||
    fail 'the run over everything failed'

[ "$(find "$scratch/once" -name '*.csv' | wc -l)" -gt 15 ] ||
    fail 'tables are missing'
differences=0
for table in "$scratch"/once/*.csv; do
	name=$(basename "$table")
	case $name in
	inputs.csv) continue ;; # other files
	run.csv)
		for run in "$table" "$scratch/state/csv/$name"; do
			grep -v '^files,' "$run" >"$run.same"
		done
		diff "$table.same" "$scratch/state/csv/$name.same"
		;;
	*) diff "$table" "$scratch/state/csv/$name" ;;
	esac >"$scratch/difference" || {
		echo "week.sh: $name: < at once, > night by night" >&2
		head -n 10 "$scratch/difference" >&2
		differences=$((differences + 1))
	}
done
diff "$scratch/once.csv" "$scratch/state/suppression.csv" \
    >"$scratch/difference" || {
	echo 'week.sh: suppression list: < at once, > night by night' >&2
	head -n 10 "$scratch/difference" >&2
	differences=$((differences + 1))
}
[ "$differences" -eq 0 ] || fail "$differences tables differ"

# A threshold was crossed: one mail, with its name and the report.
SETTINGS=$scratch/settings.today STATE_DIRECTORY=$scratch/state \
    sh $here/bouncestat-mail || fail 'bouncestat-mail failed'
for line in '^To: postmaster@example.com$' \
    '^Subject: .*a threshold was crossed' 'bounce_rate' \
    '^What needs doing first'; do
	grep -q "$line" "$scratch/mail" || fail "not in the mail: $line"
done

echo "week.sh: $(cat "$scratch/lines") lines in eight nights are as at once"
