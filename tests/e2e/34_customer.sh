#!/bin/bash
# The customer of a ticket: a pane beside it on a wide screen, a page on others; fresh when something changes, and no
# question for each key.
. "$(dirname "$0")/lib.sh"
fresh_database
for i in 1 2 3; do
	echo "Question $i." | mail "Mira <mira@novus.example>" "Question $i" "q$i@novus.example" >/dev/null
done
echo "Alone." | mail 'Bob <bob@gmail.com>' 'Question of Bob' q4@gmail.com >/dev/null
first=$(sql "SELECT min(id) FROM sandglass.ticket")
third=$((first + 2))
"$program" reply "$third" -d user=ben --status closed <<<'Done.' >/dev/null || fail "ben's reply"
console anna anna 220 40 SANDGLASS_TRACE="$here/trace"
wait_for anna live

echo "beside list and ticket"
wait_for anna 'Last tickets, 2 open of 3'
wait_match anna 'Novus *$'
wait_match anna 'tickets, chat, phone, personal mailbox'
wait_match anna 'first reply *1 of 1, 100 %'
wait_match anna 'Mira *2/3'
wait_match anna "$third closed  Question 3"

echo "who belongs nowhere stands for himself"
keys anna G
wait_for anna 'no organization'
wait_for anna 'Last tickets, 1 open of 1'

echo "a held key asks nothing"
before=$(grep -c 'CUSTOMER' "$here/trace")
keys anna g g j k j k j k j k
wait_for anna 'Last tickets, 2 open of 3'
asked=$(($(grep -c 'CUSTOMER' "$here/trace") - before))
[ "$asked" -le 2 ] || fail "$asked questions for ten keys"

echo "what a colleague does is there"
echo "Question 5." | mail "Zoe <zoe@novus.example>" "Question 5" "q5@novus.example" >/dev/null
wait_for anna 'Last tickets, 3 open of 4'
wait_match anna 'Zoe *1/1'

echo "Tab goes through the panes, Enter reads a closed ticket, q comes back"
keys anna Tab
wait_for anna 'reply  c claim'
keys anna Tab
wait_for anna 'Enter read  Tab pane'
keys anna '?'
wait_match anna '── Keys'
keys anna / ; type_text anna 'in this page'
keys anna Enter
wait_for anna 'In the queue and in a ticket' # and not everywhere: it does not work in the pane
lacks anna 'Everywhere' || fail "the help says that / works everywhere"
keys anna q
wait_for anna 'Enter read  Tab pane'
keys anna G k k
until_true "the cursor on the closed ticket" matches anna "> *$third closed"
keys anna Enter
wait_for anna 'closed, no clock runs'
wait_for anna 'Done.'
keys anna q
wait_match anna "> .*$first .*Question 1"
keys anna Tab Tab Tab
wait_for anna 'C next'

echo "a page where there is no room for a pane"
console ben ben 80 24
wait_for ben live
keys ben O
wait_for ben 'Answered in time, 90 days'
wait_match ben 'Mira  mira@novus.example *2/3'
wait_for ben 'j down  k up  Enter read  q back' # and no other pane to go to
keys ben Enter
wait_for ben '── 1 message'
keys ben q
wait_match ben "> .*$((first + 4)) .*Question 5"
keys anna Q
keys ben Q
wait_for anna 'exit 0'
