#!/bin/sh
# Runs the examples of the README and compares what they print.
#
#	PROGRAM=build/bouncestat tests/docs/examples.sh
#	UPDATE=1 ...	writes what they print now into the README
#
# An example is a block of code below a comment that says so:
#
#	<!-- run 1,3 -->
#	```
#	$ bouncestat explain 4.3.2 \
#	    --option
#	the lines 1 to 3 of its output
#	```
#
# Without numbers the whole output is shown.  Examples run at the top of the
# sources, with the program in PATH as bouncestat.
set -u
export LC_ALL=C TZ=UTC NO_COLOR=1
unset COLUMNS

PROGRAM=${PROGRAM:-build/bouncestat}
README=${README:-README.md}
scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' HUP INT TERM
mkdir "$scratch/bin"
ln -s "$(realpath "$PROGRAM")" "$scratch/bin/bouncestat"
PATH=$scratch/bin:$PATH

# Each example becomes the files N.command, N.range and N.shown.
awk -v scratch="$scratch" '
/^<!-- run.* -->$/ {
	number++
	range = $3 == "-->" ? "1,$" : $3
	base = scratch "/" number
	print range >(base ".range")
	printf "" >(base ".shown")
	state = 1
	next
}
state == 1 && /^```/ { state = 2; next }
state >= 2 && /^```$/ { state = 0; next }
state == 2 {
	line = $0
	sub(/^\$ /, "", line)
	print line >(base ".command")
	if (line !~ /\\$/)
		state = 3
	next
}
state == 3 { print >(base ".shown") }
END { print number + 0 >(scratch "/count") }' "$README"

count=$(cat "$scratch/count")
number=0
failures=0
while [ "$number" -lt "$count" ]; do
	number=$((number + 1))
	base=$scratch/$number
	sh "$base.command" >"$base.whole" 2>&1
	sed -n "$(cat "$base.range")p" "$base.whole" >"$base.printed"
	diff "$base.shown" "$base.printed" >"$base.difference" && continue
	failures=$((failures + 1))
	[ "${UPDATE:-}" ] && continue
	echo "examples.sh: $README shows <, but it prints >:" >&2
	cat "$base.command" "$base.difference" >&2
done

if [ "${UPDATE:-}" ] && [ "$failures" -gt 0 ]; then
	awk -v scratch="$scratch" '
/^<!-- run.* -->$/ { base = scratch "/" ++number; state = 1 }
state == 3 && /^```$/ {
	while ((getline line <(base ".printed")) > 0)
		print line
	state = 0
}
state != 3 { print }
state == 2 && !/\\$/ { state = 3 }
state == 1 && /^```/ { state = 2 }' "$README" >"$scratch/new" &&
	    cat "$scratch/new" >"$README" || exit 2
	echo "examples.sh: $failures examples written anew"
	exit 0
fi
[ "$failures" -eq 0 ] || exit 1

# The rule that it shows is good where it says that it goes.
ours=$(sed -n 's/.*such as `patterns\/rules\/\([^`]*\)`.*/\1/p' "$README")
cp -r patterns "$scratch/patterns"
sed -n '/^\*\*A rule/,/^then/s/^    //p' "$README" \
    >"$scratch/patterns/rules/$ours"
bouncestat check "$scratch/patterns" >"$scratch/checked" 2>&1 || {
	echo "examples.sh: the rule in $README is not good:" >&2
	cat "$scratch/checked" >&2
	exit 1
}
if [ "$count" -eq 0 ]; then
	echo "examples.sh: no examples in $README" >&2
	exit 1
fi
echo "examples.sh: $count examples print what the README shows"
