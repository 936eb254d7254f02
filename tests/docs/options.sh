#!/bin/sh
# Options, their values and commands are the same in the help, the manual page,
# the README and the three completions.  So are the categories.
#
#	PROGRAM=build/bouncestat tests/docs/options.sh
#
# Each place is brought to lines like `--jobs N -j` or `--quiet -q`.
set -u
export LC_ALL=C

PROGRAM=${PROGRAM:-build/bouncestat}
page=src/cli/bouncestat.1
completions=src/cli/completions
scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' HUP INT TERM
failures=0

# same WHAT A B: the two files are alike.
same()
{
	if [ ! -s "$scratch/$2" ]; then
		echo "options.sh: $1: nothing found in $2" >&2
		failures=$((failures + 1))
	elif ! diff "$scratch/$2" "$scratch/$3" >"$scratch/difference"; then
		echo "options.sh: $1 differ: < $2, > $3" >&2
		cat "$scratch/difference" >&2
		failures=$((failures + 1))
	fi
}

# --- options with their arguments ---

# -j, --jobs N: "--jobs N -j"
letter_last()
{
	sed 's/^ *\(-[a-zA-Z]\), *\(--.*\)$/\2 \1/; s/^ *//' | sort
}

# The help has two columns; an argument that fills the first one ends with one
# blank, so that the second begins at a fixed place.
"$PROGRAM" --help >"$scratch/help" || exit 2
sed -n '/^Options:/,/^$/p' "$scratch/help" |
    sed -n 's/^\(  .[^ ].*\|      --.*\)$/\1/p' |
    sed 's/^\(      --[^ ]* [^ ]*|[^ ]*\) .*/\1/' |
    sed 's/^\( *\(-., \)*--[^ ]*\( [^ ]\{1,\}\)\{0,1\}\)  .*/\1/' |
    sed 's/ *$//' | letter_last >"$scratch/options-help"

sed -n '/^\.Sh OPTIONS/,/^\.Sh TIME/s/^\.It Fl //p' $page |
    sed 's/\(^\|, Fl \)/&-/g; s/ , Fl /, /; s/ Ar / /; s/ Cm / /; s/ | /|/g' |
    letter_last >"$scratch/options-manual"

# Rows of the README's table of options: | `-j`, `--jobs N` | ... |
sed -n 's/^| \(`-[^|]*\(\\|[^|]*\)*\) | .*/\1/p' README.md |
    sed 's/`//g; s/\\|/|/g; s/ *$//' | letter_last >"$scratch/options-readme"

same options options-help options-manual
same options options-help options-readme

# The help fits a terminal.
if awk 'length > 80' "$scratch/help" | grep . >&2; then
	echo "options.sh: lines of the help are longer than 80 columns" >&2
	failures=$((failures + 1))
fi

# --- names of options in the completions ---

tr ' ' '\n' <"$scratch/options-help" | sed -n '/^-/p' | sort \
    >"$scratch/names-help"

bash -c '
. "$1"
COMP_WORDS=(bouncestat -) COMP_CWORD=1
_bouncestat
printf "%s\n" "${COMPREPLY[@]}"
' bash $completions/bouncestat.bash | sort >"$scratch/names-bash"

sed -n "s/^	'[^{]*'\({.*}\)'\[.*/\1/p; s/^	'\*\{0,1\}\(--[a-z-]*\).*/\1/p" \
    $completions/_bouncestat | tr -d '{}=' | tr , '\n' | sort \
    >"$scratch/names-zsh"

sed -n 's/^complete -c bouncestat \(-[sl] .*\) -d .*/\1/p' \
    $completions/bouncestat.fish |
    sed 's/ -[xr].*//; s/-s /-/; s/-l /--/' | tr ' ' '\n' | sort \
    >"$scratch/names-fish"

same 'names of options' names-help names-bash
same 'names of options' names-help names-zsh
same 'names of options' names-help names-fish

# --- options that take a value ---

awk '$2 !~ /^-/ && NF > 1 { print $1 }' "$scratch/options-help" |
    sort >"$scratch/valued-help"

# The function says whether an option takes a value.
while read -r name; do
	bash -c '. "$1"; _bouncestat_value "$2" x' bash \
	    $completions/bouncestat.bash "$name" && echo "$name"
done <"$scratch/names-help" | grep '^--' >"$scratch/valued-bash"

sed -n "s/^	'.*{-.,\(--[a-z-]*\)=}.*/\1/p; s/^	'\*\{0,1\}\(--[a-z-]*\)=.*/\1/p" \
    $completions/_bouncestat | sort >"$scratch/valued-zsh"

sed -n 's/^complete -c bouncestat .*-l \([a-z-]*\) -[xr] .*/--\1/p' \
    $completions/bouncestat.fish | sort >"$scratch/valued-fish"

same 'options with a value' valued-help valued-bash
same 'options with a value' valued-help valued-zsh
same 'options with a value' valued-help valued-fish

# --- words that an option takes ---

mail_servers=$(sed -n '/^static const char .*mta_names/,/};/p' \
    src/scan/record.c | tr -d '\n\t' | sed 's/.*{ "", //; s/ };.*//; s/[",]\{1,\}/ /g' |
    tr -s ' ' | sed 's/^ //; s/ $//')
sed -n 's/^\(--[a-z-]*\) \([a-z]*|[a-zMTA|]*\).*/\1 \2/p' \
    "$scratch/options-help" | tr '|' ' ' | sed "s/MTA/$mail_servers/" >"$scratch/words-help"

while read -r name _; do
	bash -c '
. "$1"
COMP_WORDS=(bouncestat "$2" "") COMP_CWORD=2
_bouncestat
echo "$2" "${COMPREPLY[@]}"
' bash $completions/bouncestat.bash "$name"
	sed -n "s/^	'\*\{0,1\}$name=.*:(\([^)]*\))'.*/$name \1/p" \
	    $completions/_bouncestat >>"$scratch/words-zsh"
	sed -n "s/^complete .*-l ${name#--} -x -a '\([^']*\)'.*/$name \1/p" \
	    $completions/bouncestat.fish >>"$scratch/words-fish"
done <"$scratch/words-help" >"$scratch/words-bash"

same 'words of options' words-help words-bash
same 'words of options' words-help words-zsh
same 'words of options' words-help words-fish

# --- commands ---

sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' "$scratch/help" |
    sort >"$scratch/commands-help"
sed -n '/^\.Sh COMMANDS/,/^\.Sh OPTIONS/s/^\.It Cm \([a-z]*\).*/\1/p' $page |
    sort >"$scratch/commands-manual"
sed -n 's/^| `bouncestat \[*\([a-z]*\).*/\1/p' README.md |
    sort >"$scratch/commands-readme"
bash -c '
. "$1"
cd /var/empty 2>/dev/null || cd "$2"
COMP_WORDS=(bouncestat "") COMP_CWORD=1
_bouncestat
printf "%s\n" "${COMPREPLY[@]}"
' bash "$PWD/$completions/bouncestat.bash" "$(mktemp -d -p "$scratch")" |
    sort >"$scratch/commands-bash"
sed -n '/^commands=/,/^)/s/^	.\([a-z]*\):.*/\1/p' $completions/_bouncestat |
    sort >"$scratch/commands-zsh"
sed -n 's/^complete .* -n "[$]first" -a \([a-z]*\) .*/\1/p' \
    $completions/bouncestat.fish | sort >"$scratch/commands-fish"
sed -n 's/^set -l commands //p' $completions/bouncestat.fish | tr ' ' '\n' |
    sort >"$scratch/commands-fish-seen"

for place in manual readme bash zsh fish fish-seen; do
	same commands commands-help "commands-$place"
done

# --- categories, as the program's table has them ---

sed -n 's/^	{ "\([a-z_]\{1,\}\)", CLASS_.*/\1/p' src/classify/verdict.c |
    sort >"$scratch/categories-program"
sed -n '/^\.Sh CATEGORIES/,/^\.Sh ENV/s/^\.It \([a-z_]*\) Ta.*/\1/p' $page |
    sort >"$scratch/categories-manual"
bash -c '
. "$1"
COMP_WORDS=(bouncestat --category "") COMP_CWORD=2
_bouncestat
printf "%s\n" "${COMPREPLY[@]}"
' bash $completions/bouncestat.bash | sort >"$scratch/categories-bash"
sed -n '/^categories=/,/^)/p' $completions/_bouncestat | sed '1d;$d' |
    tr -s '[:space:]' '\n' | sed '/^$/d' | sort >"$scratch/categories-zsh"
sed -n '/^set -l categories/,/unknown$/p' $completions/bouncestat.fish |
    sed 's/^set -l categories//; s/\\//' | tr -s ' ' '\n' | sed '/^$/d' |
    sort >"$scratch/categories-fish"

for place in manual bash zsh fish; do
	same categories categories-program "categories-$place"
done

# --- figures of --fail-if ---

sed -n 's/^	OF_[A-Z]*(\([a-z_]*\)),$/\1/p' src/report/alerts.c |
    sort >"$scratch/figures-program"
sed -n '/^\.Sh THRESHOLDS/,/^\.Sh WHAT/p' $page |
    awk '/^\.El/ { on = 0 } on && !/^\.It/ { print } /^\.Bl -item/ { on = 1 }' |
    tr ' ' '\n' | sort >"$scratch/figures-manual"
same 'figures of --fail-if' figures-program figures-manual

# --- columns of rows ---

for command in events deliveries classify; do
	"$PROGRAM" $command --log-tz UTC </dev/null 2>/dev/null | tr , '\n' \
	    >"$scratch/columns-$command"
	sed -n "/^\.Cm $command :/,/^\.El/p" $page | sed '/^\./d' | tr ' ' '\n' \
	    >"$scratch/columns-manual"
	same "columns of $command" "columns-$command" columns-manual
done

# --- keys of pattern files ---

# Every key that a file uses is explained in bouncestat-patterns(5).
sed -n 's/^\([a-z_]\{2,\}\)[ 	].*/\1/p' patterns/*/* patterns/providers |
    sort -u >"$scratch/keys-used"
grep '^\.\(It \)*Ic' src/cli/bouncestat-patterns.5 | tr ' ' '\n' |
    grep '^[a-z_]*$' | sort -u >"$scratch/keys-explained"
comm -23 "$scratch/keys-used" "$scratch/keys-explained" >"$scratch/keys-missing"
if [ -s "$scratch/keys-missing" ]; then
	echo "options.sh: keys that bouncestat-patterns(5) does not explain:" >&2
	cat "$scratch/keys-missing" >&2
	failures=$((failures + 1))
fi

# Names of groups and of fields.
sed -n '/pattern_field_names.*=/,/};/p' src/scan/pattern_load.c |
    grep -o '"[a-z_]*"' | tr -d '"' | sort >"$scratch/groups-program"
sed -n '/^Groups have these names/,/others begin/p' \
    src/cli/bouncestat-patterns.5 |
    sed 's/^Groups have these names://; /^\.Ic/d; s/and for//; s/; others.*//' |
    tr -s ', ' '\n' | sed '/^$/d' | sort >"$scratch/groups-manual"
same 'names of groups' groups-program groups-manual
sed -n '/record_field_names.*=/,/};/p' src/scan/record_format.c |
    grep -o '"[a-z_]*"' | tr -d '"' | sort >"$scratch/fields-program"
sed -n 's/^Names: //; t name; b; :name; N; N; s/\.\n.*//; s/\n/ /g; p' \
    src/cli/bouncestat-patterns.5 | tr -s ', ' '\n' | sort >"$scratch/fields-manual"
same 'names of fields' fields-program fields-manual

[ "$failures" -eq 0 ] || exit 1
echo "options.sh: $(wc -l <"$scratch/options-help") options and" \
    "$(wc -l <"$scratch/commands-help") commands are the same everywhere"
