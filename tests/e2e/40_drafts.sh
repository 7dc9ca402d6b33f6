#!/bin/bash
# A draft is never lost: not when the console is killed while the editor runs, not when the terminal is closed. And a closed
# terminal leaves no process behind.
. "$(dirname "$0")/lib.sh"
fresh_database
echo "How long?" | mail 'Mira <mira@novus.example>' 'The export is stuck' one@novus.example >/dev/null
ticket=$(sql "SELECT max(id) FROM sandglass.ticket")

# Writes a line above what is there, as a person would, and stays until somebody ends it.
cat >"$here/editor" <<END
#!/bin/sh
{ echo "\${LINE_TO_WRITE:-An hour at most.}"; cat "\$1"; } >"$here/new" && cat "$here/new" >"\$1"
echo \$\$ >"$here/editing"
echo "editing \$1"
while [ -e "$here/editing" ]; do sleep 0.05; done
END
chmod +x "$here/editor"
console_pid() { pgrep -f "^$program\$" -P "$(tm display-message -p -t "$1" '#{pane_pid}')"; }
drafts() { find "$XDG_STATE_HOME/sandglass/drafts" -name "$ticket-reply.txt" 2>/dev/null | grep -c .; }
gone() { ! kill -0 "$1" 2>/dev/null; }

echo "the console is killed while the editor runs"
console anna anna 100 30 VISUAL="$here/editor"
wait_match anna "$ticket .*export"
keys anna r
wait_for anna editing
pid=$(console_pid anna)
[ -n "$pid" ] || fail "no process of the console"
kill -9 "$pid"
until_true "the console is dead" gone "$pid"
rm -f "$here/editing"
tm kill-session -t anna
[ "$(drafts)" = 1 ] || fail "$(drafts) drafts are left"
file=$(find "$XDG_STATE_HOME/sandglass/drafts" -name "$ticket-reply.txt")
grep -qx 'An hour at most.' "$file" || fail "the draft holds: $(cat "$file")"
[ "$(stat -c %a "$file")" = 600 ] || fail "others can read the draft"

echo "the next console goes on with it"
console anna anna 100 30 VISUAL="$here/editor" LINE_TO_WRITE='Good news:'
wait_match anna "$ticket .*export"
keys anna r
wait_for anna editing
rm -f "$here/editing"
wait_for anna 'An hour at most.'
wait_for anna 'Good news:'

echo "the terminal is closed at the send bar"
pid=$(console_pid anna)
tm kill-session -t anna
until_true "the console of a closed terminal ends" gone "$pid"
grep -qx 'Good news:' "$file" || fail "the draft holds: $(cat "$file")"
[ "$(sql "SELECT count(*) FROM sandglass.message WHERE ticket_id = $ticket")" = 1 ] || fail "something was sent"

echo "sending it deletes it, and the customer gets what was written"
console anna anna 100 30 VISUAL="$here/editor" LINE_TO_WRITE='Hello,'
wait_match anna "$ticket .*export"
keys anna r
wait_for anna editing
rm -f "$here/editing"
wait_for anna 'Good news:'
keys anna y
wait_sql "SELECT status FROM sandglass.ticket WHERE id = $ticket" pending
[ "$(sql "SELECT body FROM sandglass.message WHERE ticket_id = $ticket AND author_kind = 'agent'")" = $'Hello,\nGood news:\nAn hour at most.' ] ||
	fail "sent was: $(sql "SELECT body FROM sandglass.message WHERE ticket_id = $ticket AND author_kind = 'agent'")"
no_drafts() { [ "$(drafts)" = 0 ]; }
until_true "the draft is gone" no_drafts

echo "what is written below the line is moved above it when nothing else is there, and sent as the preview shows it"
tm kill-session -t anna
cat >"$here/below" <<-'END'
	#!/bin/sh
	if [ -n "$ABOVE" ] && ! grep -qx "$ABOVE" "$1"; then { echo "$ABOVE"; cat "$1"; } >"$1.mine" && mv "$1.mine" "$1"; fi
	grep -q 'Below the quote' "$1" || printf '\nBelow the quote.\nGood bye.\n' >>"$1"
	END
chmod +x "$here/below"
# answer SUBJECT WORDS: a new ticket and a reply to it; in the preview stand these words.
answer() {
	echo "How long?" | mail 'Mira <mira@novus.example>' "$1" "$1@novus.example" >/dev/null
	ticket=$(sql "SELECT max(id) FROM sandglass.ticket")
	wait_for anna live
	type_text anna ":$ticket"
	keys anna Enter
	wait_for anna 'How long?'
	keys anna r
	wait_for anna "$2"
}
said() { sql "SELECT body FROM sandglass.message WHERE ticket_id = $ticket AND author_kind = 'agent'"; }
console anna anna 100 30 VISUAL="$here/below"
answer bottom 'You wrote below the line'
wait_for anna 'Good bye.'
lacks anna '> How long?' || fail "the quote would be sent"
[ -z "$(said)" ] || fail "it was sent before the preview"
keys anna y
wait_sql "SELECT status FROM sandglass.ticket WHERE id = $ticket" pending
[ "$(said)" = $'Below the quote.\nGood bye.' ] || fail "sent was: $(said)"
tm kill-session -t anna

echo "with text above the line as well it is kept in the file, not sent, and the preview says so"
console anna anna 100 30 VISUAL="$here/below" ABOVE='Above the line.'
answer both 'You wrote 2 lines below the line'
wait_for anna 'Above the line.'
lacks anna 'Good bye.' || fail "what is not sent is shown as the text"
keys anna q
wait_gone anna 'You wrote 2 lines'
keys anna r
wait_for anna 'You wrote 2 lines below the line'
file=$(find "$XDG_STATE_HOME/sandglass/drafts" -name "$ticket-reply.txt")
[ "$(grep -cx 'Good bye.' "$file")" = 1 ] || fail "the draft holds: $(cat "$file")"
keys anna y
wait_sql "SELECT status FROM sandglass.ticket WHERE id = $ticket" pending
[ "$(said)" = 'Above the line.' ] || fail "sent was: $(said)"

echo "the terminal is closed while the server does not answer"
pid=$(console_pid anna)
backend=$(sql "SELECT pid FROM pg_stat_activity WHERE usename = 'anna' AND datname = current_database()")
kill -STOP $backend
keys anna P h
tm kill-session -t anna
until_true "the console of a closed terminal ends" gone "$pid"
kill -CONT $backend
