#!/bin/bash
# The search on the server: a closed ticket is found by a word of its body, opened and reopened; q leads back; the numbers of
# the queue stay the queue's; what is searched in vain in the list is one more Enter away.
. "$(dirname "$0")/lib.sh"
fresh_database
echo "За ночь не загрузились таблицы сессий." | mail 'Mira <mira@novus.example>' 'Пустые отчёты' one@novus.example >"$here/line"
first=$(sed 's/created //' "$here/line")
echo "The dashboards show nothing." | mail 'Carol <carol@other.example>' 'Attribution model' two@other.example >"$here/line"
second=$(sed 's/created //' "$here/line")
echo "How do I export?" | mail 'Dan <dan@third.example>' 'A question' three@third.example >"$here/line"
third=$(sed 's/created //' "$here/line")
PGUSER=ben "$program" status "$second" closed --go-on >/dev/null || fail "close"

console anna anna 110 26
wait_match anna 'QUEUE all .*2 open'
wait_match anna "$first .*Пустые"
type_text anna ':sort -age'
keys anna Enter
wait_match anna 'QUEUE all  -age .*2 open'

echo "a closed ticket by a word of its body, in another form"
keys anna g /
wait_for anna 'find in all tickets:'
type_text anna 'dashboard'
keys anna Enter
wait_match anna 'FIND dashboard  1 ticket '
wait_match anna "> +$second .*clsd?.*Attribution|> +$second .*closed.*Attribution"
wait_for anna 'q back'
lacks anna '3 open' || fail "the closed one is counted"
wait_for anna 'The dashboards show nothing.'
tm capture-pane -p -e -t anna >"$here/colours"
grep -q "$(printf '\033\\[[0-9;]*m')dashboards$(printf '\033\\[')" "$here/colours" || fail "the word is not marked in the ticket: $(cat "$here/colours")"

echo "it is opened and reopened, and what changes on it is seen"
keys anna Enter
wait_for anna 'reply'
keys anna s o
wait_sql "SELECT status FROM sandglass.ticket WHERE id = $second" open
keys anna q
wait_match anna 'FIND dashboard'
wait_match anna "$second .*open"
PGUSER=ben "$program" status "$second" closed --go-on >/dev/null || fail "close again"
wait_match anna "$second .*clos?e?d"

echo "q leads back to the list before, with its order and its numbers"
keys anna q
wait_match anna 'QUEUE all  -age .*2 open'
wait_match anna "$third .*question"
lacks anna 'Attribution' || fail "the closed ticket is in the queue"
lacks anna 'q back' || fail "from the queue q leads nowhere"

echo "what is not in the list is searched on the server by the same text again"
keys anna /
type_text anna 'таблица'
keys anna Enter
wait_for anna 'nothing in this list matches; Enter again searches all tickets'
keys anna Enter
wait_match anna 'FIND таблица  1 ticket'
wait_match anna "$first .*Пустые отчёты"
keys anna g a
wait_match anna 'QUEUE all  -age .*2 open'

echo "nothing found says so, and hostile words find nothing"
type_text anna ":find ';\\ ((\":* --"
keys anna Enter
wait_for anna 'no ticket, open or closed, matches'

echo "the same for scripts"
listed() { PGUSER=anna "$program" list --find "$1" | cut -f1 | tr '\n' ' '; }
[ "$(listed dashboard)" = "$second " ] || fail "list --find: $(listed dashboard)"
[ "$(listed 'Mira@novus.example')" = "$first " ] || fail "list --find by address: $(listed 'Mira@novus.example')"
[ "$(listed 'atribution')" = "$second " ] || fail "list --find with a mistake: $(listed atribution)"
[ -z "$(listed '%')" ] || fail "list --find %"
