#!/bin/bash
# What goes to the terminal beside the screen, and comes from it beside keys: its title, the clipboard, the bell, the mouse.
. "$(dirname "$0")/lib.sh"

fresh_database
mail 'Maria <maria@novus.example>' 'The export is stuck' m1@novus.example >/dev/null <<'END'
Hello,
nothing has come since midnight.
END
mail 'Jo <jo@novus.example>' 'Second of them' m2@novus.example >/dev/null <<'END'
Please look.
END
first=$(sql "SELECT id FROM sandglass.ticket ORDER BY id LIMIT 1")
second=$((first + 1))

title() { [ "$(tm display-message -p -t "$1" '#{pane_title}')" = "$2" ]; }
rang() { [ "$(tm display-message -p -t "$1" '#{window_bell_flag}')" = 1 ]; }
buffer() { [ "$(tm show-buffer 2>/dev/null)" = "$1" ]; }

echo "the title says what is to be done, and is given back"
console anna anna 120 30
wait_for anna "The export is stuck"
before=$(hostname)
until_true "the title" title anna "sandglass: 2 open"
type_text anna ":set bell all"
keys anna Enter
wait_for anna "bell is all"
sed 's/"2h"/"1s"/' "$here/policy.conf" >"$here/hasty.conf"
"$program" policy apply "$here/hasty.conf" >"$here/apply.log" 2>&1 || fail "policy apply: $(cat "$here/apply.log")"
until_true "the title with a breach" title anna "sandglass: 2 breached, 2 open"
until_true "the bell" rang anna
type_text anna ":set notitle"
keys anna Enter
until_true "the title of before" title anna "$before"
type_text anna ":set title"
keys anna Enter
until_true "the title again" title anna "sandglass: 2 breached, 2 open"

echo "y copies into tmux's buffer"
keys anna g g y y
wait_for anna "copied into tmux's buffer: $first The export is stuck"
until_true "number and subject" buffer "$first The export is stuck"
keys anna y i
until_true "the number" buffer "$first"
keys anna y r
until_true "the address" buffer "maria@novus.example"
keys anna Enter
wait_for anna "nothing has come since midnight"
keys anna y m
until_true "the message" buffer "$(printf 'Hello,\nnothing has come since midnight.')"
keys anna q
keys anna Space j Space y i
until_true "a line each of the marked ones" buffer "$(printf '%s\n%s' "$first" "$second")"
keys anna U

echo "a search says which of its matches it shows"
keys anna g g /
type_text anna "novus.example"
keys anna Enter
wait_for anna "1 of 2; n and N go to the others"
keys anna n
wait_for anna "2 of 2; n and N go to the others"
keys anna Escape

echo "outside of tmux it is OSC 52"
console plain ben 100 24 TMUX=
wait_for plain "The export is stuck"
tm pipe-pane -t plain -O "cat >$here/plain.out"
keys plain g g y i
wait_for plain "copied to the terminal's clipboard (OSC 52): $first"
until_true "the sequence" grep -qF "52;c;$(printf %s "$first" | base64)" "$here/plain.out"
keys plain Q
wait_for plain "exit 0"
restored plain

echo "after the editor and after leaving the title is as it should be"
cat >"$here/editor" <<'END'
#!/bin/sh
until [ -e "$0.go" ]; do sleep 0.05; done
END
chmod +x "$here/editor"
type_text anna ":set editor $here/editor"
keys anna Enter
keys anna g g i
until_true "the editor's title is not ours" title anna "$before"
touch "$here/editor.go"
until_true "ours again" title anna "sandglass: 2 breached, 2 open"
keys anna Q
wait_for anna "exit 0"
until_true "the shell's" title anna "$before"
restored anna

echo "suspended and continued: the shell has its terminal, then the console again"
console sleepy anna 100 24
wait_for sleepy "Second of them"
until_true "its title" title sleepy "sandglass: 2 breached, 2 open"
pid=$(pgrep -u "$(id -u)" -x sandglass -t "$(tm display-message -p -t sleepy '#{pane_tty}' | sed 's|/dev/||')")
state() { [ "$(ps -o stat= -p "$pid" | cut -c1)" = "$1" ]; }
keys sleepy C-z
until_true "it stands still" state T
until_true "the title of before" title sleepy "$before"
[ "$(tm display-message -p -t sleepy '#{alternate_on} #{cursor_flag}')" = "0 1" ] || fail "suspended on its own screen"
kill -CONT "$pid"
wait_for sleepy "Second of them"
until_true "its title again" title sleepy "sandglass: 2 breached, 2 open"
keys sleepy j
wait_match sleepy "^>.* $second "
keys sleepy Q
wait_for sleepy "exit 0"
restored sleepy

echo "the mouse, when it is asked for"
echo "We will look." >"$here/answer"; printf "#!/bin/sh\ncat %s/answer \"\$1\" >\"\$1.new\" && mv \"\$1.new\" \"\$1\"\n" "$here" >"$here/editor2"; chmod +x "$here/editor2"
console mouse anna 120 30 VISUAL="$here/editor2"
wait_for mouse "Second of them"
keys mouse g g
wait_match mouse "^>.* $first "
click() { tm send-keys -t mouse -l "$(printf '\033[<0;%d;%dM\033[<0;%d;%dm' "$2" "$1" "$2" "$1")"; }
click 4 10
type_text mouse ":set mouse on"
keys mouse Enter
wait_for mouse "mouse is on"
matches mouse "^>.* $first " || fail "a click did something while the mouse was off"
mouse_on() { [ "$(tm display-message -p -t mouse '#{mouse_sgr_flag}')" = "$1" ]; }
until_true "tmux knows that the mouse is wanted" mouse_on 1
click 4 10
wait_match mouse "^>.* $second "
click 3 10
click 3 10
wait_for mouse "r reply  c claim"
click 30 3
wait_for mouse "send, pending"
keys mouse q
wait_for mouse "the draft is kept"
tm send-keys -t mouse -l "$(printf '\033[<64;10;4M')"
type_text mouse ":set nomouse"
keys mouse Enter
until_true "and that it is not" mouse_on 0

echo ":debug says what a report needs"
type_text mouse ":debug"
keys mouse Enter
wait_match mouse 'PostgreSQL +1[5-9]\.'
wait_match mouse 'type +[a-z].*120x30, UTF-8'
keys mouse R q Q
wait_for mouse "exit 0"
restored mouse
