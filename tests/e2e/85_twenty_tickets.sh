#!/bin/bash
# Twenty tickets, three keys each: c takes it, r [the editor] answers, y sends, and the next one is there.
. "$(dirname "$0")/lib.sh"
fresh_database
count=20
cat >"$here/editor" <<-'END'
	#!/bin/sh
	{ echo "We have looked at it, and it works again."; cat "$1"; } >"$1.new" && mv "$1.new" "$1"
END
chmod +x "$here/editor"
for n in $(seq $count); do
	echo "It stopped, for the $n. time." | mail "Customer $n <c$n@novus.example>" "Trouble $n" "t$n@novus.example" >/dev/null
done
[ "$(sql "SELECT count(*) FROM sandglass.ticket WHERE status = 'new'")" = $count ] || fail "$count new tickets"
order=$(sql "SELECT id FROM sandglass.console_page(NULL, NULL, NULL, NULL, $count)")

pressed=0
press() {
	keys anna "$1"
	pressed=$((pressed + 1))
}

console anna anna 120 34 VISUAL="$here/editor"
wait_for anna live
place=0
for ticket in $order; do
	place=$((place + 1))
	# Who does not look at the screen between two keys must not be worse off: nothing is waited for but what comes next.
	wait_match anna "^>.* $ticket "
	press c
	wait_sql "SELECT a.login FROM sandglass.ticket t JOIN sandglass.agent a ON a.id = t.assignee_id WHERE t.id = $ticket" anna
	press r
	wait_for anna "y send, pending"
	shows anna "$ticket" || fail "the preview is of another ticket than $ticket"
	press y
	wait_sql "SELECT status FROM sandglass.ticket WHERE id = $ticket" pending
	[ $((place % 5)) != 0 ] || echo "$place done"
done
[ $pressed = $((3 * count)) ] || fail "$pressed keys for $count tickets"

echo "the database agrees"
agrees() { [ "$(sql "$1")" = "$2" ] || fail "$1 is $(sql "$1"), not $2"; }
agrees "SELECT count(*) FROM sandglass.ticket t JOIN sandglass.agent a ON a.id = t.assignee_id
        WHERE t.status = 'pending' AND a.login = 'anna' AND t.due_at IS NULL AND t.last_author = 'agent'" $count
agrees "SELECT count(DISTINCT ticket_id) FROM sandglass.outbox WHERE body LIKE 'We have looked at it%'" $count
agrees "SELECT count(*) FROM sandglass.outbox" $count
agrees "SELECT count(*) FROM sandglass.sla_clock WHERE outcome = 'met' AND metric = 'first_reply' AND elapsed_s <= target_s" $count
agrees "SELECT count(*) FROM sandglass.sla_clock" $count
agrees "SELECT count(*) FROM sandglass.draft" 0
[ -z "$(find "$here/state" -name '*.txt' 2>/dev/null)" ] || fail "a draft was left: $(find "$here/state" -name '*.txt')"
keys anna Q
wait_for anna 'exit 0'
restored anna
