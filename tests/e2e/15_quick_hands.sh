#!/bin/bash
# What fast fingers and rows that move under them must not do: change another ticket than the one that was meant, conflict
# with oneself, take back the wrong thing, or send what was not looked at.
. "$(dirname "$0")/lib.sh"
fresh_database
"$program" agent add lea >/dev/null 2>&1 || fail "agent add lea"
cat >"$here/editor" <<-'END'
	#!/bin/sh
	{ cat "$EDITOR_TEXT"; cat "$1"; } >"$1.new" && mv "$1.new" "$1"
END
chmod +x "$here/editor"
for i in 1 2 3; do
	echo "Question $i." | mail 'Mira <mira@novus.example>' "Question $i" "q$i@novus.example" >/dev/null
done
first=$(sql "SELECT min(id) FROM sandglass.ticket")
second=$((first + 1))
echo 'first answer' >"$here/text"
console anna anna 80 30 VISUAL="$here/editor" EDITOR_TEXT="$here/text"
wait_for anna live
wait_match anna "> .*$first .*Question 1"

echo "two changes of one ticket, pressed at once, both happen"
keys anna P h P n P u
wait_sql "SELECT priority FROM sandglass.ticket WHERE id = $first" urgent
[ "$(sql "SELECT count(*) FROM sandglass.event WHERE action = 'priority'")" = 3 ] || fail "three changes of priority"

echo "u takes back the last one, however quickly it comes"
keys anna P h u
wait_sql "SELECT count(*) FROM sandglass.event WHERE action = 'undo'" 1
wait_sql "SELECT priority FROM sandglass.ticket WHERE id = $first" urgent

echo "a refused answer leaves the line open, so that what is typed next is text"
keys anna a
wait_for anna 'give it to'
type_text anna zoe
keys anna Enter
wait_for anna 'there is no agent "zoe"'
keys anna C-u
type_text anna ben
keys anna Enter
wait_sql "SELECT a.login FROM sandglass.ticket t JOIN sandglass.agent a ON a.id = t.assignee_id WHERE t.id = $first" ben
wait_for anna "$first is ben's now; u takes it back"
keys anna u
wait_for anna "the assignment is taken back"
wait_sql "SELECT count(*) FROM sandglass.ticket WHERE assignee_id IS NOT NULL" 0

echo "a prompt acts on the ticket that it was opened for"
keys anna g u
wait_for anna 'QUEUE unassigned'
keys anna g g
wait_match anna "> .*$first "
keys anna a
wait_for anna 'give it to'
"$program" claim "$first" -d "user=ben" >/dev/null || fail "ben's claim"
wait_match anna "> .*$second " # the row has left the list; the cursor is on the next one
type_text anna lea
keys anna Enter
wait_match anna "$first: .*ben|left the queue"
[ "$(sql "SELECT count(*) FROM sandglass.ticket WHERE assignee_id = (SELECT id FROM sandglass.agent WHERE login = 'lea')")" = 0 ] ||
	fail "somebody else's ticket was given to lea"

echo "no reply needed, then closed; u u takes both back"
keys anna s c
wait_for anna 'A customer is waiting'
keys anna d
wait_for anna 'why is no reply needed'
type_text anna 'answered by phone'
keys anna Enter
wait_sql "SELECT status FROM sandglass.ticket WHERE id = $second" closed
wait_sql "SELECT outcome FROM sandglass.sla_clock WHERE ticket_id = $second" dismissed
keys anna u
wait_sql "SELECT status FROM sandglass.ticket WHERE id = $second" new
keys anna u
wait_sql "SELECT count(*) FROM sandglass.sla_clock WHERE ticket_id = $second AND ended_at IS NULL" 1

echo "a note written while a reply waits in its preview is a note"
third=$((first + 2))
keys anna g a
wait_for anna 'QUEUE all'
keys anna / ; type_text anna "Question 3" ; keys anna Enter
wait_match anna "> .*$third "
keys anna Enter r
wait_for anna "Reply, $third"
keys anna v
wait_for anna 'Question 3.'
echo 'for agents only' >"$here/text"
keys anna i
wait_for anna 'INTERNAL NOTE'
wait_for anna 'for agents only'
keys anna y
wait_sql "SELECT count(*) FROM sandglass.message WHERE kind = 'note' AND body = 'for agents only'" 1
keys anna u
wait_for anna 'the note cannot be undone'
[ "$(sql "SELECT count(*) FROM sandglass.outbox")" = 0 ] || fail "something was sent to the customer"

echo "the reply's draft is still there, and a note never stands in it"
echo 'second thoughts' >"$here/text"
keys anna r
wait_for anna "Reply, $third"
wait_for anna 'first answer'
lacks anna 'for agents only' || fail "a note stands in a reply"

echo "a draft that vanished cannot be sent"
rm -f "$here"/state/sandglass/drafts/*/"$third"-reply.txt
cat >"$here/editor" <<-'END'
	#!/bin/sh
	exit 0
END
keys anna e
wait_for anna 'cannot read the draft (No such file'
lacks anna 'send, pending' || fail "the send bar is still there"
keys anna y Escape
wait_for anna 'live'
[ "$(sql "SELECT count(*) FROM sandglass.outbox")" = 0 ] || fail "what had vanished was sent"

keys anna Q
wait_for anna 'exit 0'
restored anna
