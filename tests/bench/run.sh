#!/bin/sh
# How long a report takes, as a ratio to `gzip -dc` of the same file.
#
#	BOUNCESTAT=build/bouncestat TOOLS=build/tests/bench run.sh
#
# BENCH_MB (300): length of the log in millions of bytes; BENCH_RUNS (5): the
# median of so many rounds is shown; BENCH_DIR (build/bench): where the logs
# are kept.  In a round every command runs once, one after the other, so that
# a slow moment of the machine hits gzip too; a ratio is taken within its
# round.  OPTIONS are given to every run of the program; PATTERNS (patterns) are
# the pattern files for the times of the stages.
set -u

BOUNCESTAT=${BOUNCESTAT:-build/bouncestat}
TOOLS=${TOOLS:-build/tests/bench}
BENCH_MB=${BENCH_MB:-300}
BENCH_RUNS=${BENCH_RUNS:-5}
BENCH_DIR=${BENCH_DIR:-build/bench}
OPTIONS=${OPTIONS:-}
PATTERNS=${PATTERNS:-patterns}
reading='--year 2026 --log-tz UTC --now 2026-12-01T00:00:00Z'

mkdir -p "$BENCH_DIR" || exit 2
scratch=$(mktemp -d "$BENCH_DIR/run.XXXXXX") || exit 2
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' HUP INT TERM
log=$BENCH_DIR/ordinary-$BENCH_MB.log
worst=$BENCH_DIR/worst-$BENCH_MB.log
waiting=$BENCH_DIR/waiting.log
rotated=$BENCH_DIR/rotated-$BENCH_MB

# newer A B: A is there and was made after B.
newer() {
	[ -n "$(find "$1" -prune -newer "$2" 2>/dev/null)" ]
}

# make_log FILE GENERATE-OPTION...: FILE and FILE.gz, unless they are there.
make_log() {
	file=$1
	shift
	newer "$file.gz" "$TOOLS/generate" && return
	"$TOOLS/generate" --seed 1 --days 7 --domains 5000 --outages 30 \
	    --bytes "${BENCH_MB}M" --truth "$file.truth" "$@" >"$file" &&
	    gzip -c "$file" >"$file.gz.new" && mv "$file.gz.new" "$file.gz" ||
	    exit 2
}

make_rotated() {
	newer "$rotated" "$log.gz" && return
	rm -rf "$rotated" "$rotated.new" && mkdir "$rotated.new" || exit 2
	lines=$(wc -l <"$log")
	split -l $((lines / 7 + 1)) "$log" "$rotated.new/mail.log." &&
	    gzip "$rotated.new"/mail.log.* && mv "$rotated.new" "$rotated" &&
	    touch "$rotated" || exit 2
}

# measure NAME COMMAND...: one line of this round for the table.
measure() {
	measured=$1
	shift
	"$TOOLS/measure" "$@" >"$scratch/one" 2>"$scratch/errors"
	status=$?
	if [ "$status" -ne 0 ]; then
		echo "run.sh: exit status $status: $*" >&2
		head -n 5 "$scratch/errors" >&2
		exit 2
	fi
	read -r wall processor memory <"$scratch/one"
	printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$measured" "$round" "$wall" \
	    "$processor" "$memory" "$bytes" >>"$scratch/measured"
}

# report NAME LOG...: a whole report with all its tables.
report() {
	reported=$1
	shift
	# shellcheck disable=SC2086 # lists of words
	measure "$reported" "$BOUNCESTAT" report --csv "$scratch/csv" --quiet \
	    $reading $OPTIONS "$@"
}

one_round() {
	bytes=$ordinary_bytes
	measure 'gzip -dc' gzip -dc "$log.gz"
	report 'report, one .gz' "$log.gz"
	report 'report, one .gz, --jobs 1' --jobs 1 "$log.gz"
	report 'report, plain' "$log"
	measure 'gzip -dc, seven .gz' gzip -dc "$rotated"/mail.log.*.gz
	report 'report, seven .gz' "$rotated"/mail.log.*.gz
	report 'report, seven .gz, --jobs 1' --jobs 1 "$rotated"/mail.log.*.gz
	# shellcheck disable=SC2086 # lists of words
	measure 'events --format tsv' "$BOUNCESTAT" events --format tsv \
	    $reading $OPTIONS "$log.gz"
	bytes=$worst_bytes
	measure 'gzip -dc, worst .gz' gzip -dc "$worst.gz"
	report 'report, worst .gz' "$worst.gz"
	report 'report, worst .gz, --jobs 1' --jobs 1 "$worst.gz"
	bytes=$waiting_bytes
	measure 'gzip -dc, 200000 open' gzip -dc "$waiting.gz"
	report 'report, 200000 open' "$waiting.gz"
}

# Medians by name, in the order of the first round; each row is compared with
# the gzip row before it, in the same round.
print_table() {
	awk -F'\t' '
	function median(list, count, sorted, i, j, kept) {
		for (i = 1; i <= count; i++) {
			kept = list[i]
			for (j = i - 1; j > 0 && sorted[j] > kept; j--)
				sorted[j + 1] = sorted[j]
			sorted[j + 1] = kept
		}
		return sorted[int((count + 1) / 2)]
	}
	{
		if ($1 ~ /^gzip -dc/) {
			base[$2] = $3
		}
		if (!($1 in runs)) {
			names[++name_count] = $1
		}
		n = ++runs[$1]
		wall[$1, n] = $3
		processor[$1, n] = $4
		ratio[$1, n] = $3 / base[$2]
		bytes[$1] = $6
		if ($5 > memory[$1]) {
			memory[$1] = $5
		}
	}
	END {
		printf "%-28s %8s %8s %7s %8s %9s\n", "", "wall s", "cpu s", \
		    "ratio", "MB/s", "peak MiB"
		for (i = 1; i <= name_count; i++) {
			name = names[i]
			n = runs[name]
			for (j = 1; j <= n; j++) {
				a[j] = wall[name, j]
				b[j] = processor[name, j]
				c[j] = ratio[name, j]
			}
			printf "%-28s %8.2f %8.2f %7.2f %8.0f %9.1f\n", name, \
			    median(a, n), median(b, n), median(c, n), \
			    bytes[name] / 1000000 / median(a, n), memory[name] / 1024
		}
	}' "$scratch/measured"
}

make_log "$log"
make_log "$worst" --worst
# All mail is deferred on the first day and waits for the second.
make_log "$waiting" --bytes 0 --lines 1020000 --days 1 --schedule 200000 \
    --lifetime 200 --fail-rate 0 --defer-rate 1 --local-rate 0
make_rotated
[ -f "$log" ] && [ -f "$worst" ] && [ -f "$waiting" ] || exit 2
ordinary_bytes=$(wc -c <"$log")
worst_bytes=$(wc -c <"$worst")
waiting_bytes=$(wc -c <"$waiting")
# Once for the caches.
cat "$log" "$log.gz" "$worst.gz" "$waiting.gz" >/dev/null
echo "log: $ordinary_bytes bytes, $(wc -l <"$log") lines," \
    "$(wc -c <"$log.gz") as .gz; $BENCH_RUNS rounds; $(nproc) processors"
round=1
while [ "$round" -le "$BENCH_RUNS" ]; do
	one_round
	round=$((round + 1))
done
if command -v pflogsumm >/dev/null 2>&1; then
	bytes=$ordinary_bytes
	measure 'gzip -dc' gzip -dc "$log.gz"
	# shellcheck disable=SC2016 # for the inner shell
	measure 'pflogsumm of gzip -dc' \
	    sh -c 'gzip -dc "$1" | pflogsumm' sh "$log.gz"
fi
print_table
for name in ordinary worst; do
	printf '\nstages of a report with one thread, %s log:\n' "$name"
	"$TOOLS/stages" "$PATTERNS" "$BENCH_DIR/$name-$BENCH_MB.log.gz" \
	    "$scratch/csv" || exit 2
done
