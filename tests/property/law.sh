#!/bin/sh
# The law of the memory: reading A, saving, and then reading B gives the same
# tables as reading A and B in one run, for any cut; and whatever happens to a
# log or to the program between two nights, nothing is lost or counted twice.
#
#	PROGRAM=build/bouncestat law.sh [CASE...]
#
# CUTS is how many places each log is cut at, KILLS how often the program is
# killed, KEEP=1 leaves the scratch directory.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
PROGRAM=${PROGRAM:-$top/build/bouncestat}
case $PROGRAM in
/*) ;;
*) PROGRAM=$PWD/$PROGRAM ;;
esac
CUTS=${CUTS:-12}
KILLS=${KILLS:-12}
TZ=UTC LC_ALL=C
export TZ LC_ALL
failures=0
work=$(mktemp -d "${TMPDIR:-/tmp}/law.XXXXXX") || exit 2
if [ -z "${KEEP:-}" ]; then
	trap 'rm -rf "$work"' EXIT
	trap 'exit 130' HUP INT TERM
fi
cd "$work" || exit 2

fail() {
	failures=$((failures + 1))
	echo "not ok: $case: $*"
}

# night DB OPTION-OR-LOG...: one run with a memory; status in $status.
night() {
	db=$1
	shift
	"$PROGRAM" report --quiet --log-tz UTC --now 2026-12-01T00:00:00Z \
	    --db "$db" "$@" >out 2>err
	status=$?
}

# good DB ...: the same, and it must go well.
good() {
	night "$@"
	[ "$status" -eq 0 ] || fail "exit status $status: $(head -n 3 err)"
}

# refused STATUS WORDS: the last night ended so, and said so.
refused() {
	[ "$status" -eq "$1" ] || fail "exit status $status, not $1"
	grep -q -e "$2" err || fail "no message '$2' but: $(head -n 3 err)"
}

# plain DIR LOG...: one run without a memory.
plain() {
	directory=$1
	shift
	rm -rf "$directory"
	"$PROGRAM" report --quiet --log-tz UTC --now 2026-12-01T00:00:00Z \
	    --csv "$directory" --suppression "$directory.who" "$@" 2>err ||
	    fail "without memory: $(head -n 3 err)"
}

# tables DB DIR: what the memory reports.
tables() {
	rm -rf "$2"
	good "$1" --csv "$2" --suppression "$2.who"
}

# same DIR DIR WHAT: equal but for what tells of the files.
same() {
	cmp -s "$1.who" "$2.who" || fail "$3: the suppression list differs"
	for table in "$1"/*.csv; do
		file=${table##*/}
		case $file in
		inputs.csv) continue ;;
		run.csv)
			grep -v '^files,' "$1/$file" >run.first
			grep -v '^files,' "$2/$file" >run.second
			cmp -s run.first run.second && continue
			;;
		*) cmp -s "$table" "$2/$file" && continue ;;
		esac
		fail "$3: $file differs"
		diff "$table" "$2/$file" | head -n 4
	done
}

# A log that is cut keeps its time, which gives the year where there is none.
grow() {
	head -c "$1" "$2" >"$3"
	touch -r "$2" "$3"
}

make_logs() {
	zcat "$top/samples/mail.log.2.gz" "$top/samples/mail.log.1.gz" >week
	cat "$top/samples/mail.log" >>week
	for name in postfix/short exim/short sendmail/short opensmtpd/short \
	    haraka/short; do
		for file in "$top/tests/corpus/$name".*log.gz; do
			zcat "$file" >"${name%/*}"
		done
	done
	# Deliveries that begin in one file and end in another.
	awk 'BEGIN {
		for (i = 1; i <= 400; i++) {
			stamp = sprintf("@400000006b02%04x00000000", 1000 + i)
			if (i % 8 == 1)
				print stamp, "new msg " i
			if (i % 8 == 1)
				print stamp, "info msg " i ": bytes 9 from <s@example.net> qp 1 uid 1"
			print stamp, "starting delivery " i ": msg " (i - 1 - (i - 1) % 8 + 1) " to remote u" (i % 8) "@example.com"
			if (i > 20)
				print stamp, "delivery " (i - 20) ": " (i % 3 ? "success: 192.0.2.1_accepted_message./Remote_host_said:_250_ok/" : "failure: 192.0.2.1_does_not_like_recipient./Remote_host_said:_550_5.1.1_no/")
		}
	}' >qmail
	touch -d '2026-11-30 00:00:00 UTC' ./*
	logs="week postfix exim sendmail opensmtpd haraka"
}

# --- the cases ---

# The log grows between two nights: cut behind lines, and in their middle.
case_growing() {
	for log in $logs; do
		plain whole $log
		size=$(wc -c <$log)
		step=$((size / CUTS + 1))
		at=$step
		while [ $at -lt "$size" ]; do
			rm -f db
			grow $((at / 2)) $log here && night db here
			grow $at $log here && good db here
			grow "$size" $log here
			rm -rf tonight
			good db --csv tonight --suppression tonight.who here
			same whole tonight "$log, tonight, cut at byte $at"
			tables db memory
			same whole memory "$log cut at byte $at"
			at=$((at + step))
		done
	done
}

# Two files of whole lines: night by night, in one night, and without memory.
case_files() {
	for log in week postfix haraka qmail; do
		plain whole $log
		lines=$(wc -l <$log)
		for part in 1 3 5 7; do
			cut=$((lines * part / 8))
			head -n $cut $log >a
			tail -n +$((cut + 1)) $log >b
			touch -r $log a b
			rm -f one two
			good one a
			good one b
			good two b a
			tables one first
			tables two second
			same first second "$log cut at line $cut"
			same whole first "$log cut at line $cut"
			[ "$part" -ne 5 ] || {
				rm -f three
				plain both a b
				good three --jobs 4 b a
				tables three third
				cmp -s third/run.csv both/run.csv ||
				    fail "run.csv differs"
				same both third "four threads"
			}
		done
	done
}

# Every night the newest log is a bit longer, and a week of them is rotated:
# mail.log becomes mail.log.1 and then mail.log.2.gz (delaycompress).
case_rotation() {
	plain whole week
	rm -f db mail.log*
	split -n l/4 week piece.
	for piece in piece.a?; do
		[ ! -e mail.log.2.gz ] || mv mail.log.2.gz mail.log.3.gz
		if [ -e mail.log.1 ]; then
			mv mail.log.1 mail.log.2
			gzip mail.log.2
		fi
		[ ! -e mail.log ] || mv mail.log mail.log.1
		size=$(wc -c <"$piece")
		for part in 3 5 8; do
			head -c $((size * part / 8)) "$piece" >mail.log
			good db mail.log*
		done
	done
	tables db memory
	same whole memory "four rotations"
	# Once more, with everything read already and one log under two names.
	cp mail.log.1 copy
	good db mail.log* copy
	tables db again
	same memory again "read again"
	[ "$(wc -l <again/inputs.csv)" -eq 5 ] || fail "not four inputs"
}

# The same night twice, and a look without any log.
case_twice() {
	good db week
	tables db first
	good db week
	tables db second
	same first second "twice"
	cmp -s first/inputs.csv second/inputs.csv || fail "inputs.csv differs"
	cmp -s first/run.csv second/run.csv || fail "run.csv differs"
	# Standard input is a log like any other.
	good db - <week
	tables db second
	same first second "by standard input"
}

# A copy that was made while the log was short lies beside it, before and behind
# it in the order of names; and logs that begin alike go on by themselves.
case_copies() {
	plain whole week
	for copy in a.copy z.copy; do
		rm -f db ?.copy
		head -n 2 week >log
		touch -r week log
		good db log
		cp -p log $copy
		for lines in 9 1000 100000; do
			head -n $lines week >log
			touch -r week log
			good db log $copy
		done
		tables db memory
		same whole memory "$copy"
	done
	rm -f db
	accounting=$top/tests/golden/powermta/inputs/log
	head -n 1 "$accounting" >one.csv
	good db one.csv
	head -n 4 "$accounting" >one.csv
	sed 2,4d "$accounting" >two.csv
	plain whole one.csv two.csv
	good db one.csv two.csv
	good db one.csv two.csv
	tables db memory
	cmp -s whole/domains.csv memory/domains.csv ||
	    fail "two that begin alike"
}

# Two instances that use one queue id at the same time, the later one in the
# place of a message that is gone; who is meant by a third stays the same.
case_instances() {
	sed 's/^/2026-11-20T10:0/; s/ / mx1 /' >log <<-'EOF'
	0:00Z postfix/qmgr[1]: 4Xyz000001: from=<s@example.com>, size=9, nrcpt=1 (queue active)
	0:02Z postfix/qmgr[1]: 4Xyz000001: removed
	0:10Z postfix-a/qmgr[1]: AAAAAAAAAA: from=<s@a.example.com>, size=9, nrcpt=1 (queue active)
	2:00Z postfix-b/qmgr[1]: AAAAAAAAAA: from=<s@b.example.com>, size=9, nrcpt=1 (queue active)
	2:09Z postfix-b/qmgr[1]: BBBBBBBBBB: from=<s@b.example.com>, size=9, nrcpt=1 (queue active)
	3:00Z out/smtp[1]: AAAAAAAAAA: to=<u@example.com>, relay=mx.example.com[192.0.2.1]:25, delay=1, dsn=2.0.0, status=sent (250 ok)
	EOF
	plain whole log
	head -n 5 log >start
	good db start
	good db log
	tables db memory
	same whole memory "two instances"
}

# A new log under an old name: as copytruncate leaves it.
case_copytruncate() {
	head -n 900 week >log
	tail -n +901 week >rest
	cp week whole.log
	plain whole week
	good db log
	cp log log.1
	cp rest log
	good db log log.1
	tables db memory
	same whole memory "copytruncate"
	# Shorter than what was read of it: nothing new, nothing lost.
	head -n 100 rest >log
	good db log
	tables db memory
	same whole memory "a shorter copy"
}

# The last line has no newline yet, and then it has.
case_half_line() {
	plain whole week
	size=$(wc -c <week)
	grow $((size - 30)) week log
	good db log
	good db log
	grow $((size - 1)) week log
	good db log
	grow "$size" week log
	good db log
	tables db memory
	same whole memory "half a line"
	# An archive does not grow: its last line is whole.
	grow $((size - 1)) week log
	plain whole log
	gzip -c log >log.gz
	rm db
	good db log.gz
	tables db memory
	same whole memory "an archive without a last newline"
}

# An archive that was cut short is completed by the next night.
case_damage() {
	plain whole week
	gzip -c week >log.gz
	cp log.gz full.gz
	size=$(wc -c <full.gz)
	head -c $((size / 2)) full.gz >log.gz
	night db log.gz
	[ "$status" -eq 4 ] || fail "exit status $status, not 4"
	cp full.gz log.gz
	good db log.gz
	tables db memory
	same whole memory "a cut archive"
}

# Killed at any moment, and run again.
case_kill() {
	lines=$(wc -l <postfix)
	head -n $((lines / 2)) postfix >start
	touch -r postfix start
	good base start
	plain whole postfix
	kill=0
	while [ "$kill" -lt "$KILLS" ]; do
		kill=$((kill + 1))
		rm -f db db-journal
		cp base db
		"$PROGRAM" report --quiet --log-tz UTC \
		    --now 2026-12-01T00:00:00Z --db db start postfix \
		    >out 2>err &
		sleep "0.$(printf '%02d' $((kill * 3 % 40)))"
		kill -9 $! 2>/dev/null
		wait $! 2>/dev/null
		good db start postfix
		tables db memory
		same whole memory "killed"
	done
}

# Two writers: one after the other, or a message; never both.
case_writers() {
	plain whole week postfix
	for log in week postfix; do
		"$PROGRAM" report --quiet --log-tz UTC \
		    --now 2026-12-01T00:00:00Z --db db $log \
		    >out.$log 2>err.$log &
		eval "$log=$!"
	done
	# shellcheck disable=SC2154 # set by eval
	for log in week postfix; do
		eval "wait \$$log"
		status=$?
		[ "$status" -eq 0 ] || fail "$log: exit status $status"
	done
	tables db memory
	lines=$(cat week postfix | wc -l)
	grep -q "^lines,$lines\$" memory/run.csv || fail "lines are missing"
}

# Files that are none, or not ours.
case_refused() {
	echo "this is no database, and has more bytes than a header" >db
	cp db before
	night db week
	refused 2 'is not a memory file'
	cmp -s db before || fail "was changed"
	rm -f db
	night db
	refused 2 'cannot be read'
	[ ! -e db ] || fail "was made"
	night missing/db week
	refused 2 'cannot be opened'
	# What is refused leaves no file.
	night db --patterns missing week
	refused 2 'No such file'
	night db --redact missing week
	refused 2 'No such file'
	night db --internal-relay 192.0.2.1/99 week
	refused 2 'not a network'
	night db --since 2026-11-17T05:00 week
	refused 2 'start of a day'
	[ ! -e db ] || fail "was made"
	good db week
	cp db before
	# user_version is at byte 60 of the file, application_id at 68.
	printf '\0\0\0\143' | dd of=db bs=1 seek=60 conv=notrunc 2>dd.err
	night db postfix
	refused 2 'newer bouncestat'
	cp before db
	printf '\0\0\0\143' | dd of=db bs=1 seek=68 conv=notrunc 2>dd.err
	night db postfix
	refused 2 'another program'
	cp before db
	night db --tz Europe/Berlin postfix
	refused 2 'zone UTC'
	night db --scope all postfix
	refused 2 'scope remote'
	night db --domain example.com postfix
	refused 2 'does not go together'
	head -c 16 week >key
	night db --redact key postfix
	refused 2 'another --redact key'
	# A look shows what is kept, which is not redacted.
	night db --redact key --suppression who
	refused 2 'another --redact key'
	[ ! -e who ] || fail "was shown"
	"$PROGRAM" events --db db postfix >out 2>err
	status=$?
	refused 2 'goes with report|domain|merge'
	night db --since 2026-11-17T05:00 postfix
	refused 2 'start of a day'
	cmp -s db before || fail "was changed"
	# Damage in the middle: a message, and never a report.
	size=$(wc -c <db)
	head -c $((size / 2)) db >cut
	night cut postfix
	refused 2 'is damaged'
}

# No room: a message, and the file as before.
case_full() {
	head -n 200 week >log
	good db log
	cp db before
	(
		trap '' XFSZ
		ulimit -f 200
		night db postfix
		echo "$status" >status
	)
	status=$(cat status)
	refused 2 'the disk is full'
	tables db first
	tables before second
	same second first "after a full disk"
}

# The days of a period, and the oldest ones forgotten.
case_days() {
	good db week
	plain whole week
	first=$(sed -n 's/^first_event_at,\(..........\).*/\1/p' whole/run.csv)
	night db --until "$first" --csv none
	[ "$status" -eq 0 ] || [ "$status" -eq 3 ] || fail "status $status"
	grep -q '^attempts,0$' none/run.csv || fail "counts before the first day"
	night db --since "$first" --csv all
	cmp -s all/domains.csv whole/domains.csv || fail "--since the first day"
	attempts=$(sed -n 's/^attempts,//p' whole/run.csv)
	sum=0
	for day in $(cut -c1-10 whole/series.csv | sort -u | grep '^2'); do
		next=$(date -u -d "$day + 1 day" +%Y-%m-%d)
		night db --since "$day" --until "$next" --csv day
		sum=$((sum + $(sed -n 's/^attempts,//p' day/run.csv)))
		grep '^2' whole/series.csv | grep "^$day" | cut -d, -f1,3- >want
		grep "^$day" day/series.csv | cut -d, -f1,3- >have
		grep -v ',0,0,0,0,0,0,0,0$' want >want.rows
		grep -v ',0,0,0,0,0,0,0,0$' have >have.rows
		cmp -s want.rows have.rows || fail "series of $day"
	done
	[ "$sum" -eq "$attempts" ] || fail "$sum attempts, not $attempts"
	good db week --keep 1d
	for log in week postfix exim sendmail opensmtpd haraka; do
		rm -f db
		good db $log
		plain whole $log
		last=$(sed -n 's/^last_event_at,\(..........\).*/\1/p' \
		    whole/run.csv)
		rm -rf day
		good db --since "$last" --csv day --suppression day.who
		rm -rf keeping
		good db --keep 1d --csv keeping --suppression keeping.who
		tables db kept
		same day kept "$log, --keep 1d"
		same keeping kept "$log, the run that forgets"
		grep -q '^attempts,0$' kept/run.csv && fail "--keep forgot all"
	done
}

# A period is the same from the logs and from memory, but for what memory does
# not know of single days: how many deliveries a cause hit in them, and how many
# messages had one that ended in them.
case_period() {
	for log in week postfix exim sendmail; do
		rm -f db
		good db $log
		plain whole $log
		for day in $(cut -c1-10 whole/series.csv | sort -u |
		    grep '^2' | tail -n +2); do
			plain logs --since "$day" $log
			rm -rf memory
			good db --since "$day" --csv memory \
			    --suppression memory.who
			rm logs/codes.csv logs/categories.csv \
			    logs/domain_codes.csv
			grep -v '^messages,' logs/run.csv >run
			mv run logs/run.csv
			grep -v '^messages,' memory/run.csv >run
			mv run memory/run.csv
			same logs memory "$log since $day"
		done
	done
}

# merge_refused WORDS DB...: nothing is made.
merge_refused() {
	words=$1
	shift
	rm -f none.db
	"$PROGRAM" merge --db none.db "$@" 2>err
	status=$?
	refused 2 "$words"
	[ ! -e none.db ] || fail "was made for nothing"
}

# What two hosts learned adds up, and nothing is added twice.
case_merge() {
	plain whole week postfix
	good one.db week
	good two.db postfix
	"$PROGRAM" merge --db db one.db two.db 2>err ||
	    fail "merge: $(head -n 3 err)"
	tables db memory
	same whole memory "two files"
	"$PROGRAM" merge --db turned.db two.db one.db 2>err ||
	    fail "merge: $(head -n 3 err)"
	tables turned.db turned
	same memory turned "the other one first"
	for file in one.db two.db; do
		cp db before
		"$PROGRAM" merge --db db $file 2>err
		status=$?
		refused 2 'would count twice'
		cmp -s db before || fail "was changed"
	done
	merge_refused 'would count twice' one.db one.db
	merge_refused 'cannot be read' one.db missing.db
	merge_refused 'cannot be read' none.db
	good other.db --tz Asia/Kolkata postfix
	merge_refused 'zone Asia/Kolkata' one.db other.db
	merge_refused 'zone Asia/Kolkata' --tz UTC other.db
	# A new file is one like those that are added.
	good another.db --tz Asia/Kolkata week
	"$PROGRAM" merge --db far.db other.db another.db 2>err ||
	    fail "merge: $(head -n 3 err)"
	head -c 16 week >key
	for log in week postfix; do
		good "hidden.$log.db" --redact key $log
	done
	merge_refused 'another --redact key' one.db hidden.postfix.db
	"$PROGRAM" merge --db hidden.db hidden.week.db hidden.postfix.db 2>err ||
	    fail "merge: $(head -n 3 err)"
	plain whole --redact key week postfix
	tables hidden.db memory
	same whole memory "two redacted files"
	rm -rf memory
	good hidden.db --redact key --csv memory --suppression memory.who
	same whole memory "two redacted files, and the key"
	night hidden.db week
	refused 2 'another --redact key'
	plain whole week postfix
	"$PROGRAM" merge --db db other.db 2>err
	status=$?
	refused 2 'zone Asia/Kolkata'
	# The host goes on under its own name in the merged file.
	good db week postfix
	tables db again
	same whole again "after the merge"
}

# Without SQLite there is one thing to say, and no file to make.
case_without() {
	cp "$top/samples/mail.log" log
	night db log
	refused 2 'built without SQLite'
	[ ! -e db ] || fail "was made"
}

if "$PROGRAM" --version | grep -q 'no sqlite'; then
	set -- without
else
	make_logs
fi
cases=${*:-growing files rotation twice copies instances copytruncate half_line
    damage kill writers refused full days period merge}
for case in $cases; do
	before=$failures
	rm -f db ./*.db
	"case_$case"
	[ "$before" -ne "$failures" ] || echo "ok: law, $case"
done
[ "$failures" -eq 0 ] || {
	echo "$failures failures"
	exit 1
}
