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
