#!/bin/bash
# Marks, and one key for all that are marked: hidden ones are left alone, what a colleague changed is refused and named, a stop
# leaves the rest as it is, a lost connection loses and doubles nothing, and u takes back the whole.
. "$(dirname "$0")/lib.sh"
fresh_database

# So many tickets of one customer, each answered, so that nobody waits.
tickets() {
	sql "WITH t AS (INSERT INTO sandglass.ticket (subject, channel, requester_id, status, created_at, updated_at)
	       SELECT 'Sample ' || n, 'email', (SELECT min(id) FROM sandglass.contact), 'open', now(), now()
	       FROM generate_series($1, $2) n RETURNING id)
	     INSERT INTO sandglass.message (ticket_id, kind, author_kind, author, body, created_at)
	       SELECT id, 'public', 'agent', 'anna', 'Done.', now() FROM t"
}
closed() { sql "SELECT count(*) FROM sandglass.ticket WHERE status = 'closed'"; }

echo "First." | mail 'Mira <mira@novus.example>' 'The export is stuck' one@novus.example >/dev/null
echo "Second." | mail 'Mira <mira@novus.example>' 'The import too' two@novus.example >/dev/null
waiting=$(sql "SELECT min(id) FROM sandglass.ticket")
tickets 1 6
first=$((waiting + 2))
console anna anna 100 30
wait_for anna live
wait_match anna "> .*$waiting "

echo "Space marks and goes on, V marks to here, U unmarks, u takes marks back"
keys anna g g Space
wait_match anna "\* *$waiting "
wait_for anna '1 marked. Actions apply to marked tickets'
wait_match anna "> .*$((waiting + 1)) "
keys anna j j V
wait_for anna '4 marked.'
keys anna u
wait_for anna '1 marked.'
keys anna U
wait_gone anna 'marked.'
keys anna u
wait_for anna '1 marked.'
keys anna U V
wait_for anna '8 marked.'
keys anna U

echo "a key acts on the marked ones, and on none that the filter hides"
keys anna g g Space Space Space
wait_for anna '3 marked.'
keys anna '\' ; type_text anna Sample ; keys anna Enter
wait_for anna '3 marked, 2 of them not in this list'
keys anna P h
wait_for anna 'priority high: 1 done. Marked but not in this list, left alone: 2.'
[ "$(sql "SELECT string_agg(id::text, ' ') FROM sandglass.ticket WHERE priority = 'high'")" = "$first" ] || fail "another ticket than the marked one in the list"
keys anna '\' C-u Enter
wait_for anna '3 marked. Actions'

echo "what works on one ticket only is refused while more are marked"
keys anna r
wait_for anna 'reply works on one ticket, and 3 are marked'

echo "customers who wait: asked once, and for those only"
keys anna s c
wait_for anna '2 of the 3 marked tickets have a waiting customer'
keys anna l
wait_for anna 'status closed: 1 done.'
[ "$(closed)" = 1 ] || fail "$(closed) closed"
wait_for anna 'marked' || fail "those that wait stay marked"
keys anna u
wait_for anna 'undo of status closed: 1 done.'
keys anna s c
wait_for anna '2 of the 3 marked tickets have a waiting customer'
keys anna d ; type_text anna 'answered by phone' ; keys anna Enter
wait_for anna 'status closed: 3 done.'
[ "$(sql "SELECT string_agg(outcome::text, ' ') FROM sandglass.sla_clock WHERE ended_at IS NOT NULL")" = "dismissed dismissed" ] || fail "the waits were not dismissed"
keys anna u
wait_for anna 'undo of status closed: 3 done.'
[ "$(closed)" = 0 ] || fail "still closed"
[ "$(sql "SELECT count(*) FROM sandglass.sla_clock WHERE ended_at IS NULL")" = 2 ] || fail "the waits do not run again"
wait_for anna '3 marked'
keys anna U

keys anna Q
wait_for anna 'exit 0'
restored anna
