#!/bin/sh
# make install puts everything in its place, the installed program works from
# there, and make uninstall takes all of it away again, and nothing else.  The
# place has a blank in its name.
#
#	PREFIX=/usr/local tests/docs/install.sh
set -u
export LC_ALL=C

scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' HUP INT TERM
make=${MAKE:-make}

fail()
{
	echo "install.sh: $*" >&2
	exit 1
}

mkdir "$scratch/the"
touch "$scratch/the/neighbour"
$make -s install DESTDIR="$scratch/the place" >"$scratch/log" 2>&1 || {
	cat "$scratch/log" >&2
	fail 'make install failed'
}
there="$scratch/the place${PREFIX:-/usr/local}"
for file in bin/bouncestat \
    share/man/man1/bouncestat.1 \
    share/man/man5/bouncestat-patterns.5 \
    share/bash-completion/completions/bouncestat \
    share/zsh/site-functions/_bouncestat \
    share/fish/vendor_completions.d/bouncestat.fish \
    share/bouncestat/patterns/providers; do
	[ -s "$there/$file" ] || fail "not there: $file"
done

# From another directory, so that only the installed pattern files are there.
(cd "$scratch" && "$there/bin/bouncestat" explain 4.3.2) |
    grep -q 'System not accepting network messages' ||
    fail 'the installed program does not find its pattern files'
(cd patterns && find . -type f | sort) >"$scratch/source"
(cd "$there/share/bouncestat/patterns" && find . -type f | sort) \
    >"$scratch/installed"
diff "$scratch/source" "$scratch/installed" >&2 ||
    fail 'not all pattern files are installed'

# A directory that happens to be named patterns is not taken for its own.
mkdir -p "$scratch/x/y" "$scratch/x/patterns"
cp "$there/bin/bouncestat" "$scratch/x/y"
cp -r patterns/codes "$scratch/x/patterns"
mkdir "$scratch/x/patterns/rules"
"$scratch/x/y/bouncestat" check 2>&1 | grep -q "x/.*patterns" &&
    fail 'a copy takes patterns from a directory beside it'

$make -s uninstall DESTDIR="$scratch/the place" >"$scratch/log" 2>&1 ||
    fail 'make uninstall failed'
left=$(find "$there" -type f)
[ -z "$left" ] || fail "left behind: $left"
[ -e "$scratch/the/neighbour" ] || fail 'make uninstall removed a neighbour'
echo 'install.sh: installed, works, and is gone again'
