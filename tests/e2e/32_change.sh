#!/bin/bash
# What a ticket is about and for whom, changed by keys: tags, subject, requester, organization, merging; each taken back.
. "$(dirname "$0")/lib.sh"
fresh_database
sql "INSERT INTO sandglass.organization (name, plan_id) SELECT 'Kite', id FROM sandglass.plan WHERE name = 'Marketing Data'" >/dev/null
echo "One." | mail 'Mira <mira@novus.example>' 'Question 1' q1@novus.example >/dev/null
echo "Two." | mail 'Mira <mira@novus.example>' 'Question 2' q2@novus.example >/dev/null
echo "Three." | mail 'Bob <bob@gmail.com>' 'Question 3' q3@gmail.com >/dev/null
first=$(sql "SELECT min(id) FROM sandglass.ticket")
second=$((first + 1))
third=$((first + 2))
console anna anna 160 30
wait_for anna live
wait_match anna "> .*$first .*Question 1"

echo "tags: put on, completed from those that there are, taken off and back"
keys anna T
wait_match anna 'tags (\(-tag|of)'
type_text anna 'Billing vip'
keys anna Enter
wait_for anna "$first is tagged billing,vip now"
keys anna j T
wait_match anna 'tags (\(-tag|of)'
type_text anna 'bil'
keys anna Tab
wait_for anna 'one off): billing'
keys anna Enter
wait_for anna "$second is tagged billing now"
type_text anna ":tag -bill"
keys anna Tab
wait_for anna ':tag -billing'
keys anna Enter
wait_for anna "$second has no tags now"
keys anna u
wait_for anna 'the change of tags is taken back'
wait_sql "SELECT tags FROM sandglass.ticket WHERE id = $second" '{billing}'
[ "$("$program" list --json --filter tag:vip | grep -c '"tags":\["billing","vip"\]')" = 1 ] || fail "list --json has no tags"
"$program" tag "$first" refund -vip -d user=ben >/dev/null || fail "sandglass tag"
wait_sql "SELECT tags FROM sandglass.ticket WHERE id = $first" '{billing,refund}'
type_text anna '\tag:refund'
keys anna Enter
wait_match anna "> .*$first .*Question 1"
wait_gone anna "Question 2"
keys anna Enter
wait_for anna '#billing  #refund'
keys anna q '\' C-u Enter
wait_for anna "Question 2"

echo "what nobody could see is no subject"
keys anna g g
type_text anna ':subject'
keys anna Enter
wait_for anna 'subject: Question 1'
keys anna C-u
type_text anna $'\u3000\u2800\u00a0'
keys anna Enter
wait_for anna 'the subject has no visible character'
keys anna Escape

echo "subject"
keys anna g g
type_text anna ':subject'
keys anna Enter
wait_for anna 'subject: Question 1'
type_text anna ' or none'
keys anna Enter
wait_match anna "> .*$first .*Question 1 or none"
wait_for anna "$first has another subject now"
keys anna u
wait_sql "SELECT subject FROM sandglass.ticket WHERE id = $first" 'Question 1'

echo "organization: of somebody who has none"
keys anna G
wait_match anna "> .*$third "
type_text anna ':organization'
keys anna Enter
wait_for anna 'bob@gmail.com belongs to'
type_text anna 'kit'
keys anna Enter
wait_for anna 'Bob belongs to Kite now'
wait_sql "SELECT organization_id IS NOT NULL FROM sandglass.contact WHERE email = 'bob@gmail.com'" t
type_text anna ':organization Novus'
keys anna Enter
wait_for anna "moving somebody is a lead's to do"
keys anna u
wait_for anna 'the change of organization is taken back'
wait_sql "SELECT organization_id IS NULL FROM sandglass.ticket WHERE id = $third" t

echo "requester: found by a part of the name"
keys anna G
type_text anna ':requester'
keys anna Enter
wait_for anna 'for whom'
type_text anna 'Mira'
wait_for anna 'mira@novus.example'
keys anna Tab Enter
wait_for anna "$third: answers go to mira@novus.example now"
wait_sql "SELECT o.name FROM sandglass.ticket t JOIN sandglass.organization o ON o.id = t.organization_id WHERE t.id = $third" Novus
keys anna u
wait_for anna 'the change of requester is taken back'

echo "merge: says whose ticket it is, goes on where the conversation does, and back"
keys anna G
wait_match anna "> .*$third "
keys anna Enter
wait_for anna 'Three.'
keys anna M
wait_for anna "merge $third into:"
type_text anna "$second"
wait_for anna 'of Novus; answers will go to both: Question 2'
keys anna Enter
wait_for anna "$third is merged into $second of Novus; answers go to both; u takes it back"
wait_match anna "│ $second  normal  new"
wait_for anna 'Three.'
type_text anna ":$third"
keys anna Enter
wait_for anna "merged into $second; Enter goes there"
keys anna Enter
wait_match anna "│ $second  normal  new"
keys anna u
wait_for anna 'the merge is taken back'
wait_sql "SELECT status FROM sandglass.ticket WHERE id = $third" new
keys anna q g g M
wait_for anna "merge $first into:"
wait_for anna 'Question 2'
keys anna Tab Enter
wait_for anna "$first is merged into $second"
echo "More." | mail 'Mira <mira@novus.example>' 'Re: Question 2' q4@novus.example q1@novus.example >/dev/null
wait_sql "SELECT message_count FROM sandglass.ticket WHERE id = $second" 3
keys anna u
wait_for anna 'nothing is taken back, since then'
type_text anna ":unmerge $first"
keys anna Enter
wait_for anna "$first is a ticket of its own again"
wait_sql "SELECT status FROM sandglass.ticket WHERE id = $first" new

echo "many into one, and all of them back"
keys anna g a g g Space G Space M
wait_for anna 'merge 2 marked into:'
type_text anna "$second"
keys anna Enter
wait_sql "SELECT count(*) FROM sandglass.ticket WHERE merged_into = $second" 2
wait_for anna 'u takes it back'
keys anna u
wait_sql "SELECT count(*) FROM sandglass.ticket WHERE merged_into IS NULL AND status <> 'closed'" 3
keys anna Q
wait_for anna 'exit 0'

echo "on a narrow screen, too, the question about tags is whole"
PGUSER=anna "$program" tag "$first" attribution bigquery delays escalated >"$here/line" || fail "tag: $(cat "$here/line")"
console narrow anna 80 24
wait_for narrow live
type_text narrow ":open $first"
keys narrow Enter
wait_for narrow '#attribution'
keys narrow T
wait_match narrow "^tags of $first \\(.*…\\), -tag takes one off: *$"

echo "a refused action leaves the cursor on its ticket"
console back anna 100 30
wait_for back live
keys back g g
wait_match back "^>.* $first "
keys back M
wait_for back "merge $first into"
type_text back 999999
keys back Enter
wait_for back 'there is no ticket 999999'
wait_match back "^>.* $first "
