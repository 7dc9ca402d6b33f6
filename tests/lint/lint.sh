#!/bin/sh
# lint.sh CC FLAGS: what the compiler does not hold together. One line for each finding, "lint: ok" when there is none.
#   layers   an #include that points up or sideways; a library outside of its layer; clocks and environment in core
#   headers  each compiles alone
#   format   clang-format has nothing to change
#   words    notes to oneself, and functions that include/base/banned.h forbids (it covers src, this covers the tests)
#   size     files of more than 800 lines, functions of more than 80
#   top      no top-level entries but those that the README lists
set -u
cc=$1
flags=$2
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d "${TMPDIR:-/tmp}/sandglass-lint.XXXXXX")
trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8

if [ -e .git ]; then
	git ls-files -co --exclude-standard | while read -r file; do [ -f "$file" ] && echo "$file"; done
else
	find . -type f ! -path './build/*' | sed 's,^\./,,'
fi | sort >"$work/files"
grep '\.[ch]$' "$work/files" >"$work/c"
grep -E '^(src|include)/.*\.(c|h|def)$' "$work/files" >"$work/program"

# The layer of a file is its second directory; main.c and main_mail.c belong to cmd.
layers() {
	xargs grep -Hn '^[ 	]*#[ 	]*include' <"$work/program" | awk '
	BEGIN {
		may["base"] = " base "
		may["core"] = " base core "
		may["store"] = " base core store "
		may["mail"] = " base core mail "
		may["conf"] = " base core conf "
		may["ui"] = " base core ui "
		may["app"] = " base core store mail conf ui app "
		may["cmd"] = " base core store mail conf ui app cmd "
		home["curses"] = home["term.h"] = "ui"
		home["libpq"] = home["postgres"] = home["pg_config"] = "store"
		home["gmime"] = home["libxml"] = home["glib"] = home["curl/"] = "mail"
		home["libconfig"] = "conf"
	}
	{
		split($0, part, ":")
		place = part[1] ":" part[2]
		split(part[1], directory, "/")
		layer = directory[2] ~ /^main.*\.c$/ ? "cmd" : directory[2]
		what = $0
		sub(/^[^#]*#[ \t]*include[ \t]*/, "", what)
		quoted = what ~ /^"/
		gsub(/[<>"]/, "", what)
		sub(/[ \t].*/, "", what)
		if (!(layer in may)) {
			print place ": " layer " is no layer"
			next
		}
		if (quoted) {
			split(what, target, "/")
			if (target[1] in may && !index(may[layer], " " target[1] " "))
				print place ": " layer " may not include " what
		}
		for (library in home)
			if (index(what, library) && layer != home[library])
				print place ": " what " belongs into " home[library] " only"
	}'
	grep -E '^(src|include)/core/' "$work/program" |
		xargs grep -nE '\<(time|getenv|secure_getenv|clock_gettime|gettimeofday|localtime|localtime_r)[ ]*\(' |
		sed 's/^\([^:]*:[0-9]*\):.*/\1: core asks no clock and no environment: the caller passes them/'
}

headers() {
	grep '^include/.*\.h$' "$work/files" | xargs -P 2 -I{} sh -c \
		"$cc $flags -Werror -fsyntax-only -x c '{}' >'$work/header.'\$\$ 2>&1 || { echo '{}: does not compile alone'; head -n 3 '$work/header.'\$\$; }"
}

format() {
	if ! command -v clang-format >/dev/null; then
		echo "clang-format is not installed: make deps"
		return
	fi
	xargs -P 2 -n 8 clang-format --dry-run <"$work/c" 2>&1 | grep 'warning: code should be' |
		cut -d: -f1 | sort | uniq -c | while read -r count file; do
		echo "$file: $count places are not formatted: make format"
	done
}

words() {
	grep -vE '^(schema/policy\.conf|tests/.*/(golden|fixtures|corpus)/|LICENSE)' "$work/files" | xargs grep -nIE \
		'\<(TO''DO|FIX''ME|XX''X|HA''CK|st''ub(bed|s)?)\>' | sed 's/^\([^:]*:[0-9]*\):.*/\1: a note to oneself: do it, or open an issue/'
	grep '\.c$' "$work/c" | xargs grep -nE \
		'(^|[^a-zA-Z0-9_.>])(strcpy|strcat|strncpy|strncat|sprintf|vsprintf|gets|strtok|tmpnam|mktemp|atoi|atol|atof)[ ]*\(' |
		sed 's/^\([^:]*:[0-9]*\):.*/\1: a banned function (include\/base\/banned.h)/'
}

size() {
	xargs awk '
	/^\{$/ { begin = FNR }
	/^}$/ {
		if (begin && FNR - begin - 1 > 80)
			print FILENAME ":" begin ": a function of " FNR - begin - 1 " lines, more than 80"
		begin = 0
	}
	{ last[FILENAME] = FNR }
	END {
		for (file in last)
			if (last[file] > 800)
				print file ": " last[file] " lines, more than 800"
	}' <"$work/c"
}

top() {
	cut -d/ -f1 "$work/files" | sort -u |
		grep -vxE 'Makefile|README\.md|LICENSE|src|include|themes|tests|schema|\..*' | sed 's/$/: not among the top-level entries/'
}

# Two at a time: the machine that this must be quick on has two cores.
headers >"$work/findings.headers" &
for check in layers words size top format; do
	$check >"$work/findings.$check"
done
wait
if cat "$work"/findings.* | grep .; then
	echo "lint: $(cat "$work"/findings.* | wc -l) lines of findings"
	exit 1
fi
echo "lint: ok"
