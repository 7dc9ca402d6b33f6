#!/bin/bash
# One text for all marked tickets: each customer gets a mail of his own, after the number was typed; who could not get it
# stays marked, and the text is there for a second try.
. "$(dirname "$0")/lib.sh"
fresh_database
cat >"$here/editor" <<-'END'
	#!/bin/sh
	{ cat "$EDITOR_TEXT"; cat "$1"; } >"$1.new" && mv "$1.new" "$1"
END
chmod +x "$here/editor"
for i in 1 2 3 4; do
	echo "Question $i." | mail "Mira $i <mira$i@novus.example>" "Question $i" "q$i@novus.example" >/dev/null
done
first=$(sql "SELECT min(id) FROM sandglass.ticket")
sent() { sql "SELECT string_agg(recipient || ' ' || subject || ' ' || in_reply_to, '; ' ORDER BY id) FROM sandglass.outbox WHERE body LIKE '%$1%'"; }
echo 'The service is back.' >"$here/text"
console anna anna 100 30 VISUAL="$here/editor" EDITOR_TEXT="$here/text"
wait_for anna live
wait_match anna "> .*$first .*Question 1"

echo "a reply to three: the preview says to whom, and their number sends it"
keys anna g g Space Space Space
wait_for anna '3 marked.'
keys anna r
wait_for anna 'Reply to 3 marked tickets'
wait_for anna 'To the customers of 3 tickets, each in a thread of his own'
wait_match anna "$((first + 1)) +mira2@novus.example +Question 2"
keys anna y
wait_for anna 'type 3 to send it to 3 customers'
keys anna y Enter
wait_for anna '3 customers get it: their number sends it'
[ -z "$(sent back)" ] || fail "it was sent without the number"
# Meanwhile one of them is changed.
"$program" priority $((first + 2)) urgent -d user=ben >/dev/null || fail "ben's change"
keys anna C-u 3 Enter
wait_for anna 'reply: 2 done, 1 refused. ? shows why.'
[ "$(sent back)" = "mira1@novus.example Re: Question 1 q1@novus.example; mira2@novus.example Re: Question 2 q2@novus.example" ] ||
	fail "sent: $(sent back)"
[ "$(sql "SELECT string_agg(status::text, ' ' ORDER BY id) FROM sandglass.ticket")" = "pending pending new new" ] || fail "the statuses"

echo "who did not get it is marked still, and the text is there"
wait_for anna '1 marked'
echo -n >"$here/text"
keys anna r
wait_for anna 'The service is back.'
wait_for anna 'To the customer of 1 ticket'
keys anna y
wait_for anna 'type 1 to send'
keys anna 1 Enter
wait_for anna 'reply: 1 done.'
[ "$(sql "SELECT count(*) FROM sandglass.outbox")" = 3 ] || fail "not three mails"
[ -z "$(ls "$here"/state/sandglass/drafts/*/)" ] || fail "a draft is left: $(ls "$here"/state/sandglass/drafts/*/)"

echo "u takes both back before they leave, newest first"
keys anna u
wait_for anna 'undo of reply: 1 done. The text is one draft again; r takes it up.'
keys anna u
wait_for anna 'undo of reply: 2 done. The text is one draft again; r takes it up.'
[ "$(sql "SELECT string_agg(state::text, ' ') FROM sandglass.outbox")" = 'recalled recalled recalled' ] || fail "something would still be sent"
[ "$(sql "SELECT count(*) FROM sandglass.sla_clock WHERE ended_at IS NULL")" = 4 ] || fail "the waits do not run again"

echo "the text is one draft again, for the same tickets; it goes out as before, and nothing is left of it"
wait_for anna '3 marked'
wait_sql "SELECT count(*) FROM sandglass.draft" 0
keys anna r
wait_for anna 'Reply to 3 marked tickets'
wait_for anna 'The service is back.'
keys anna y
wait_for anna 'type 3 to send'
keys anna 3 Enter
wait_for anna 'reply: 3 done.'
[ "$(sql "SELECT count(*) FROM sandglass.outbox WHERE state = 'waiting'")" = 3 ] || fail "not three mails again"

echo "unless there is a newer one: then each ticket keeps the text"
keys anna g g Space
wait_for anna '1 marked.'
echo 'Something else.' >"$here/text"
keys anna r
wait_for anna 'Something else.'
keys anna q u
wait_gone anna 'marked'
keys anna u
wait_for anna 'undo of reply: 3 done. The text is a draft of each ticket; :drafts lists them.'
wait_sql "SELECT count(*) FROM sandglass.draft WHERE body = 'The service is back.'" 3
grep -q 'Something else.' "$here"/state/sandglass/drafts/*/marked-reply.txt || fail "the newer draft is lost"
rm "$here"/state/sandglass/drafts/*/marked-reply.txt

echo "a note on many asks for nothing, and cannot be taken back"
"$program" assign $((first + 3)) ben -d user=ben >/dev/null || fail "assign"
wait_match anna " $((first + 3)) .*ben"
keys anna U V
wait_for anna '4 marked.'
echo 'Seen by the analyst.' >"$here/text"
keys anna i
wait_for anna 'On each of 4 tickets'
wait_match anna "$((first + 3)) +Question 4  \(ben's ticket\)"
[ "$(tm capture-pane -p -t anna | grep -c "'s ticket)")" = 1 ] || fail "whose the others are"
keys anna y
wait_for anna 'note: 4 done.'
[ "$(sql "SELECT count(DISTINCT ticket_id) FROM sandglass.message WHERE kind = 'note' AND body = 'Seen by the analyst.'")" = 4 ] || fail "four notes"
keys anna u
wait_for anna 'note on marked tickets cannot be undone'
"$program" assign $((first + 3)) - -d user=ben >/dev/null || fail "assign to nobody"

echo "a reply that becomes a note instead; its draft is kept as one"
keys anna V r
wait_for anna 'Reply to 4 marked tickets'
keys anna i
wait_for anna 'Internal note on 4 marked tickets'
wait_for anna 'Seen by the analyst.'
keys anna q
wait_for anna 'the draft is kept'
[ -s "$(ls "$here"/state/sandglass/drafts/*/marked-note.txt)" ] || fail "no draft of a note on the marked"

echo "a macro with a text: each gets his own values and all that it does; who has no value for a field is left out and named"
sql "UPDATE sandglass.setting SET value = '600' WHERE name = 'send_delay'" >/dev/null
cat >"$here/late.macro" <<-'END'
	name: Late
	priority: high
	tags: +late
	assignee: me
	status: open

	Hello {requester.first}, about "{subject}": {{it} is late.
END
PGUSER=anna "$program" macro import "$here/late.macro" >"$here/out" 2>&1 || fail "import: $(cat "$here/out")"
echo "Who am I?" | mail "nobody@nowhere.example" "Nameless" q5@novus.example >/dev/null
wait_match anna " $((first + 4)) .*Nameless"
keys anna : ; type_text anna 'mark all' ; keys anna Enter
wait_for anna '5 marked.'
keys anna m
wait_for anna 'macro for 5 tickets'
type_text anna late
wait_match anna "this is as [0-9]+ gets it"
wait_for anna '1 ticket has no value for a field and would be left out.'
wait_match anna 'Hello Mira, about "Question [1-4]": \{it\} is late.'
keys anna Enter
wait_for anna 'Reply to 5 marked tickets'
wait_match anna 'Macro +high, \+late, to you, open'
wait_for anna 'To the customers of 4 tickets'
wait_match anna "-.$((first + 4)) +\{requester.first\} has no value here, it is left out: Nameless"
keys anna m
type_text anna late
wait_for anna 'macro for 5 tickets'
keys anna Escape
wait_for anna 'y send, open'
keys anna y
wait_for anna 'type 4 to send it to 4 customers'
keys anna 4 Enter
wait_for anna 'reply: 4 done, 1 refused. ? shows why.'
[ "$(sql "SELECT string_agg(body, '; ' ORDER BY ticket_id) FROM sandglass.outbox WHERE body LIKE 'Hello%'")" = \
	'Hello Mira, about "Question 1": {it} is late.; Hello Mira, about "Question 2": {it} is late.; Hello Mira, about "Question 3": {it} is late.; Hello Mira, about "Question 4": {it} is late.' ] ||
	fail "sent: $(sql "SELECT string_agg(body, '; ' ORDER BY ticket_id) FROM sandglass.outbox")"
[ "$(sql "SELECT count(*) FROM sandglass.ticket t JOIN sandglass.agent a ON a.id = t.assignee_id
	WHERE (t.status, t.priority, t.tags, a.login) = ('open', 'high', '{late}', 'anna')")" = 4 ] || fail "what the macro does"
[ "$(sql "SELECT count(*) FROM sandglass.event WHERE action = 'reply' AND after ->> 'macro' = 'Late'")" = 4 ] || fail "one event each"
keys anna '?'
wait_match anna "$((first + 4)) +\{requester.first\} has no value here; nothing was sent"
keys anna q
wait_for anna '1 marked'
keys anna u
wait_for anna 'undo of reply: 4 done. The text is one draft again; r takes it up.'
[ "$(sql "SELECT count(*) FROM sandglass.ticket WHERE tags = '{late}' OR priority = 'high'")" = 0 ] || fail "what the macro did is left"
wait_sql "SELECT count(*) FROM sandglass.draft WHERE body LIKE 'Hello Mira%'" 0
: >"$here/text"
keys anna r
wait_match anna 'Macro +high, \+late, to you, open'
wait_for anna 'To the customers of 4 tickets'
keys anna q

keys anna Q
wait_for anna 'exit 0'
restored anna

echo "a console that dies in the middle: whoever changes the text before he sends it again is told that some may have it"
rm -r "$here"/state/sandglass/drafts/*/marked-reply.*
pid_of() { pgrep -f "^$program\$" -P "$(tm display-message -p -t "$1" '#{pane_pid}')"; }
echo 'The first words.' >"$here/text"
console dies anna 100 30 VISUAL="$here/editor" EDITOR_TEXT="$here/text"
wait_for dies live
keys dies g g Space Space r
wait_for dies 'Reply to 2 marked tickets'
keys dies y
wait_for dies 'type 2 to send it to 2 customers'
mkfifo "$here/holder"
psql -qX <"$here/holder" >/dev/null 2>&1 &
background+=($!)
exec 7>"$here/holder"
echo "BEGIN; SELECT * FROM sandglass.ticket FOR UPDATE;" >&7
wait_sql "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()" 1
keys dies 2 Enter
wait_sql "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename = 'anna' AND datname = current_database()" t
kill -9 "$(pid_of dies)"
exec 7>&-
echo 'Other words.' >"$here/text"
console again anna 100 30 VISUAL="$here/editor" EDITOR_TEXT="$here/text"
wait_for again live
keys again g g Space Space r
wait_for again 'Other words.'
keys again y
wait_for again 'some may have it as it was before; type 2 to send this:'
keys again 2 Enter
wait_match again 'reply: .* done'
