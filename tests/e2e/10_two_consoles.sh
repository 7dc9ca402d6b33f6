#!/bin/bash
# Two agents on one database: a mail appears on both screens, a claim by one is seen by the other, of two claims at the
# same moment one wins, a second mail joins the ticket and moves no clock, the reply stops it, the answer opens the next.
. "$(dirname "$0")/lib.sh"
fresh_database
cat >"$here/editor" <<-'END'
	#!/bin/sh
	{ echo "We are on it, Mira."; cat "$1"; } >"$1.new" && mv "$1.new" "$1"
END
chmod +x "$here/editor"
console anna anna 160 40 VISUAL="$here/editor"
console ben ben 80 24
wait_for anna live
wait_for ben live

echo "a mail is on both screens"
echo "The tables are empty since two." | mail 'Mira <mira@novus.example>' 'Session tables are empty' one@novus.example >"$here/line"
grep -qx 'created [0-9]*' "$here/line" || fail "intake said $(cat "$here/line")"
ticket=$(sed 's/created //' "$here/line")
wait_match anna "$ticket .*1h59.*Session tables"
wait_match ben "$ticket .*1h59.*Session"
[ "$(sql "SELECT status, priority, due_at = date_trunc('second', created_at) + interval '2 h' FROM sandglass.ticket")" = 'new|normal|t' ] ||
	fail "status, priority and due time of a new ticket"

echo "a customer's second mail joins the ticket and moves no clock"
due=$(sql "SELECT due_at FROM sandglass.ticket WHERE id = $ticket")
echo "And it is urgent." | mail 'Mira <mira@novus.example>' 'Re: Session tables are empty' two@novus.example one@novus.example >"$here/line"
[ "$(cat "$here/line")" = "appended $ticket" ] || fail "intake said $(cat "$here/line")"
echo "And it is urgent." | mail 'Mira <mira@novus.example>' 'Re: Session tables are empty' two@novus.example one@novus.example >"$here/line"
[ "$(cat "$here/line")" = "duplicate $ticket" ] || fail "the same mail again: intake said $(cat "$here/line")"
[ "$(sql "SELECT due_at FROM sandglass.ticket WHERE id = $ticket")" = "$due" ] || fail "the second mail moved the due time"
[ "$(sql "SELECT count(*) FROM sandglass.message WHERE ticket_id = $ticket AND kind = 'public'")" = 2 ] || fail "two messages"

echo "a claim is seen by the other"
keys anna c
wait_sql "SELECT login FROM sandglass.agent a JOIN sandglass.ticket t ON t.assignee_id = a.id" anna
wait_for anna 'And it is urgent.'
wait_match ben "$ticket .*anna"

echo "of two claims at the same moment one wins and the other is told who"
echo "Another thing." | mail 'Mira <mira@novus.example>' 'Costs in two currencies' three@novus.example >/dev/null
second=$(sql "SELECT max(id) FROM sandglass.ticket")
wait_for ben 'Costs in two'
keys anna q
wait_match anna "$second .*Costs in two"
# Both stand on the second ticket (the later due one), and a lock held elsewhere makes both wait for the same row.
keys anna G
keys ben G
wait_match anna "^.*>.*$second .*Costs"
wait_match ben "^.*>.*$second .*Costs"
mkfifo "$here/holder"
psql -qX <"$here/holder" >/dev/null 2>&1 &
background+=($!)
exec 7>"$here/holder"
echo "BEGIN; SELECT * FROM sandglass.ticket WHERE id = $second FOR UPDATE;" >&7
wait_sql "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()" 1
keys anna c
keys ben c
wait_sql "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()" 2
echo "ROLLBACK;" >&7
exec 7>&-
wait_sql "SELECT count(*) FROM sandglass.event WHERE ticket_id = $second AND action = 'claim'" 1
winner=$(sql "SELECT login FROM sandglass.agent a JOIN sandglass.ticket t ON t.assignee_id = a.id AND t.id = $second")
loser=$([ "$winner" = anna ] && echo ben || echo anna)
wait_match "$loser" "$second: $winner took it [0-9]+ s ago"

echo "the public reply stops the clock and sets pending"
keys anna q
keys ben q
wait_match ben "$second .*Costs in two"
keys anna g g
wait_match anna "^.*>.*$ticket .*Session"
wait_match anna "^.*>.*$ticket .*Session"
keys anna r
wait_for anna 'We are on it, Mira.'
keys anna y
wait_sql "SELECT status FROM sandglass.ticket WHERE id = $ticket" pending
[ "$(sql "SELECT due_at IS NULL FROM sandglass.ticket WHERE id = $ticket")" = t ] || fail "the clock still runs"
[ "$(sql "SELECT metric, outcome FROM sandglass.sla_clock WHERE ticket_id = $ticket")" = 'first_reply|met' ] || fail "the wait is not met"
[ "$(sql "SELECT body FROM sandglass.message WHERE ticket_id = $ticket AND author_kind = 'agent'")" = 'We are on it, Mira.' ] || fail "what was sent is not what was written"
wait_match ben "$ticket .*pend"

echo "the customer's answer opens the next wait"
echo "Thanks. How long?" | mail 'Mira <mira@novus.example>' 'Re: Session tables are empty' four@novus.example one@novus.example >/dev/null
wait_sql "SELECT status FROM sandglass.ticket WHERE id = $ticket" open
[ "$(sql "SELECT metric FROM sandglass.sla_clock WHERE ticket_id = $ticket AND ended_at IS NULL")" = next_reply ] || fail "no next wait"
wait_match ben "$ticket .*1h59.*open"

echo "quitting leaves the terminal as it was"
keys ben Q
wait_for ben 'exit 0'
restored ben
