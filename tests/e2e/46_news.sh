#!/bin/bash
# Nobody answers past what came while he was writing: the preview shows it, whoever did what, also days later and after a restart;
# the first key that sends only shows it. What one did oneself is not news.
. "$(dirname "$0")/lib.sh"
fresh_database
cat >"$here/editor" <<-'END'
	#!/bin/sh
	{ cat "$EDITOR_TEXT"; cat "$1"; } >"$1.new" && mv "$1.new" "$1"
	END
chmod +x "$here/editor"
number=0
# ticket_with_reply SUBJECT: a new ticket, claimed and with anna's reply in the preview; its number is in $ticket.
ticket_with_reply() {
	number=$((number + 1))
	echo "Where is it?" | mail 'Mira <mira@novus.example>' "$1" "m$number@novus.example" >/dev/null
	ticket=$(sql "SELECT max(id) FROM sandglass.ticket")
	wait_for anna "$1"
	type_text anna ":$ticket"
	keys anna Enter
	wait_for anna 'Where is it?'
	echo "Answer $number." >"$here/text"
	keys anna c r
	wait_for anna "Reply, $ticket"
	wait_for anna "Answer $number."
}
sent() { [ "$(sql "SELECT count(*) FROM sandglass.outbox WHERE ticket_id = $ticket")" = 1 ]; }
console anna anna 120 40 VISUAL="$here/editor" EDITOR_TEXT="$here/text"
wait_for anna live

echo "what one did oneself is not news: c r y sends"
ticket_with_reply 'Own'
wait_sql "SELECT login FROM sandglass.agent a JOIN sandglass.ticket t ON t.assignee_id = a.id WHERE t.id = $ticket" anna
keys anna y
until_true "one key sends" sent

# Each kind of news: what ben or the customer does, and what the preview says of it.
try() {
	local subject=$1 action=$2
	shift 2
	ticket_with_reply "$subject"
	eval "$action" >/dev/null || fail "$subject: $action"
	wait_for anna 'while you were writing.  v view'
	for words in "$@"; do wait_for anna "$words"; done
	keys anna y
	wait_for anna 'not sent: the ticket changed while you wrote'
	sent && fail "$subject: sent past what came"
	for words in "$@"; do wait_for anna "$words"; done
	keys anna y
	until_true "$subject: the second key sends" sent
}
echo "a customer's message, a colleague's note, reply and changes: shown, and the first key does not send"
try Customer 'echo "Never mind, found it." | mail "Mira <mira@novus.example>" Re two$number@novus.example m$number@novus.example' \
	'The customer added a message' 'Never mind, found it.'
try Note '"$program" note $ticket -d user=ben <<<"Do not answer before Monday."' 'The ticket was changed' 'INTERNAL NOTE' 'Do not answer before Monday.'
try Reply '"$program" reply $ticket -d user=ben <<<"I have answered."; sql "DELETE FROM sandglass.outbox WHERE ticket_id = $ticket"' 'I have answered.'
try Priority '"$program" priority $ticket high -d user=ben' 'The ticket was changed' 'ben set priority normal -> high'

echo "a ticket that has left the list meanwhile is followed all the same"
echo "Answer." >"$here/text"
for subject in Other Leaving; do
	number=$((number + 1))
	echo "Where is it?" | mail 'Mira <mira@novus.example>' "$subject" "m$number@novus.example" >/dev/null
done
ticket=$(sql "SELECT max(id) FROM sandglass.ticket")
wait_for anna Leaving
keys anna g u
wait_for anna Leaving
type_text anna ":$ticket"
keys anna Enter
wait_for anna "$ticket"
keys anna q r
wait_for anna "Reply, $ticket"
wait_for anna 'To       mira@novus.example'
"$program" assign $ticket ben -d user=ben >/dev/null || fail "assign"
wait_for anna "set assignee nobody -> ben"
echo 'It is for me.' | mail 'Boss <boss@novus.example>' 'Re: Leaving' "boss$number@novus.example" "m$number@novus.example" >/dev/null
wait_for anna 'The customer added a message'
wait_for anna 'It is for me.'
wait_for anna 'To       boss@novus.example'
keys anna q g a

echo "a kept draft remembers what its writer had seen, over a restart"
ticket_with_reply Kept
keys anna q
wait_gone anna "Reply, $ticket"
keys anna Q
wait_for anna 'exit 0'
tm kill-session -t anna
"$program" note "$ticket" -d user=ben <<<'Meanwhile.' >/dev/null || fail note
console anna anna 120 40 VISUAL="$here/editor" EDITOR_TEXT="$here/text"
wait_for anna live
: >"$here/text"
type_text anna ":$ticket"
keys anna Enter
wait_for anna 'Meanwhile.'
keys anna r
wait_for anna "Reply, $ticket"
wait_for anna 'The ticket was changed'
wait_for anna 'Meanwhile.'
keys anna y
wait_for anna 'not sent: the ticket changed'
keys anna y
until_true "the second key sends" sent
