#!/bin/sh
# The manual pages are clean, and the examples of bouncestat(1) work.
#
#	PROGRAM=build/bouncestat tests/docs/manual.sh
set -u
export LC_ALL=C TZ=UTC NO_COLOR=1

PROGRAM=${PROGRAM:-build/bouncestat}
scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' HUP INT TERM
failures=0

# Whether other pages are installed, and indexed, is not the page's affair.
mandoc -Tlint src/cli/bouncestat.1 src/cli/bouncestat-patterns.5 2>&1 |
    grep -v 'referenced manual not found\|outdated mandoc.db' \
	>"$scratch/lint"
if [ -s "$scratch/lint" ]; then
	cat "$scratch/lint" >&2
	failures=1
fi

# The examples, on the sample logs.
mkdir "$scratch/bin"
ln -s "$(realpath "$PROGRAM")" "$scratch/bin/bouncestat"
PATH=$scratch/bin:$PATH
sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/p' src/cli/bouncestat.1 |
    sed -e :join -e '/\\e$/N; s/\\e\n *//; tjoin' |
    sed -n 's/^\.Dl //; /^bouncestat/p' |
    sed "s,/var/log/mail\.log\*,samples/mail.log*,; s,/tmp,$scratch,
	s,/var/lib/bouncestat,$scratch,
	s,example\.com,hafen.test,
	s,^bouncestat ,&--now 2026-11-08T01:00Z ," >"$scratch/examples"
# Built without SQLite, it cannot do what these show.
"$PROGRAM" --version | grep -q ', sqlite' || {
	grep -v -e '--db' "$scratch/examples" >"$scratch/others"
	mv "$scratch/others" "$scratch/examples"
}
while read -r example; do
	if ! sh -c "$example" </dev/null >"$scratch/output" 2>"$scratch/errors" ||
	    [ -s "$scratch/errors" ] || [ ! -s "$scratch/output" ]; then
		echo "manual.sh: fails or prints nothing: $example" >&2
		head -n 5 "$scratch/errors" >&2
		failures=1
	fi
done <"$scratch/examples"
if [ "$(wc -l <"$scratch/examples")" -lt 5 ]; then
	echo "manual.sh: examples are missing" >&2
	failures=1
fi

[ "$failures" -eq 0 ] || exit 1
echo "manual.sh: pages are clean, $(wc -l <"$scratch/examples") examples work"
