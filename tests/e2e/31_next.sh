#!/bin/bash
# The next ticket: C takes what the list means, of the agent's team or of none, and goes on when others were faster; the same
# for scripts.
. "$(dirname "$0")/lib.sh"
fresh_database
"$program" agent add anna --team Berlin >/dev/null || fail "agent add"
"$program" agent add ben --team Kyiv >/dev/null || fail "agent add"
ask() { echo "$1" | mail "$2" "$1" "$3" | sed 's/created //'; }
normal=$(ask 'Novus, normal' 'Mira <mira@novus.example>' 1@novus.example)
high=$(ask 'Novus, high' 'Mira <mira@novus.example>' 2@novus.example)
kyiv=$(ask 'Novus, urgent' 'Mira <mira@novus.example>' 3@novus.example)
outside=$(ask 'Another, urgent' 'Carol <carol@other.example>' 4@other.example)
as() { PGUSER=$1 "$program" "${@:2}"; }
as ben priority "$high" high >/dev/null && as ben priority "$kyiv" urgent >/dev/null && as ben priority "$outside" urgent >/dev/null ||
	fail "priority"
console anna anna 90 24
wait_match anna "> .*$kyiv .*Novus, urgent"

echo "a ticket is given to a team, and back"
type_text anna ':team Ber'
keys anna Tab
wait_for anna ':team Berlin'
keys anna Enter
wait_for anna "$kyiv belongs to the team Berlin now; u takes it back"
keys anna u
wait_for anna 'the change of team is taken back'
wait_sql "SELECT team_id IS NULL FROM sandglass.ticket WHERE id = $kyiv" t
type_text anna ':team'
keys anna Enter
wait_for anna "$kyiv: give it to the team"
type_text anna 'ky'
keys anna Enter
wait_for anna "$kyiv belongs to the team Kyiv now"
keys anna Enter
wait_match anna "$kyiv  URGENT  new  nobody's . team Kyiv"
wait_for anna 'set team none -> Kyiv'
type_text anna ':team Lviv'
keys anna Enter
wait_for anna 'there is no team "Lviv"'
keys anna q
wait_gone anna 'team Kyiv'
keys anna g g V
type_text anna ':team Kyiv'
keys anna Enter
wait_for anna 'team Kyiv: 4 done. u takes it back'
keys anna u
wait_sql "SELECT string_agg(id::text, ' ') FROM sandglass.ticket WHERE team_id IS NOT NULL" "$kyiv"
wait_for anna 'undo of team Kyiv: 4 done'
keys anna U

echo "of a filter it takes the most urgent, whatever the order of the list, and not the other team's"
type_text anna '\org:novus'
keys anna Enter
wait_match anna 'QUEUE all .*\\org:novus'
type_text anna ':sort -priority'
keys anna Enter
keys anna C
wait_for anna "$high is yours"
wait_match anna "$high  HIGH  open  anna"
keys anna q g m
wait_match anna 'QUEUE mine .*\\org:novus'
keys anna C
wait_for anna "$normal is yours"
keys anna q C
wait_for anna 'no unassigned ticket matches the filter org:novus; of other teams: 1'
type_text anna ':view save Novus'
keys anna Enter
wait_for anna 'saved; g v shows it again'
wait_match anna '^ *Novus '
keys anna C
wait_for anna 'no unassigned ticket in the view "Novus"; of other teams: 1'
[ "$(sql 'SELECT count(*) FROM sandglass.ticket WHERE assignee_id IS NULL')" = 2 ] || fail "another ticket was taken"

echo "in one's own list it takes from the whole queue"
keys anna g m
wait_match anna 'QUEUE mine '
keys anna C
wait_for anna "$outside is yours"
keys anna q C
wait_for anna 'no unassigned ticket is waiting for you; of other teams: 1'
keys anna u
wait_sql "SELECT assignee_id IS NULL FROM sandglass.ticket WHERE id = $outside" t

echo "among what a search has found"
type_text anna ':find novus'
keys anna Enter
wait_for anna 'FIND novus'
keys anna C
wait_for anna 'no unassigned ticket among those found for "novus"; of other teams: 1'
type_text anna ':find urgent'
keys anna Enter
wait_for anna 'FIND urgent'
keys anna C
wait_for anna "$outside is yours"
keys anna q u
wait_sql "SELECT assignee_id IS NULL FROM sandglass.ticket WHERE id = $outside" t
keys anna q
wait_match anna 'QUEUE mine '

echo "for scripts"
refused() {
	as "${@:3}" >"$here/out" 2>&1
	[ $? = "$1" ] || fail "${*:3}: not exit $1"
	grep -qF -- "$2" "$here/out" && [ "$(wc -l <"$here/out")" = 1 ] || fail "${*:3} said $(cat "$here/out")"
}
as ben status "$normal" open >/dev/null && as ben assign "$normal" - >/dev/null || fail "assign"
[ "$(as anna claim --next --view Novus)" = "$normal" ] || fail "claim --next --view NAME"
refused 67 'sandglass claim: no unassigned ticket in the view "Novus"; of other teams: 1' anna claim --next --view Novus
refused 67 'sandglass claim: no unassigned ticket matches the filter assignee:me org:novus; of other teams: 1' anna claim --next --view 'assignee:me org:novus'
[ "$(as ben claim --next --view 'org:novus')" = "$kyiv" ] || fail "claim --next --view FILTER"
refused 64 'a saved view (there is "Novus") or a filter such as status:new, not "novas"' anna claim --next --view novas
refused 64 -- 'column 8: "opne" is no status' anna claim --next --view 'status:opne'
refused 64 'claim: --view goes with --next' anna claim "$kyiv" --view Novus
as ben team "$outside" Kyiv >/dev/null || fail "team"
refused 67 'there is no team "Lviv"; there is "Berlin", "Kyiv"' ben team "$outside" Lviv
refused 67 'no unassigned ticket is waiting for you; of other teams: 1' anna claim --next --view mine
as ben team "$outside" - >/dev/null || fail "team -"
as ben list --json --filter team:kyiv | grep -q "\"id\":$kyiv,.*\"team\":\"Kyiv\"" || fail "list --json tells no team"
as ben show "$outside" | grep -q '^team	-$' || fail "show tells no team"
[ "$(as anna claim --next --view all --json | sed 's/,"version.*//')" = "{\"ticket\":$outside" ] || fail "claim --next --view all"

echo "when all that it asks for are just taken it goes on"
sql "INSERT INTO sandglass.ticket (subject, status, priority, channel, requester_id, created_at, updated_at, tags)
	SELECT 'many ' || n, 'new', 'normal', 'email', (SELECT min(id) FROM sandglass.contact), now(), now(), '{many}' FROM generate_series(1, 410) n"
first=$(sql "SELECT min(id) FROM sandglass.ticket WHERE tags = '{many}'")
keys anna g a
wait_for anna '414 open'
type_text anna '\tag:many'
keys anna Enter
wait_for anna '410 open'
psql -qXAt <<-END >"$here/locks" 2>&1 &
	BEGIN;
	SELECT id FROM sandglass.ticket WHERE tags = '{many}' AND id < $first + 403 FOR UPDATE;
	SELECT 'locked', pg_sleep(60);
END
background+=($!)
wait_sql "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND state = 'active' AND pid <> pg_backend_pid()" 1
keys anna C
wait_for anna "$((first + 403)) is yours"
[ "$(as anna claim --next --view tag:many)" = $((first + 404)) ] || fail "claim --next does not go on"
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()" >/dev/null

echo "a claim whose connection breaks is done once"
keys anna q
psql -qXAt -c "BEGIN; SELECT sandglass.policy_lock(true); SELECT pg_sleep(60)" >/dev/null 2>&1 &
background+=($!)
wait_sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 1935765091 AND objid = 1 AND granted" 1
keys anna C
wait_sql "SELECT count(*) FROM pg_stat_activity WHERE usename = 'anna' AND wait_event = 'advisory'" 1
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'anna'" >/dev/null
wait_sql "SELECT count(*) FROM pg_stat_activity WHERE usename = 'anna' AND wait_event = 'advisory'" 1
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()" >/dev/null
wait_for anna "$first is yours"
[ "$(sql "SELECT count(*) FROM sandglass.ticket WHERE tags = '{many}' AND assignee_id IS NOT NULL")" = 3 ] || fail "it took more than one"
keys anna Q
wait_for anna 'exit 0'
