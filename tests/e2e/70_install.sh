#!/bin/bash
# make install and uninstall below DESTDIR and PREFIX; the manual page and the completions that come with the program: they
# hold what the tables hold, the page renders without a warning, and a completion that is called answers.
set -u
program=$SANDGLASS_TEST_PROGRAM
root=$SANDGLASS_TEST_ROOT
here=$(mktemp -d "$SANDGLASS_TEST_WORK/install.XXXXXX")
trap 'rm -rf "$here"' EXIT
failed=0

fail() {
	echo "install: $*"
	failed=1
}

same() { [ "$2" = "$3" ] || fail "$1: got \"$2\", expected \"$3\""; }

below() { make -C "$root" MODE="$(basename "$(dirname "$program")")" DESTDIR="$here/stage" PREFIX=/opt/desk "$@" >"$here/make.log" 2>&1; }

echo "what is installed is there, readable, and gone again"
desk=$here/stage/opt/desk
mkdir -p "$desk/share/man/man1"
echo another >"$desk/share/man/man1/another.1"
below install || { fail "make install: $(cat "$here/make.log")"; exit 1; }
same 'installed files' "$(cd "$here/stage" && find . -type f ! -name '*.conf' -printf '%m %p\n' | LC_ALL=C sort)" \
	'644 ./opt/desk/share/bash-completion/completions/sandglass
644 ./opt/desk/share/fish/vendor_completions.d/sandglass.fish
644 ./opt/desk/share/man/man1/another.1
644 ./opt/desk/share/man/man1/sandglass.1
644 ./opt/desk/share/zsh/site-functions/_sandglass
755 ./opt/desk/bin/sandglass
755 ./opt/desk/bin/sandglass-mail'
same 'installed themes' "$(ls "$desk/share/sandglass/themes")" "$(ls "$root/themes")"
echo 'a mail that is none' | "$desk/bin/sandglass" intake --dry-run 2>&1 | grep -q unreadable || fail "the installed program finds no sandglass-mail"
# What a console has to load each time it starts.
ldd "$desk/bin/sandglass" | grep -E 'gmime|libcurl|libxml2' && fail "the console loads the libraries for mail"
"$desk/bin/sandglass" --version | grep -q '^sandglass [0-9]' || fail "the installed program does not run"
cp -r "$desk/share" "$here/share"
below uninstall || fail "make uninstall: $(cat "$here/make.log")"
same 'left after uninstall' "$(cd "$here/stage" && find . ! -type d)" './opt/desk/share/man/man1/another.1'

echo "the page holds every sub-command, option, key, setting, exit code and variable"
page=$here/share/man/man1/sandglass.1
# The page as plain words: fonts and escapes taken away.
sed -e 's/\\f[BIR]//g' -e 's/\\-/-/g' -e 's/\\(aq/'"'"'/g' -e 's/\\(ga/`/g' -e 's/\\(ha/^/g' -e 's/\\(ti/~/g' -e 's/\\(dq/"/g' \
	-e 's/^\\&//' -e 's/\\e/\\/g' "$page" >"$here/words"
holds() { grep -qxF -- "$1" "$here/words" || fail "the page has no line \"$1\""; }
# quoted N FILE: the N-th quoted string of each row of a table, as C reads it
quoted() { python3 -c 'import re, sys
for row in re.findall(r"^(?:SUB)?COMMAND(?:_WITH_MAIL)?\(.*", open(sys.argv[2]).read(), re.M):
    print(re.findall(r"\"((?:[^\"\\]|\\.)*)\"", row)[int(sys.argv[1])].replace("\\\\", "\\"))' "$1" "$root/include/$2"; }
commands=$(quoted 0 cmd/subcommands.def)
[ "$(echo "$commands" | wc -l)" -ge 18 ] || fail "few sub-commands: $commands"
options=0
for command in '' $commands; do
	[ -z "$command" ] || holds ".SS $command"
	"$program" $command --help >"$here/help" || fail "$command --help: exit $?"
	for option in $(grep -o '^ *\(-., \)\?--[a-z-]*' "$here/help"); do
		case $option in --*)
			options=$((options + 1))
			grep -qE -- "^(-., )?$option( |$)" "$here/words" || fail "the page has no $option of $command"
			;;
		esac
	done
done
[ $options -ge 50 ] || fail "only $options options in all --help"
quoted 0 core/commands.def >"$here/names"
quoted 1 core/commands.def >"$here/keys"
quoted 2 core/commands.def >"$here/arguments"
quoted 3 core/commands.def >"$here/texts"
[ "$(wc -l <"$here/names")" -gt 50 ] || fail "few commands of the console"
while IFS= read -r name <&3 && IFS= read -r keys <&4 && IFS= read -r argument <&5 && IFS= read -r text <&6; do
	shown=$(sed -e 's/\([^ ]\)-\([^ ]\)/\1\n\2/g' -e 's/ /, /g' <<<"$keys" | tr '\n' ' ')
	holds "${shown:+${shown% }${keys:+, }}:$name${argument:+ $argument}"
	holds "$text"
done 3<"$here/names" 4<"$here/keys" 5<"$here/arguments" 6<"$here/texts"
settings=$(sed -n 's/^SETTING_[A-Z]*(\([a-z_]*\),.*/\1/p' "$root/include/conf/settings.def")
[ "$(echo "$settings" | wc -l)" -ge 10 ] || fail "few settings: $settings"
for setting in $settings; do holds "$setting"; done
for key in $(sed -n 's/^FILTER_KEY([A-Z]*, "\([a-z]*\)", "[^"]*", "\(.\).*/\1\2/p' "$root/include/core/filter_keys.def"); do
	grep -qE "^$key(,|$)" "$here/words" || fail "the page has no filter key $key"
done
for code in $(sed -n 's/.*\[ERROR_[A-Z_]*\] = \(EX_[A-Z]*\),.*/\1/p' "$root/src/cmd/command_line.c" | sort -u); do
	holds "$(printf '#include <sysexits.h>\n%s\n' "$code" | gcc -E -P - | tail -n 1)"
done
for variable in $(grep -oh 'getenv("[A-Z_]*")' -r "$root/src" | sed 's/.*"\(.*\)".*/\1/' | sort -u | grep -vx NCURSES_NO_PADDING); do # which it only puts back
	sed -n '/^\.SH ENVIRONMENT/,/^\.SH FILES/p' "$here/words" | grep -qw "$variable" || fail "the page has no variable $variable"
done

echo "the page renders without a warning"
! LC_ALL=C grep -n '[^ -~]' "$page" || fail "the page is not plain ASCII"
! grep -nE "^\.[^A-Za-z\\]|^'|[^\\]-" "$page" | grep -v '^[0-9]*:\.\\"' || fail "a line of the page is not escaped"
if command -v groff >/dev/null && groff -man -Tutf8 -z /dev/null 2>/dev/null; then
	same 'warnings of groff' "$(groff -ww -man -Tutf8 -z "$page" 2>&1)" ''
	LC_ALL=C groff -man -Tascii -P-cbou "$page" | grep -q '^ *s n, :status new$' || fail "groff does not show a key"
else
	echo "(no groff here: only the structure is looked at)"
fi

echo "completions"
bash=$here/share/bash-completion/completions/sandglass
bash -n "$bash" || fail "bash does not read it"
# completed WORDS...: what bash offers for the last of them
completed() {
	COMP_WORDS=(sandglass "$@") COMP_CWORD=$#
	COMPREPLY=()
	_sandglass 2>"$here/bash.err"
	echo "${COMPREPLY[*]-}$(cat "$here/bash.err")"
}
. "$bash"
cd "$here" && mkdir empty && cd empty && touch 'a reply' || exit 1
same 'commands' "$(completed '')" "$(echo $commands)"
same 'pol' "$(completed pol)" policy
same 'policy e' "$(completed policy e)" export
same 'policy apply' "$(completed policy apply '')" 'a reply'
same 'agent' "$(completed agent '')" 'add list disable'
same 'agent add --v' "$(completed agent add --v)" --viewer
same 'agent list --v' "$(completed agent list --v)" ''
same 'a ticket number' "$(completed status '')" ''
same 'a status' "$(completed status 17 p)" pending
same 'a status behind options' "$(completed status --json -d desk 17 h)" hold
same 'what an option takes' "$(completed list --json --view '')" 'all mine unassigned'
same 'a single dash is an argument' "$(completed status - p)" pending
same 'any text' "$(completed list --filter '')" ''
same 'a file of a reply' "$(completed reply 17 'a ')" 'a reply'
same 'one file more' "$(completed intake x y '')" 'a reply'
same 'no command' "$(completed --view m)" mine
same 'an unknown command' "$(completed nonsense '')" ''
if command -v zsh >/dev/null; then zsh -n "$here/share/zsh/site-functions/_sandglass" || fail "zsh does not read it"; fi
if command -v fish >/dev/null; then
	offered() { fish --no-config -c "source '$here/share/fish/vendor_completions.d/sandglass.fish'; complete -C '$1'" | cut -f1 | tr '\n' ' '; }
	same 'fish: pol' "$(offered 'sandglass pol')" 'policy '
	same 'fish: agent' "$(offered 'sandglass agent ')" 'add disable list '
	same 'fish: agent add --v' "$(offered 'sandglass agent add --v')" '--viewer '
	same 'fish: a status behind options' "$(offered 'sandglass status -d desk 17 h')" 'hold '
	same 'fish: what an option takes' "$(offered 'sandglass list --view m')" 'mine '
	same 'fish: a file of a reply' "$(offered 'sandglass reply 17 a')" 'a reply '
fi
for kind in man bash zsh fish; do "$program" generate $kind | grep -q . || fail "generate $kind prints nothing"; done
"$program" generate csh >/dev/null 2>&1
same 'exit code of an unknown shell' $? 64
exit $failed
