#!/bin/bash
# Linking tickets to an incident: a new one from the list, the marked ones, by the command, found by the filter; each taken back,
# unless a colleague acted since.
. "$(dirname "$0")/lib.sh"
fresh_database
for n in 1 2 3 4; do
	echo "Text $n." | mail 'Mira <mira@novus.example>' "Import $n fails" q$n@novus.example >/dev/null
done
first=$(sql "SELECT min(id) FROM sandglass.ticket")
second=$((first + 1))
third=$((first + 2))
fourth=$((first + 3))
# "1 open: 4 5": each incident with its tickets.
incidents() {
	sql "SELECT coalesce(string_agg(i.id || CASE WHEN i.closed THEN ' closed:' ELSE ' open:' END || coalesce((SELECT string_agg(' ' || t.id, ''
	       ORDER BY t.id) FROM sandglass.ticket t WHERE t.incident_id = i.id), ''), ', ' ORDER BY i.id), 'none') FROM sandglass.console_incident i"
}
console anna anna 90 30
console ben ben 160 45
wait_for anna live
wait_for ben live
wait_match anna "> .*$first .*Import 1 fails"

echo "L: the first line asks for the title of a new incident"
keys anna L
wait_for anna "$first: link it to"
wait_for anna 'new incident'
keys anna Enter
wait_for anna 'title of the new incident:'
keys anna Enter
wait_for anna 'the title is empty'
type_text anna 'Google Ads imports fail'
keys anna Enter
wait_for anna "$first is linked to the new incident \"Google Ads imports fail\"; u takes it back"
[ "$(incidents)" = "1 open: $first" ] || fail "$(incidents)"
keys anna Enter
wait_for anna 'incident 1 Google Ads imports fail'
wait_for anna 'linked it to incident 1 (Google Ads imports fail)'
keys anna q

echo "u takes a new incident back with the link that opened it"
keys anna u
wait_for anna "$first: the change of incident is taken back"
[ "$(incidents)" = "1 closed:" ] || fail "$(incidents)"
keys anna L
wait_for anna "$first: link it to"
wait_gone anna 'Google'
type_text anna 'Facebook stops' # in no title: the new one's
keys anna Enter
wait_for anna 'title of the new incident: Facebook stops'
keys anna C-u
type_text anna 'Google again'
keys anna Enter
wait_for anna "is linked to the new incident \"Google again\""
[ "$(incidents)" = "1 closed:, 2 open: $first" ] || fail "$(incidents)"

echo "a colleague has it in his list at once; three marked are linked, each once, and taken back together"
keys ben j Space Space Space
wait_for ben '3 marked.'
keys ben L
wait_for ben '3 marked: link them to'
wait_for ben '2 Google again'
wait_match ben 'anna, .* 1 open'
type_text ben goo
keys ben Enter
wait_for ben 'link to incident 2 Google again: 3 done. u takes it back.'
[ "$(incidents)" = "1 closed:, 2 open: $first $second $third $fourth" ] || fail "$(incidents)"
[ "$(sql "SELECT count(*) FROM sandglass.event WHERE action = 'link' AND actor = 'ben'")" = 3 ] || fail "not one event each"
keys ben u
wait_for ben 'undo of link to incident 2 Google again: 3 done.'
[ "$(incidents)" = "1 closed:, 2 open: $first" ] || fail "$(incidents)"
wait_for ben '3 marked'
type_text ben ':link new Slow dashboards'
keys ben Enter
wait_for ben 'link to the new incident "Slow dashboards": 3 done.'
[ "$(incidents)" = "1 closed:, 2 open: $first, 3 open: $second $third $fourth" ] || fail "$(incidents)"

echo "what somebody touched since is not taken back, and its incident stays open"
"$program" priority "$third" high -d user=anna >/dev/null || fail "anna's change"
keys ben u
wait_for ben 'undo of link to the new incident "Slow dashboards": 2 done, 1 refused. ? shows why.'
keys ben '?'
wait_match ben "$third +nothing is taken back, since then anna set priority normal -> high"
keys ben q
[ "$(incidents)" = "1 closed:, 2 open: $first, 3 open: $third" ] || fail "$(incidents)"
keys ben U

echo "one ticket: refused when a colleague acted since"
keys anna g g
"$program" link "$first" 3 -d user=ben | grep -qx "$first" || fail "sandglass link"
wait_sql "SELECT incident_id FROM sandglass.ticket WHERE id = $first" 3
keys anna u
wait_for anna "$first: nothing is taken back, since then ben moved it from incident 2"

echo ":link, completed by the title; - is none; what changes nothing is said"
type_text anna ":link goo"
keys anna Tab
wait_for anna ':link 2'
keys anna Enter
wait_for anna "$first is linked to incident 2 Google again"
type_text anna ":link again"
keys anna Enter
wait_for anna "$first: it is linked to that incident already"
type_text anna ":link google ads"
keys anna Enter
wait_for anna 'there is no open incident "google ads"'
type_text anna ":link 1"
keys anna Enter
wait_for anna 'incident 1 is closed'

echo "the filter by number, by a part of the title, any and none; the column"
type_text anna '\incident:slow'
keys anna Enter
wait_match anna "> .*$third .*Import 3"
wait_gone anna 'Import 1'
keys anna '\' C-u
type_text anna 'incident:any'
keys anna Enter
wait_for anna 'Import 1'
wait_gone anna 'Import 2'
type_text anna ':columns id incident subject'
keys anna Enter
wait_match anna "$first 2 Google.* Import 1 fails"
keys anna g g
wait_match anna "> .*$third"
[ "$("$program" list --filter incident:2 | cut -f1)" = "$first" ] || fail "list --filter incident:2"
keys anna j
wait_match anna "> .*$first"
type_text anna ':link -'
keys anna Enter
wait_for anna "$first is linked to no incident now"
wait_gone anna 'Import 1'
keys anna u
wait_match anna "> .*$first 2 Google"
keys anna '\' C-u
type_text anna 'incident:7'
keys anna Enter
wait_for anna '"7" is no incident; a number, a part of a title, any or none'
keys anna Escape

echo "from a script"
"$program" link "$fourth" --new 'From a script' -d user=ben >/dev/null || fail "link --new"
"$program" link "$second" - -d user=ben >/dev/null || fail "link -"
"$program" link "$second" x -d user=ben 2>"$here/err"
[ $? = 64 ] && grep -q 'an incident is a number like 3' "$here/err" || fail "$(cat "$here/err")"
"$program" link "$second" 1 -d user=ben 2>"$here/err"
[ $? = 65 ] || fail "closed: $? $(cat "$here/err")"
[ "$(incidents)" = "1 closed:, 2 open: $first, 3 open: $third, 4 open: $fourth" ] || fail "$(incidents)"

keys ben Q
wait_for ben 'exit 0'
keys anna Q
wait_for anna 'exit 0'
restored anna
