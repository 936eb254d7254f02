#!/bin/sh
# Reports on simulated logs are held against what the simulation knows, to the
# last count; and the same mail in other files, another order or with other
# numbers of threads gives the same tables.
#
#	BOUNCESTAT=build/bouncestat TOOLS=build/tests/bench simulated.sh
#
# Wants the tools generate and compare_truth in TOOLS.  SCALE multiplies the
# lengths of the logs; KEEP=1 leaves them where they are; ONLY=N runs case N.
# OPTIONS are given to every run of the program, SKIP names blocks of the
# truth that are left out.
set -u

BOUNCESTAT=${BOUNCESTAT:-build/bouncestat}
TOOLS=${TOOLS:-build/tests/bench}
SCALE=${SCALE:-1}
ONLY=${ONLY:-}
SKIP=${SKIP:-}
OPTIONS=${OPTIONS:-}
failures=0
cases=0
work=$(mktemp -d "${TMPDIR:-/tmp}/simulated.XXXXXX") || exit 2
if [ -z "${KEEP:-}" ]; then
	trap 'rm -rf "$work"' EXIT
	trap 'exit 130' HUP INT TERM
fi

fail() {
	failures=$((failures + 1))
	echo "not ok: $*"
}

# compare TRUTH DIR
compare() {
	skips=
	for block in $SKIP; do
		skips="$skips --skip $block"
	done
	# shellcheck disable=SC2086 # a list of words
	"$TOOLS/compare_truth" $skips "$1" "$2"
}

# report DIR LOG...: the options of the case are in $reading.
report() {
	directory=$1
	shift
	# shellcheck disable=SC2086 # lists of words
	"$BOUNCESTAT" report --csv "$directory" --quiet --now 2026-12-01T00:00:00Z \
	    --log-tz UTC $reading $OPTIONS "$@" >"$directory.out" 2>"$directory.err"
	status=$?
	if [ "$status" -ne 0 ]; then
		fail "$name: exit status $status"
		sed 's/^/	/; 5q' "$directory.err"
	fi
	return "$status"
}

# same DIR DIR WHAT: the tables are equal but for what tells of the files.
same() {
	for table in "$1"/*.csv; do
		file=${table##*/}
		case $file in
		inputs.csv) continue ;;
		run.csv)
			grep -v '^files,' "$1/$file" >"$1.run"
			grep -v '^files,' "$2/$file" >"$2.run"
			cmp -s "$1.run" "$2.run" && continue
			diff "$1.run" "$2.run" | head -n 5
			;;
		*)
			cmp -s "$table" "$2/$file" && continue
			diff "$table" "$2/$file" | head -n 5
			;;
		esac
		fail "$name: $3: $file differs"
	done
}

# The truth as tables: what a perfect report would be.
tables_of_truth() {
	mkdir -p "$2"
	awk -v directory="$2" '
		/^\[/ { gsub(/[][]/, ""); file = directory "/" $1 ".csv"; next }
		NF > 0 { print >file }
	' "$1"
}

# spoil TABLE SED-SCRIPT: the comparison must see this change of a table,
# unless the script changes nothing.
spoil() {
	cp "$work/self/$1.csv" "$work/saved.csv"
	sed "$2" "$work/saved.csv" >"$work/self/$1.csv"
	cmp -s "$work/saved.csv" "$work/self/$1.csv" ||
	    ! "$TOOLS/compare_truth" "$work/self.truth" "$work/self" \
		>"$work/self.out" || fail "the comparison misses $2 in $1"
	cp "$work/saved.csv" "$work/self/$1.csv"
}

# The comparison itself must see a wrong number, a lost row, a row too many.
# shellcheck disable=SC2016 # the dollars are sed's
check_comparison() {
	"$TOOLS/generate" --lines 20000 --truth "$work/self.truth" \
	    >"$work/self.log"
	tables_of_truth "$work/self.truth" "$work/self"
	# Quotes are not a difference.
	sed 's/^\([a-z-]*\.test\),/"\1",/' "$work/self/domains.csv" \
	    >"$work/quoted"
	mv "$work/quoted" "$work/self/domains.csv"
	"$TOOLS/compare_truth" "$work/self.truth" "$work/self" \
	    >"$work/self.out" ||
	    fail "the comparison finds differences where there are none"
	for table in run domains senders codes categories hours series retries \
	    retry_attempts code_hours domain_hours incidents; do
		spoil "$table" '3s/[0-9]$/&7/'
		spoil "$table" '2,${/,[^0]*[1-9]/d;}'
		spoil "$table" '$s/^[^,]*\(,.*[1-9]\)$/other\1/'
		spoil "$table" '$s/^.*[1-9]$/&\n&/'
	done
}

# The same log, cut at four places, some of the parts compressed.
check_parts() {
	lines=$(wc -l <"$work/log")
	rm -rf "$work/parts" && mkdir "$work/parts"
	split -l $((lines / 5 + 7)) "$work/log" "$work/parts/p"
	gzip "$work/parts/paa" "$work/parts/pad"
	report "$work/parts.csv" "$work/parts/pac" "$work/parts/pad.gz" \
	    "$work/parts/paa.gz" "$work/parts/pae" "$work/parts/pab" &&
	    same "$work/whole.csv" "$work/parts.csv" "in five files"
	for jobs in 1 2 4; do
		report "$work/jobs.csv" --jobs "$jobs" "$work/parts/pad.gz" \
		    "$work/parts/pae" "$work/parts/paa.gz" \
		    "$work/parts/pab" "$work/parts/pac" &&
		    same "$work/whole.csv" "$work/jobs.csv" "$jobs jobs, five files"
		report "$work/jobs.csv" --jobs "$jobs" "$work/log.gz" &&
		    same "$work/whole.csv" "$work/jobs.csv" "$jobs jobs, one file"
	done
}

# run_case LINES READING GENERATE-OPTION...
run_case() {
	cases=$((cases + 1))
	lines=$(($1 * SCALE))
	reading=$2
	shift 2
	if [ -n "$ONLY" ] && [ "$ONLY" != "$cases" ]; then
		return
	fi
	name="case $cases ($lines lines: $*)"
	before=$failures
	rm -rf "$work"/*.csv "$work"/*.csv.*
	if ! "$TOOLS/generate" --seed "$cases" --lines "$lines" \
	    --truth "$work/truth" "$@" >"$work/log"; then
		fail "$name: no log"
		return
	fi
	# The times of files and archives must not matter to a log with years,
	# and give the year to one without.
	touch -d '2026-11-30 00:00:00 UTC' "$work/log"
	case $* in
	*--start\ 2025-12-30*) touch -d '2026-01-02 00:00:00 UTC' "$work/log" ;;
	esac
	gzip -kf "$work/log"
	if report "$work/whole.csv" "$work/log"; then
		compare "$work/truth" "$work/whole.csv" >"$work/compared" || {
			fail "$name: other numbers"
			grep -v ' 0 differences$' "$work/compared" | head -n 60
		}
		check_parts
	fi
	[ "$before" -ne "$failures" ] || echo "ok: $name"
}

check_comparison
run_case 20000 '--year 2026' --stamps rfc3164
run_case 20000 '' --stamps rfc3339 --zone +01:00
run_case 20000 '' --stamps iso --zone -05:00 --host-count 3
run_case 20000 '' --stamps postlog --ids short
run_case 40000 '' --stamps rfc3339 --hops --ids mixed --host-count 2
run_case 20000 '' --stamps rfc3164 --hops --ids short
run_case 30000 '' --stamps rfc3339 --worst
run_case 40000 '' --stamps rfc3339 --warm-up 30 --lifetime 12
run_case 40000 '' --stamps rfc3339 --fail-rate 0.2 --defer-rate 0.4 \
    --schedule 300,600,3600 --outages 40 --domains 300
run_case 60000 '' --stamps rfc3339 --ids short --requeue-rate 0.05 \
    --withdraw-rate 0.02 --soft-bounce-rate 0.3 --defer-rate 0.3
run_case 20000 '' --stamps rfc3164 --start 2025-12-30T00:00:00Z
run_case 600 '' --stamps rfc3339 --domains 3 --days 1

if [ "$failures" -gt 0 ]; then
	echo "$failures failures"
	exit 1
fi
