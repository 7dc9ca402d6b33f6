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
wait_for anna '3 marked, 2 of them not shown'
keys anna P h
wait_for anna 'priority high: 1 done. Not touched: 2.'
[ "$(sql "SELECT string_agg(id::text, ' ') FROM sandglass.ticket WHERE priority = 'high'")" = "$first" ] || fail "another ticket than the marked one in the list"
keys anna '\' C-u Enter
wait_for anna '3 marked. Actions'

echo "customers who wait: asked once, and for those only"
keys anna s c
wait_for anna '2 of the 3 marked tickets have a waiting customer'
keys anna l
wait_for anna 'status closed: 1 done.'
[ "$(closed)" = 1 ] || fail "$(closed) closed"
wait_for anna 'marked' || fail "those that wait stay marked"
keys anna u
wait_for anna 'undo of status closed: 1 done.'
wait_for anna '3 marked'
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

echo "a requester's organization: his other tickets go with the first"
keys anna V : ; type_text anna 'requester zoe@other.example Zoe' ; keys anna Enter
wait_for anna 'requester zoe@other.example: 8 done.'
keys anna u
wait_for anna 'undo of requester zoe@other.example: 8 done.'
keys anna : ; type_text anna 'requester zoe@other.example Zoe' ; keys anna Enter
wait_for anna 'requester zoe@other.example: 8 done.'
keys anna : ; type_text anna 'organization Novus' ; keys anna Enter
wait_for anna 'organization Novus: 1 done, 7 refused. ? shows why.'
keys anna '?'
wait_for anna 'it goes with'
keys anna q u
wait_for anna 'undo of organization Novus: 1 done.'
keys anna : ; type_text anna 'tag odd' ; keys anna Enter
wait_for anna 'tag odd: 8 done.'
keys anna u
wait_for anna 'undo of tag odd: 8 done.'
keys anna U

echo "three hundred closed, three of them changed by a colleague before: those are refused and named, and stay marked"
tickets 7 306
wait_for anna ' 308 open'
keys anna '\' ; type_text anna Sample ; keys anna Enter
wait_for anna ' 306 open'
keys anna : ; type_text anna 'mark all' ; keys anna Enter
wait_for anna '306 marked.'
kill -STOP "$(sql "SELECT pid FROM pg_stat_activity WHERE usename = 'anna' AND datname = current_database()")"
for ticket in 100 200 300; do "$program" priority $ticket urgent -d user=ben >/dev/null || fail "ben's change"; done
keys anna s c
wait_for anna 'status closed: 0 of 306 - q or Esc stops'
kill -CONT "$(sql "SELECT pid FROM pg_stat_activity WHERE usename = 'anna' AND datname = current_database()")"
wait_for anna 'status closed: 303 done, 3 refused. ? shows why. u takes it back.'
[ "$(closed)" = 303 ] || fail "$(closed) closed"
keys anna '?'
wait_for anna 'Somebody else changed it first (3)'
wait_match anna '^>? *100 +ben set priority normal -> urgent'
wait_match anna '^ *300 +ben set priority normal -> urgent'
keys anna q
wait_for anna '3 marked.'

echo "u takes back all of it, but not what somebody touched since"
"$program" priority 50 urgent -d user=ben >/dev/null || fail "ben's second change"
keys anna u
wait_for anna 'undo of status closed: 302 done, 1 refused. ? shows why.'
[ "$(sql "SELECT string_agg(id::text, ' ') FROM sandglass.ticket WHERE status = 'closed'")" = 50 ] || fail "not only 50 is closed"
wait_for anna '305 marked'
keys anna u
wait_gone anna 'marked' # the marks that :mark all had set

echo "a stop leaves the rest as it is, and u takes back what was done"
keys anna : ; type_text anna 'mark all' ; keys anna Enter
wait_for anna '305 marked.'
# A lock on one ticket holds the window there.
mkfifo "$here/holder"
psql -qX <"$here/holder" >/dev/null 2>&1 &
background+=($!)
exec 7>"$here/holder"
echo "BEGIN; SELECT * FROM sandglass.ticket WHERE id = 150 FOR UPDATE;" >&7
wait_sql "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()" 1
keys anna P u
wait_match anna 'priority urgent: [0-9]+ of 305 - q or Esc stops'
wait_sql "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename = 'anna'" 1
keys anna j P h
wait_for anna 'not while another is under way'
keys anna q
wait_for anna 'stopping'
echo "ROLLBACK;" >&7
exec 7>&-
wait_for anna 'priority urgent, stopped:'
left=$(screen anna | sed -n 's/.*, \([0-9]*\) left\..*/\1/p')
done_now=$(sql "SELECT count(*) FROM sandglass.ticket WHERE priority = 'urgent' AND id NOT IN (50, 100, 200, 300)")
[ "${left:-0}" -gt 0 ] && [ $((left + done_now)) -ge 301 ] || fail "$left left, $done_now done"
keys anna u
wait_for anna 'undo of priority urgent:'
wait_sql "SELECT count(*) FROM sandglass.ticket WHERE priority = 'urgent' AND id NOT IN (50, 100, 200, 300)" 0

echo "a connection that breaks in the middle: everything is done, and once"
mkdir "$here/line"
chmod 711 "$here/line"
python3 "$SANDGLASS_TEST_ROOT/tests/e2e/proxy.py" "$here/line/.s.PGSQL.5432" "$PGHOST/.s.PGSQL.5432" &
proxy=$!
background+=($proxy)
until_true "the proxy" test -S "$here/line/.s.PGSQL.5432"
console ben ben 100 30 PGHOST="$here/line"
wait_for ben live
keys ben '\' ; type_text ben Sample ; keys ben Enter
wait_for ben '305 open'
keys ben V
wait_for ben '305 marked.'
before=$(sql "SELECT count(*) FROM sandglass.event")
kill -USR1 $proxy # takes the answers away from now on
keys ben P h
wait_match ben 'priority high: [0-9]+ of 305'
until_true "some are there" answers "SELECT count(*) >= 32 FROM sandglass.ticket WHERE priority = 'high'" t
kill -USR2 $proxy
wait_for ben 'priority high: 305 done.'
[ "$(($(sql "SELECT count(*) FROM sandglass.event") - before))" = 305 ] || fail "$(($(sql "SELECT count(*) FROM sandglass.event") - before)) events for 305 tickets"

keys ben Q
wait_for ben 'exit 0'
keys anna Q
wait_for anna 'exit 0'
restored anna
