#!/bin/bash
# A saved view: saved by one agent, found again on another console and from the shell; shared by a lead, and what he changes in
# it is seen by who looks at it.
. "$(dirname "$0")/lib.sh"
fresh_database
"$program" agent add lena --lead >/dev/null 2>&1 || fail "agent add lena"
echo "Nothing loads." | mail 'Mira <mira@novus.example>' 'Session tables are empty' one@novus.example >"$here/line"
first=$(sed 's/created //' "$here/line")
echo "How do I export?" | mail 'Carol <carol@other.example>' 'Export to a sheet' two@other.example >"$here/line"
second=$(sed 's/created //' "$here/line")
PGUSER=ben "$program" priority "$second" high >/dev/null || fail "priority"

echo "save the filter, order and columns of the list"
console anna anna 110 24
wait_match anna "$second .*Export"
keys anna g v
wait_for anna 'no view is saved yet'
type_text anna ':filter prio:high'
keys anna Enter
wait_gone anna 'Session tables'
type_text anna ':sort -age'
keys anna Enter
wait_match anna 'QUEUE all  -age'
type_text anna ':columns id age subject'
keys anna Enter
wait_gone anna 'ASSIGNEE'
type_text anna ':columns id prio'
keys anna Enter
wait_for anna 'there is no column "prio"; the columns are id, pri,'
type_text anna ':view save high ones'
keys anna Enter
wait_match anna 'VIEW high ones  -age .*prio:high'

echo "leaving it takes its filter, order and columns along"
keys anna g a
wait_match anna 'QUEUE all  prio,mailbox,due'
wait_match anna "$first .*Session tables"
wait_for anna 'ASSIGNEE'
keys anna g v
wait_for anna 'saved views'
wait_match anna 'high ones .*prio:high .*own +1'
keys anna Enter
wait_match anna 'VIEW high ones  -age'
type_text anna ':sort due'
keys anna Enter
wait_match anna 'VIEW high ones\*  due'

echo "another console of the same agent begins with it; nobody else has it"
terminal again 110 24 env PGUSER=anna "$program" --view 'high ones'
wait_match again 'VIEW high ones  -age'
wait_match again "$second .*Export"
lacks again 'Session tables' || fail "the other console shows what the filter does not"
keys again Q
wait_for again 'exit 0'
[ "$(PGUSER=anna "$program" list --view 'high ones' | cut -f1)" = "$second" ] || fail "list --view"
terminal wrong 150 24 env PGUSER=ben "$program" --view high
wait_for wrong '--view takes all, mine, unassigned, a saved view (there is none) or a filter such as status:new, not "high"'
wait_for wrong 'exit 64'
restored wrong
echo "where the views cannot be read, a line says why instead of waiting for ever"
sql "REVOKE EXECUTE ON FUNCTION sandglass.view_list() FROM sandglass_viewer"
terminal refused 150 24 env PGUSER=anna "$program" --view 'high ones'
wait_for refused '--view: permission denied for function view_list'
wait_for refused 'exit '
sql "GRANT EXECUTE ON FUNCTION sandglass.view_list() TO sandglass_viewer"
PGUSER=anna "$program" list --view high >"$here/out" 2>&1
[ $? = 64 ] || fail "list with an unknown view: exit $?"
grep -q 'there is "high ones"' "$here/out" || fail "list said $(cat "$here/out")"

echo "only a lead shares one; what he changes is on the others' screens"
console ben ben 110 24
wait_match ben "$second .*Export"
type_text ben ':view share desk'
keys ben Enter
wait_for ben 'only leads share views'
console lena lena 110 24
wait_match lena "$second .*Export"
type_text lena ':filter org:novus'
keys lena Enter
wait_gone lena 'Export'
type_text lena ':view share desk'
keys lena Enter
wait_match lena 'VIEW desk .*org:novus'
has_heard() { # the list of the views comes by itself, a moment later
	type_text ben ':view desk'
	keys ben Enter
	read -rt 0.3 <> <(:) || true
	shows ben 'VIEW desk'
}
until_true "ben has the view" has_heard
wait_match ben 'VIEW desk .*org:novus'
wait_gone ben 'Export'
keys lena '\' C-u
type_text lena 'export'
keys lena Enter
wait_match lena 'VIEW desk\*'
type_text lena ':view share'
keys lena Enter
wait_match lena 'VIEW desk  '
wait_match ben 'VIEW desk .*\\export'
wait_match ben "$second .*Export"
wait_gone ben 'Session tables'
desk=$(sql "SELECT concat_ws('|', v.agent_id IS NULL, v.name, v.filter, v.sort, v.columns, v.saved_by) FROM sandglass.saved_view v WHERE v.agent_id IS NULL")
type_text lena ':view delete desk'
keys lena Enter
wait_for ben 'the view "desk" has been deleted; the list stays as it is'

echo "u brings a deleted view back, as it was"
keys lena u
wait_for lena 'the view "desk" is back; g v shows it'
wait_sql "SELECT concat_ws('|', v.agent_id IS NULL, v.name, v.filter, v.sort, v.columns, v.saved_by) FROM sandglass.saved_view v WHERE v.agent_id IS NULL" \
	"$desk"
keys lena u
wait_for lena 'there is nothing of yours to take back'
type_text lena ':view delete desk'
keys lena Enter
wait_sql "SELECT count(*) FROM sandglass.saved_view WHERE agent_id IS NULL" 0
wait_match ben 'QUEUE all .*\\export'
