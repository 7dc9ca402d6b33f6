#!/bin/bash
# A reply can be taken back until it goes out: the screen says how long, the text becomes a draft again, everything is as it was;
# and afterwards the server says that it is too late.
. "$(dirname "$0")/lib.sh"
fresh_database
cat >"$here/editor" <<-'END'
	#!/bin/sh
	{ cat "$EDITOR_TEXT"; cat "$1"; } >"$1.new" && mv "$1.new" "$1"
	END
chmod +x "$here/editor"
echo "Where is it?" | mail 'Mira <mira@novus.example>' 'Lost' one@novus.example >/dev/null
ticket=$(sql "SELECT max(id) FROM sandglass.ticket")
sed -i 's/^send_delay = .*/send_delay = "1h";/' "$here/policy.conf"
"$program" policy apply "$here/policy.conf" >/dev/null || fail "policy apply"
echo 'It is here.' >"$here/text"
console anna anna 120 30 VISUAL="$here/editor" EDITOR_TEXT="$here/text"
wait_for anna live
wait_match anna "> .*$ticket "
state() { sql "SELECT status, assignee_id IS NULL, (SELECT count(*) FROM sandglass.sla_clock c WHERE c.ticket_id = t.id AND ended_at IS NULL) FROM sandglass.ticket t WHERE id = $ticket"; }

echo "the line says how long, and the ticket shows it at the message"
keys anna r
wait_for anna 'Reply, '
keys anna y
wait_for anna "$ticket: to mira@novus.example in 3600 s (u takes it back); pending"
[ "$(state)" = 'pending|f|0' ] || fail "sent: $(state)"
keys anna j
wait_match anna "$ticket: the reply goes out in 3[56][0-9][0-9] s; u takes it back"
keys anna Enter
wait_match anna '[0-9][0-9]:[0-9][0-9], goes out in 3[56][0-9][0-9] s *$'
keys anna q

echo "u takes it back: nothing was sent, everything is as before, and the text is a draft"
keys anna u
wait_for anna "$ticket: the reply was not sent and is a draft again; r takes it up"
[ "$(state)" = 'new|t|1' ] || fail "taken back: $(state)"
[ "$(sql "SELECT state FROM sandglass.outbox")" = recalled ] || fail "it is still in the outbox"
keys anna Enter
wait_for anna 'reply draft'
wait_for anna 'anna recalled the reply'
shows anna 'It is here.' && fail "the conversation still shows it"
keys anna q
: >"$here/text"
keys anna r
wait_for anna 'It is here.'
keys anna y
wait_for anna 'u takes it back'
[ "$(sql "SELECT body FROM sandglass.message WHERE kind = 'public' AND agent_id IS NOT NULL")" = 'It is here.' ] || fail "what was sent again"

echo "a u that is as quick as the y"
sql "UPDATE sandglass.outbox SET state = 'recalled' WHERE state = 'waiting'" >/dev/null
echo 'More?' | mail 'Mira <mira@novus.example>' 'Re: Lost' two@novus.example one@novus.example >/dev/null
wait_match anna "> .*$ticket .*open"
echo 'Quick.' >"$here/text"
keys anna r
wait_for anna 'Quick.'
keys anna y u
wait_for anna "$ticket: the reply was not sent and is a draft again"
find "$XDG_STATE_HOME" -name "$ticket-reply.txt" | xargs grep -qx 'Quick.' || fail "the text is lost"
[ "$(sql "SELECT count(*) FROM sandglass.outbox WHERE state = 'waiting'")" = 0 ] || fail "it is still in the outbox"

echo "a file that went along comes back with the text"
: >"$here/text"
echo 'a;b' >"$here/report.csv"
keys anna r
wait_for anna 'Quick.'
type_text anna ":attach $here/report.csv"
keys anna Enter
wait_for anna '1  report.csv'
keys anna y
wait_for anna 'u takes it back'
find "$XDG_STATE_HOME" -path '*.files/*' | grep -q . && fail "the file is still beside a draft"
keys anna u
wait_for anna "$ticket: the reply was not sent and is a draft again"
cmp "$(find "$XDG_STATE_HOME" -path '*.files/*' -perm 600)" "$here/report.csv" || fail "the file did not come back"

echo "too late is said as it is"
keys anna r
wait_for anna 'Quick.'
wait_for anna '1  report.csv'
keys anna y
wait_for anna 'u takes it back'
sql "UPDATE sandglass.outbox SET state = 'sent', sent_at = now() WHERE state = 'waiting'" >/dev/null
keys anna u
wait_match anna "$ticket: the reply cannot be taken back: it was sent [0-9]+ s ago"
[ "$(sql "SELECT status FROM sandglass.ticket")" = pending ] || fail "the ticket has changed"
keys anna Enter R
wait_match anna 'agent .*sent [0-9][0-9]:[0-9][0-9]'
keys anna q

echo "a draft that was thrown away comes back, with its text, on the server too"
echo 'Thrown away.' >"$here/text"
keys anna r
wait_for anna 'Thrown away.'
type_text anna ':discard'
keys anna Enter
wait_for anna "$ticket: the draft of a reply is thrown away; u brings it back"
wait_sql "SELECT count(*) FROM sandglass.draft WHERE body LIKE '%Thrown away.%'" 0
keys anna u
wait_for anna "$ticket: the draft is back; r takes it up"
wait_sql "SELECT count(*) FROM sandglass.draft WHERE body LIKE '%Thrown away.%'" 1
: >"$here/text"
keys anna r
wait_for anna 'Thrown away.'

echo "what the console said is read over the preview, and the draft lies below it"
type_text anna ':messages'
keys anna Enter
wait_for anna 'the draft is back'
wait_gone anna 'Thrown away.'
keys anna q
wait_for anna 'Thrown away.'
type_text anna ':discard'
keys anna Enter
wait_for anna "$ticket: the draft of a reply is thrown away"

echo "a newer draft keeps the one away that was thrown away, and nothing else"
keys anna P h
wait_sql "SELECT priority FROM sandglass.ticket" high
echo 'An older one.' >"$here/text"
keys anna r
wait_for anna 'An older one.'
type_text anna ':discard'
keys anna Enter
wait_for anna "$ticket: the draft of a reply is thrown away"
echo 'The newest.' >"$here/text"
keys anna r
wait_for anna 'The newest.'
keys anna q u
wait_for anna "$ticket: there is a newer draft of this ticket; u again undoes your change before it"
keys anna u
wait_sql "SELECT priority FROM sandglass.ticket" normal
: >"$here/text"
keys anna r
wait_for anna 'The newest.'
type_text anna ':discard'
keys anna Enter
wait_for anna "$ticket: the draft of a reply is thrown away"

echo "the line that told of the delay tells the truth when it is over"
sed -i 's/^send_delay = .*/send_delay = "3s";/' "$here/policy.conf"
"$program" policy apply "$here/policy.conf" >/dev/null || fail "policy apply"
echo 'In three seconds.' >"$here/text"
keys anna r
wait_for anna 'In three seconds.'
keys anna y
wait_for anna "in 3 s (u takes it back)"
wait_for anna "$ticket: the reply waits in the outbox for delivery"
shows anna 'u takes it back' && fail "it says that it can be taken back"
keys anna Enter
wait_match anna '[0-9][0-9]:[0-9][0-9], waits for delivery'
sql "UPDATE sandglass.outbox SET state = 'sent', sent_at = now() WHERE state = 'waiting'" >/dev/null
wait_gone anna 'waits for delivery'
keys anna q
sed -i 's/^send_delay = .*/send_delay = "1h";/' "$here/policy.conf"
"$program" policy apply "$here/policy.conf" >/dev/null || fail "policy apply"

for columns in 120 80; do
	echo "after u the ticket that it was about is in front and has the keys, at $columns columns"
	keys anna q
	at=one$columns
	console "$at" anna "$columns" 30 VISUAL="$here/editor" EDITOR_TEXT="$here/text"
	for who in first second; do
		echo 'Hello?' | mail "Mira <mira@novus.example>" "The $who at $columns" "$who$columns@novus.example" >/dev/null
	done
	first=$(sql "SELECT id FROM sandglass.ticket WHERE subject = 'The first at $columns'")
	second=$(sql "SELECT id FROM sandglass.ticket WHERE subject = 'The second at $columns'")
	echo "Text of $columns." >"$here/text"
	wait_for "$at" live
	wait_match "$at" "$second "
	type_text "$at" ":$first"
	keys "$at" Enter
	wait_for "$at" "The first at $columns"
	wait_for "$at" "claim"
	wait_match "$at" "^.* $first  normal"
	keys "$at" c
	wait_sql "SELECT assignee_id IS NOT NULL FROM sandglass.ticket WHERE id = $first" t
	keys "$at" r
	wait_for "$at" "Reply, $first"
	keys "$at" y
	wait_for "$at" "$first: to "
	wait_match "$at" " $second  normal"
	keys "$at" u
	wait_for "$at" "$first: the reply was not sent and is a draft again; r takes it up"
	wait_for "$at" 'reply draft'
	: >"$here/text"
	keys "$at" r
	wait_for "$at" "Reply, $first"
	wait_for "$at" "Text of $columns."
	echo "the same when the reply has closed it"
	keys "$at" c
	wait_for "$at" "$first: to "
	wait_sql "SELECT status FROM sandglass.ticket WHERE id = $first" closed
	keys "$at" u
	wait_for "$at" "$first: the reply was not sent and is a draft again; r takes it up"
	keys "$at" r
	wait_for "$at" "Reply, $first"
	keys "$at" q Q
	wait_for "$at" 'exit 0'
done
