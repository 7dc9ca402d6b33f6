#!/bin/bash
# A draft is on the server, too: another machine goes on with it, two of one agent are both kept, what a lost server or a killed
# console kept from it goes there later, and a full disk is said at once and loses nothing.
. "$(dirname "$0")/lib.sh"
fresh_database
cat >"$here/editor" <<-'END'
	#!/bin/sh
	{ cat "$EDITOR_TEXT"; cat "$1"; } >"$1.new" && mv "$1.new" "$1"
	echo "editing"
	while [ -e "$EDITOR_TEXT.hold" ]; do sleep 0.05; done
	END
chmod +x "$here/editor"
host=$(hostname)
for i in 1 2 3 4; do
	echo "Question $i." | mail 'Mira <mira@novus.example>' "Subject $i" "q$i@novus.example" >/dev/null
done
first=$(sql "SELECT min(id) FROM sandglass.ticket")
# machine NAME: anna's console with a state directory of its own; it writes what stands in $here/NAME.text.
machine() {
	local name=$1
	shift
	[ -e "$here/$name.text" ] || : >"$here/$name.text"
	console "$name" anna 180 30 XDG_STATE_HOME="$here/$name.state" VISUAL="$here/editor" EDITOR_TEXT="$here/$name.text" "$@"
	wait_for "$name" live
	wait_for "$name" 'Subject 4'
}
open() {
	keys "$1" q # back to the list, or nothing
	type_text "$1" ":$2"
	keys "$1" Enter
	wait_for "$1" "Question $(($2 - first + 1))."
}
drafts() { sql "SELECT string_agg(body, '|' ORDER BY body) FROM sandglass.draft WHERE ticket_id = $1"; }
drafts_are() { [ "$(drafts "$1")" = "$2" ]; }
console_pid() { pgrep -f "^$program\$" -P "$(tm display-message -p -t "$1" '#{pane_pid}')"; }
gone() { ! kill -0 "$1" 2>/dev/null; }

echo "begun here, finished there"
echo 'From the desk.' >"$here/desk.text"
machine desk
open desk "$first"
keys desk r
wait_for desk 'From the desk.'
until_true "it is on the server" drafts_are "$first" 'From the desk.'
keys desk q
machine home
wait_for home '1 draft is waiting; :drafts shows it'
matches home "✎ *$first " || fail "no sign in the list"
open home "$first"
wait_for home "reply draft on ${host:0:8}"
echo 'From home.' >"$here/home.text"
keys home r
wait_for home 'From home.'
wait_for home 'From the desk.'
wait_for home "this is your draft from elsewhere (${host:0:8}"
until_true "one copy, the new one" drafts_are "$first" $'From home.\nFrom the desk.'
keys home y
wait_sql "SELECT body FROM sandglass.message WHERE ticket_id = $first AND agent_id IS NOT NULL" $'From home.\nFrom the desk.'
until_true "sent is no draft" drafts_are "$first" ''

echo "the file that is left at the desk is not sent past that"
: >"$here/desk.text"
open desk "$first"
keys desk r
wait_for desk 'The ticket was changed while you were writing'
wait_for desk 'From home.'
keys desk y
wait_for desk 'not sent: the ticket changed'
type_text desk ':discard'
keys desk Enter
wait_for desk 'the draft of a reply is thrown away'
until_true "and not a draft" drafts_are "$first" ''

echo "two texts for one ticket are both kept"
second=$((first + 1))
echo 'Text of the desk.' >"$here/desk.text"
open desk "$second"
keys desk r
wait_for desk 'Text of the desk.'
keys desk q
sql "SET sandglass.act_as = anna; SELECT sandglass.draft_put($second, 'reply', 'elsewhere', 'laptop', 'Text of the laptop.', 1, 1)" >/dev/null
: >"$here/desk.text"
keys desk q
open desk "$second"
keys desk r
wait_for desk 'Another draft of yours is kept (laptop, '
wait_for desk 'Text of the desk.'
keys desk x
wait_for desk 'Text of the laptop.'
wait_gone desk 'Text of the desk.'
until_true "both are there" drafts_are "$second" 'Text of the desk.|Text of the laptop.'
keys desk x
wait_for desk 'Text of the desk.'
until_true "both are there" drafts_are "$second" 'Text of the desk.|Text of the laptop.'

echo "what is written while the exchange is on its way stays"
stopped=$(sql "SELECT pid FROM pg_stat_activity WHERE usename = 'anna' AND datname = current_database()")
kill -STOP $stopped
echo 'More.' >"$here/desk.text"
keys desk x e
wait_for desk 'More.'
kill -CONT $stopped
until_true "both are there, the one of the desk as it is now" drafts_are "$second" $'More.\nText of the desk.|Text of the laptop.'
shows desk 'More.' || fail "the exchange took its place"
: >"$here/desk.text"
keys desk y
until_true "the one that was sent is none any more" drafts_are "$second" 'Text of the laptop.'
type_text desk ':drafts'
keys desk Enter
wait_for desk "$second reply"
wait_for desk 'Text of the laptop.'
keys desk Escape

echo "what was written while the server was away goes there when it is back"
third=$((first + 2))
echo 'Offline.' >"$here/desk.text"
touch "$here/desk.text.hold"
open desk "$third"
keys desk r
wait_for desk editing
sql "ALTER ROLE anna NOLOGIN; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'anna'" >/dev/null
rm "$here/desk.text.hold"
wait_for desk 'offline'
wait_for desk 'Offline.'
[ "$(drafts "$third")" = '' ] || fail "it is there already"
sql "ALTER ROLE anna LOGIN" >/dev/null
until_true "it is on the server" drafts_are "$third" 'Offline.'

echo "a console that was killed with its editor: the next one gives the server what the editor had"
fourth=$((first + 3))
echo 'Half a sentence' >"$here/desk.text"
touch "$here/desk.text.hold"
open desk "$fourth"
keys desk r
wait_for desk editing
pid=$(console_pid desk)
kill -9 "$pid"
until_true "the console is dead" gone "$pid"
rm "$here/desk.text.hold"
tm kill-session -t desk
machine desk
wait_for desk 'drafts are waiting'
until_true "it is on the server" drafts_are "$fourth" 'Half a sentence'

echo "a full disk is said at once, and the server's copy is still there"
# The limit stands for the disk; frames fit into it, this text does not.
sql "UPDATE sandglass.draft SET body = body || repeat(E'\\nA long draft.', 10000), place = 'elsewhere' WHERE ticket_id = $fourth" >/dev/null
tm kill-session -t home
cat >"$here/full" <<-END
	trap '' XFSZ
	ulimit -f 64
	exec "$program"
	END
terminal full 120 30 env PGUSER=anna XDG_STATE_HOME="$here/new.state" VISUAL="$here/editor" EDITOR_TEXT="$here/home.text" bash "$here/full"
wait_for full live
wait_for full 'Subject 4'
open full "$fourth"
keys full r
wait_for full 'cannot keep the draft (File too large)'
type_text full ':drafts'
keys full Enter
wait_for full "$fourth reply"
type_text full "$fourth"
wait_for full 'Half a sentence'
keys full Escape
keys full Q
wait_for full 'exit 0'
[ "$(sql "SELECT length(body) > 100000 FROM sandglass.draft WHERE ticket_id = $fourth")" = t ] || fail "the draft is lost"
