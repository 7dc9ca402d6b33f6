#!/bin/bash
# The server's backend dies while a status change is under way, and an answer is lost after the commit: each change is there
# exactly once, and the console goes on by itself.
. "$(dirname "$0")/lib.sh"
fresh_database
echo "First." | mail 'Mira <mira@novus.example>' 'The export is stuck' one@novus.example >/dev/null
ticket=$(sql "SELECT max(id) FROM sandglass.ticket")

events() { sql "SELECT count(*) FROM sandglass.event WHERE ticket_id = $ticket AND action = '$1'"; }

echo "a backend killed while the change waits for a lock"
console anna anna 100 30
wait_for anna live
mkfifo "$here/holder"
psql -qX <"$here/holder" >/dev/null 2>&1 &
background+=($!)
exec 7>"$here/holder"
echo "BEGIN; SELECT * FROM sandglass.ticket WHERE id = $ticket FOR UPDATE;" >&7
wait_sql "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()" 1
# The throwaway cluster commits without waiting for its disk: what is to survive the crash is written out first.
sql CHECKPOINT
keys anna P h
waiting="FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename = 'anna' AND datname = current_database()"
wait_sql "SELECT count(*) $waiting" 1
kill -9 "$(sql "SELECT pid $waiting")"
exec 7>&-
# The whole server restarts after that; the console keeps its screen, comes back and finishes what it was about.
wait_sql "SELECT priority FROM sandglass.ticket WHERE id = $ticket" high
wait_for anna live
wait_match anna "$ticket .*HIGH"
[ "$(events priority)" = 1 ] || fail "the change is there $(events priority) times: $(sql "SELECT action FROM sandglass.event")"

echo "an answer lost after the commit"
mkdir "$here/line"
chmod 711 "$here/line"
python3 "$SANDGLASS_TEST_ROOT/tests/e2e/proxy.py" "$here/line/.s.PGSQL.5432" "$PGHOST/.s.PGSQL.5432" &
proxy=$!
background+=($proxy)
until_true "the proxy" test -S "$here/line/.s.PGSQL.5432"
console ben ben 100 30 PGHOST="$here/line"
wait_for ben live
kill -USR1 $proxy
keys ben P u
wait_sql "SELECT priority FROM sandglass.ticket WHERE id = $ticket" urgent
kill -USR2 $proxy
wait_match anna "$ticket .*URGENT"
wait_for ben live
wait_match ben "$ticket .*URGENT"
# The same request was sent again: had it been taken for a new one, there would be a third event or a conflict.
keys ben P n
wait_sql "SELECT priority FROM sandglass.ticket WHERE id = $ticket" normal
[ "$(events priority)" = 3 ] || fail "three changes of priority left $(events priority) events"

# A ticket whose time is nearly up, so that its clock shows seconds.
sql "SELECT sandglass.intake_message_at(now() - interval '112 minutes', jsonb_build_object('message_id', 'early@novus.example', 'in_reply_to', '',
	'references', '[]'::jsonb, 'from', '{\"name\": \"Mira\", \"email\": \"mira@novus.example\"}'::jsonb, 'reply_to', '', 'to', '[]'::jsonb, 'cc', '[]'::jsonb,
	'subject', 'Nearly late', 'date', '', 'body', 'Hello?', 'html', false, 'auto', false, 'auto_reason', '', 'token', '', 'channel', 'email',
	'attachments', '[]'::jsonb), 'raw', '{}')" >/dev/null
wait_match ben ' 7:[0-9][0-9] .*Nearly late'

echo "a server that hangs is not called live"
hung=$(sql "SELECT pid FROM pg_stat_activity WHERE usename = 'anna' AND datname = current_database()")
kill -STOP "$hung"
# "offline 0s" would say that it was heard just now; it has been silent for ten seconds then.
wait_match anna 'silent [0-9]+s|offline [0-9]{2}s'

echo "what a colleague closed meanwhile leaves the list, though the change of it that waited is refused and put back"
echo "Hello?" | mail 'Mira <mira@novus.example>' 'Closed meanwhile' meanwhile@novus.example >/dev/null
meanwhile=$(sql "SELECT max(id) FROM sandglass.ticket")
kill -CONT "$hung"
wait_for anna live
type_text anna ":$meanwhile"
keys anna Enter
wait_for anna 'Hello?'
keys anna q
wait_match anna "^>.* $meanwhile "
kill -STOP "$hung"
"$program" status "$meanwhile" closed --go-on -d user=ben >/dev/null || fail "ben closes it"
keys anna P u
wait_match anna "^>.* $meanwhile  *URGENT"
kill -CONT "$hung"
wait_for anna "$meanwhile: "
meanwhile_gone() { ! matches anna "^.{0,5} $meanwhile "; }
until_true "the closed ticket leaves the list" meanwhile_gone
keys anna j
keys anna g g
meanwhile_gone || fail "the closed ticket is in the list again"

echo "without a server the console says so, counts on and keeps its keys"
kill $proxy
wait_match ben 'offline'
seconds() { screen ben | grep -oE ' [67]:[0-9][0-9] '; }
before=$(seconds)
counts_on() { [ "$(seconds)" != "$before" ] && shows ben offline; }
until_true "the clock goes on without a server" counts_on
keys ben '?'
wait_for ben 'mark the ticket'
keys ben q
keys ben Q
wait_for ben 'exit 0'
restored ben
