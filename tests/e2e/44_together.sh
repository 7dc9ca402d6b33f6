#!/bin/bash
# Who else views or writes is shown in the list and in the ticket, and goes away: with a key, with the console, and when the
# console was killed with its lease. In the list nothing is written to the server.
. "$(dirname "$0")/lib.sh"
fresh_database
cat >"$here/editor" <<-'END'
	#!/bin/sh
	echo "editing"
	while [ -e "$HOLD" ]; do sleep 0.05; done
	{ echo "An answer."; cat "$1"; } >"$1.new" && mv "$1.new" "$1"
	END
chmod +x "$here/editor"
echo "Where is it?" | mail 'Mira <mira@novus.example>' 'Lost' one@novus.example >/dev/null
echo "And this?" | mail 'Mira <mira@novus.example>' 'Found' two@novus.example >/dev/null
ticket=$(sql "SELECT min(id) FROM sandglass.ticket")
console_pid() { pgrep -f "^$program\$" -P "$(tm display-message -p -t "$1" '#{pane_pid}')"; }
console anna anna 80 24 VISUAL="$here/editor" HOLD="$here/hold"
console ben ben 160 30 VISUAL="$here/editor" HOLD="$here/hold2"
wait_for anna live
wait_for ben live
wait_match ben "$ticket .*Lost"
leases() { sql "SELECT count(*) FROM sandglass.presence WHERE until > now()"; }
xid=$(sql "SELECT changed_xid FROM sandglass.ticket WHERE id = $ticket")
[ "$(leases)" = 0 ] || fail "a console in the list holds a lease"
# ask NAME: the other agents are asked for every few seconds; R does it now.
sees() {
	keys "$1" R
	matches "$1" "$2"
}
sees_not() { ! sees "$1" "$2"; }

echo "who views is shown in the list, beside the assignee, and in the ticket"
keys anna Enter
wait_sql "SELECT activity FROM sandglass.presence WHERE until > now()" viewing
until_true "the sign in the list" sees ben "$ticket .* -\\+ "
keys ben Enter
until_true "in the ticket" sees ben '· anna views ·'
until_true "both see each other" sees anna '· ben views ·'
[ "$(sql "SELECT bool_and(until BETWEEN now() AND now() + interval '40 s') FROM sandglass.presence")" = t ] || fail "the leases are not for 40 s"

echo "who writes is shown as well, and who begins to is told"
touch "$here/hold" "$here/hold2"
keys anna r
wait_for anna editing
until_true "the header" sees ben 'anna writes since [0-9][0-9]:[0-9][0-9]'
keys ben q
until_true "the sign in the list" sees ben "$ticket .* -✎ "
keys ben r
wait_for ben editing
file=$(find "$XDG_STATE_HOME" -name "$ticket-reply.txt" -path '*ben*')
grep -q 'anna is writing on this ticket too, since' "$file" || fail "ben's editor does not say it: $(cat "$file")"
rm "$here/hold2"
wait_for ben 'anna is writing on this ticket too, since'
rm "$here/hold"
wait_for anna 'ben is writing on this ticket too, since'

echo "leaving ends it"
keys ben q
keys anna q q
until_true "nobody is there any more" sees_not ben "$ticket .* -[+✎] "
wait_sql "SELECT count(*) FROM sandglass.presence" 0

echo "a killed console is gone when its lease is over, and not before"
keys anna Enter
until_true "the sign in the list" sees ben "$ticket .* -\\+ "
kill -9 "$(console_pid anna)"
sees ben "$ticket .* -\\+ " || fail "gone before its time"
sql "UPDATE sandglass.presence SET until = now()" >/dev/null
until_true "the lease is over" sees_not ben "$ticket .* -\\+ "

echo "a console that ends says so"
keys ben Enter
wait_sql "SELECT count(*) FROM sandglass.presence WHERE until > now()" 1
keys ben Q
wait_for ben 'exit 0'
wait_sql "SELECT count(*) FROM sandglass.presence WHERE until > now()" 0
[ "$(sql "SELECT changed_xid FROM sandglass.ticket WHERE id = $ticket")" = "$xid" ] || fail "looking changed the ticket"
