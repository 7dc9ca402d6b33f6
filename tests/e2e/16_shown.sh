#!/bin/bash
# What stands below the list is the ticket that the keys act on, also when the cursor's ticket leaves the list; and when it
# was a colleague who took it, it is said.
. "$(dirname "$0")/lib.sh"
fresh_database
for i in 1 2 3 4; do
	echo "Text of question $i." | mail 'Mira <mira@novus.example>' "Question $i" "q$i@novus.example" >/dev/null
done
first=$(sql "SELECT min(id) FROM sandglass.ticket")
console anna anna 90 30
wait_for anna live
keys anna g u g g
wait_match anna "> .*$first .*Question 1"
wait_match anna "── $first ──"

echo "a claimed ticket leaves the list: the next one has the cursor and is shown"
keys anna Enter c
wait_sql "SELECT assignee_id IS NOT NULL FROM sandglass.ticket WHERE id = $first" t
keys anna q
wait_match anna "> .*$((first + 1)) .*Question 2"
wait_match anna "── $((first + 1)) ──"
wait_for anna 'Text of question 2.'

echo "a colleague takes the one under the cursor: it is said whose it is"
PGUSER=ben "$program" claim $((first + 1)) >/dev/null || fail "ben's claim"
wait_for anna "$((first + 1)) is ben's now"
wait_match anna "> .*$((first + 2)) .*Question 3"
wait_match anna "── $((first + 2)) ──"
keys anna Q
wait_for anna 'exit 0'
