#!/bin/bash
# `t` explains a timer: in the queue and in a ticket, in the agent's zone with the calendar's hours beside; q goes back to where
# it was asked; help takes the page's place; the same text comes from `show --clock`; without the server it says so.
. "$(dirname "$0")/lib.sh"
fresh_database
echo "Nothing loads." | mail 'Mira <mira@novus.example>' 'Session tables are empty' one@novus.example >"$here/line"
id=$(sed 's/created //' "$here/line")
echo "And now?" | mail 'Mira <mira@novus.example>' 'Second question' two@novus.example >"$here/line"
second=$(sed 's/created //' "$here/line")

echo "what a script reads"
said=$(PGUSER=anna TZ=Asia/Tokyo "$program" show "$second" --clock) || fail "show --clock"
for line in "Ticket $second: Second question" 'First reply: the customer is waiting' 'promise	2h of working time by the plan Enterprise' \
	'calendar	tickets, hours of Etc/GMT-2 \(UTC\+02:00\); times here are yours \(UTC\+09:00\)' \
	'(worked|to come)	.*\([0-9:]+-[0-9:]+ there\): .*, together 2h$' 'due	' 'breach	after ' 'rule	'; do
	grep -qE "$line" <<<"$said" || fail "no line $line in: $said"
done
PGUSER=anna "$program" show "$second" --clock --json | grep -q '"kind":"due"' || fail "--json"
PGUSER=anna "$program" show 999 --clock 2>"$here/line"
[ $? = 67 ] || fail "a ticket that is not there: $(cat "$here/line")"

echo "the same on the screen"
console anna anna 120 40
wait_match anna "$second .*Second question"
type_text anna ":open $second"
keys anna Enter
wait_for anna 'And now?'
keys anna t
wait_for anna 'by the plan Enterprise'
wait_for anna 'together 2h'
keys anna '?'
wait_for anna 'Everywhere'
keys anna q
wait_for anna 'And now?'
keys anna q t
wait_for anna 'of working time by the plan'
keys anna q
wait_match anna "$id .*Session tables"
keys anna Q
wait_for anna 'exit 0'

echo "the head of a ticket says the calendar's hour where its zone is another, and only there"
console tokyo anna 98 30 TZ=Asia/Tokyo
wait_match tokyo "$id .*Session tables"
keys tokyo Enter
wait_match tokyo 'due [A-Z][a-z][a-z] [0-9:]{5} \(([A-Z][a-z][a-z] )?[0-9:]{5} in UTC[+]2\) '
console kyiv anna 98 30 TZ=Etc/GMT-2
wait_match kyiv "$id .*Session tables"
keys kyiv Enter
wait_match kyiv 'due [A-Z][a-z][a-z] [0-9:]{5} . promised'

echo "in a narrow pane the calendar's hour stays, and its zone goes"
console narrow anna 122 30 TZ=Asia/Tokyo
wait_match narrow "$id .*Session tables"
wait_match narrow 'due [A-Z][a-z][a-z] [0-9:]{5} \(([A-Z][a-z][a-z] )?[0-9:]{5} there\)'

echo "word for word what a script reads, once the clock stands"
PGUSER=anna "$program" claim "$id" >"$here/line" || fail "claim: $(cat "$here/line")"
echo "Loaded." | PGUSER=anna "$program" reply "$id" >"$here/line" || fail "reply: $(cat "$here/line")"
PGUSER=anna TZ=Asia/Tokyo "$program" show "$id" --clock >"$here/script" || fail "show --clock"
console whole anna 220 60 TZ=Asia/Tokyo
wait_for whole live
type_text whole ":open $id"
keys whole Enter
wait_for whole 'Loaded.'
keys whole t
wait_for whole 'by the plan Enterprise'
wait_match whole '^  rule '
screen whole | sed -n '/^Ticket/,/^j down/p' | grep -v '^j down' | tr -s ' \t\n' ' ' | sed 's/ $//' >"$here/screen"
tr -s ' \t\n' ' ' <"$here/script" | sed 's/ $//' >"$here/words"
cmp -s "$here/screen" "$here/words" || fail "t and show --clock differ: $(diff "$here/screen" "$here/words")"
