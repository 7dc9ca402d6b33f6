#!/bin/bash
# A phone call becomes a ticket, once, and what was written about it is not lost.
. "$(dirname "$0")/lib.sh"
fresh_database
sql "INSERT INTO sandglass.organization (name, plan_id) SELECT 'Kite', id FROM sandglass.plan WHERE name = 'Marketing Data';
     INSERT INTO sandglass.organization_domain SELECT 'kite.example', id FROM sandglass.organization WHERE name = 'Kite';
     INSERT INTO sandglass.contact (email, name, organization_id) SELECT 'bob@kite.example', 'Bob Kite', id
     FROM sandglass.organization WHERE name = 'Kite'" >/dev/null
cat >"$here/editor" <<-'END'
	#!/bin/sh
	{ cat "$EDITOR_TEXT"; sed "$(cat "$EDITOR_TEXT.sed")" "$1"; } >"$1.new" && mv "$1.new" "$1"
END
chmod +x "$here/editor"
echo 'They see no sessions.' >"$here/text"
: >"$here/text.sed"
console anna anna 110 30 VISUAL="$here/editor" EDITOR_TEXT="$here/text"
wait_for anna live

echo "asked for the caller and the subject, then the note; the plan has no phone support"
keys anna p
wait_for anna 'who calls'
type_text anna 'kit'
wait_for anna 'Bob Kite, Kite'
keys anna Tab Enter
wait_for anna 'the plan Marketing Data has no phone support'
type_text anna 'No sessions'
keys anna Enter
wait_for anna 'the call is logged, the ticket is yours; the plan Marketing Data has no phone support'
wait_for anna 'They see no sessions.'
wait_for anna 'by phone'
wait_sql "SELECT concat_ws('|', t.subject, t.channel, t.status, a.login, k.email, k.name, t.message_count,
	(SELECT m.kind FROM sandglass.message m WHERE m.ticket_id = t.id)) FROM sandglass.ticket t
	JOIN sandglass.agent a ON a.id = t.assignee_id JOIN sandglass.contact k ON k.id = t.requester_id" \
	'No sessions|phone|open|anna|bob@kite.example|Bob Kite|0|note'
wait_sql 'SELECT count(*) FROM sandglass.sla_clock' 0
until_true "the draft is gone" test -z "$(find "$XDG_STATE_HOME" -name '*.txt')"
keys anna u
wait_for anna 'cannot be undone'

echo "in one line, by somebody new"
keys anna q
type_text anna ':new Vera Nova <Vera@nova.example> Cannot log in'
keys anna Enter
wait_for anna 'Cannot log in'
wait_sql "SELECT k.name || ' ' || k.email FROM sandglass.ticket t JOIN sandglass.contact k ON k.id = t.requester_id WHERE t.subject = 'Cannot log in'" 'Vera Nova vera@nova.example'

echo "nothing is logged without a note"
keys anna q
: >"$here/text"
type_text anna ':new vera@nova.example Nothing'
keys anna Enter
wait_for anna 'nothing was written, no call is logged'

echo "what cannot be logged is kept, and logged when it is right"
echo 'A long note.' >"$here/text"
echo 's/^Customer: .*/Customer: nobody/' >"$here/text.sed"
type_text anna ':new vera@nova.example Kept'
keys anna Enter
wait_for anna '"nobody" is no mail address'
wait_for anna 'it is kept, p takes it up again'
: >"$here/text"
echo 's/^Customer: .*/Customer: vera@nova.example/' >"$here/text.sed"
keys anna p
wait_for anna 'A long note.'
wait_sql "SELECT count(*) FROM sandglass.ticket WHERE subject = 'Kept'" 1

echo "the terminal is closed before the server has answered: logged once, however often it is taken up"
echo 'Once.' >"$here/text"
: >"$here/text.sed"
pid=$(pgrep -f "^$program\$" -P "$(tm display-message -p -t anna '#{pane_pid}')")
[ -n "$pid" ] || fail "no process of the console"
backend=$(sql "SELECT pid FROM pg_stat_activity WHERE usename = 'anna' AND datname = current_database()")
kill -STOP $backend
type_text anna ':new vera@nova.example Once'
keys anna Enter
wait_for anna '1 unsent'
tm kill-session -t anna
gone() { ! kill -0 "$1" 2>/dev/null; }
until_true "the console of a closed terminal ends" gone "$pid"
kill -CONT $backend
: >"$here/text"
console anna anna 110 30 VISUAL="$here/editor" EDITOR_TEXT="$here/text"
wait_for anna live
keys anna p
wait_for anna 'Once.'
wait_sql "SELECT count(*) FROM sandglass.ticket WHERE subject = 'Once'" 1
until_true "the draft is gone" test -z "$(find "$XDG_STATE_HOME" -name '*.txt')"
wait_match anna 'the call is logged|was logged before'

echo "two windows with one call: the text of the one is logged, the other's is kept and is another call"
: >"$here/two"; : >"$here/two.sed"
servers() { sql "SELECT pid FROM pg_stat_activity WHERE usename = 'anna' AND datname = current_database() ORDER BY backend_start"; }
backend=$(servers)
console window anna 110 30 VISUAL="$here/editor" EDITOR_TEXT="$here/two"
wait_for window live
other=$(servers | tail -1)
kill -STOP $backend $other
echo 'Of one.' >"$here/text"
type_text anna ':new vera@nova.example Windows'
keys anna Enter
wait_for anna '1 unsent'
echo 'Of two.' >"$here/two"
keys window p
wait_for window '1 unsent'
kill -CONT $backend
wait_for anna 'an earlier text was logged; p takes up the changed one as another call'
kill -CONT $other
wait_for window 'an earlier text was logged; p takes up the changed one as another call'
: >"$here/two"; : >"$here/two.sed"
keys window p
wait_sql "SELECT string_agg(body, '|' ORDER BY m.id) FROM sandglass.message m JOIN sandglass.ticket t ON t.id = m.ticket_id WHERE t.subject = 'Windows'" \
	$'Of one.|Of two.\nOf one.'
tm kill-session -t window
: >"$here/text"

echo "for scripts"
id=$(echo 'He called.' | "$program" new bob@kite.example 'From a script' --priority high -d user=ben) || fail "sandglass new"
wait_sql "SELECT subject || ' ' || channel || ' ' || priority FROM sandglass.ticket WHERE id = $id" 'From a script phone high'
echo x | "$program" new nobody 'x' -d user=ben 2>"$here/error" && fail "an address that is none"
grep -q '"nobody" is no address' "$here/error" || fail "$(cat "$here/error")"
keys anna Q
wait_for anna 'exit 0'
