#!/bin/bash
# A filter: typed with completion and corrected where it is wrong, on the title, kept while the views change, followed when a
# ticket changes and when time alone moves one in, taken off again; the same words for --view and for scripts.
. "$(dirname "$0")/lib.sh"
fresh_database
echo "Nothing loads." | mail 'Mira <mira@novus.example>' 'Session tables are empty' one@novus.example >"$here/line"
first=$(sed 's/created //' "$here/line")
echo "How do I export?" | mail 'Carol <carol@other.example>' 'Export to a sheet' two@other.example >"$here/line"
second=$(sed 's/created //' "$here/line")
PGUSER=ben "$program" priority "$second" high >/dev/null || fail "priority"

echo "what is wrong is said while it is typed, and Enter keeps it in the line"
console anna anna 100 24
wait_match anna "$first .*Session tables"
wait_match anna "$second .*Export"
keys anna '\'
wait_for anna 'filter:'
type_text anna 'status:opne x'
wait_for anna 'column 8: "opne" is no status; new, open, pending, hold or closed'
keys anna Enter
wait_for anna 'filter: status:opne x'
keys anna C-u
wait_gone anna 'column 8'

echo "completion writes keys and names"
type_text anna 'pri'
keys anna Tab
wait_for anna 'filter: prio:'
type_text anna 'h'
keys anna Tab
wait_for anna 'filter: prio:high'
keys anna Enter
wait_match anna 'QUEUE all .*\\prio:high .*1 open'
wait_gone anna 'Session tables'

echo "it stays on while the views change, and says so where it leaves nothing"
keys anna g m
wait_for anna 'No ticket in "mine" matches the filter'
wait_for anna 'takes it off'
keys anna g a
wait_match anna "$second .*Export"

echo "a ticket that changes comes in and goes out"
PGUSER=ben "$program" priority "$first" high >/dev/null || fail "priority"
wait_match anna "$first .*Session tables"
PGUSER=ben "$program" priority "$second" normal >/dev/null || fail "priority"
wait_gone anna 'Export'

echo "an empty one takes it off"
keys anna '\' C-u
wait_for anna 'Enter takes the filter off'
keys anna Enter
wait_match anna "$second .*Export"
lacks anna 'prio:high' || fail "the title still shows the filter"

echo "time alone moves a ticket in"
type_text anna ":filter org:novus age>$(($(date +%s) - $(sql "SELECT extract(epoch FROM created_at)::bigint FROM sandglass.ticket WHERE id = $first") + 4))s"
keys anna Enter
wait_for anna 'matches the filter'
wait_match anna "$first .*Session tables"
keys anna Q
wait_for anna 'exit 0'

echo "the console begins with one, and a wrong one is one line for the shell"
terminal begins 100 24 env PGUSER=anna "$program" --view 'org:novus'
wait_match begins 'QUEUE all .*\\org:novus'
wait_match begins "$first .*Session tables"
lacks begins Export || fail "--view shows what does not match"
keys begins Q
wait_for begins 'exit 0'
terminal wrong 100 24 env PGUSER=anna "$program" --view 'assignee:noone'
wait_for wrong 'column 10: "noone" is no agent; anna, ben, me or none'
wait_for wrong 'exit 64'
restored wrong

echo "the same for scripts"
listed() { PGUSER=anna "$program" list --filter "$1" | cut -f1 | sort -n | tr '\n' ' '; }
[ "$(listed 'org:novus')" = "$first " ] || fail "list org: $(listed 'org:novus')"
[ "$(listed 'status:new -export')" = "$first " ] || fail "list words: $(listed 'status:new -export')"
[ "$(listed 'due>1h age<1d')" = "$first " ] || fail "list due: $(listed 'due>1h age<1d')"
[ "$(listed 'sla:none')" = "$second " ] || fail "list sla: $(listed 'sla:none')"
PGUSER=anna "$program" list --filter 'due<2d' >"$here/out" 2>&1
[ $? = 64 ] || fail "list with a wrong filter: exit $?"
grep -q '^sandglass list: --filter: column 5: "2d" is no length of time' "$here/out" || fail "list said $(cat "$here/out")"
