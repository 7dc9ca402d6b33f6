#!/bin/bash
# A draft of a ticket that was merged into another one meanwhile is not stuck: the preview says where the conversation goes on, and
# one key takes the draft there, with its files; it never overwrites one that is there.
. "$(dirname "$0")/lib.sh"
fresh_database
cat >"$here/editor" <<-'END_OF_EDITOR'
	#!/bin/sh
	{ cat "$EDITOR_TEXT"; cat "$1"; } >"$1.new" && mv "$1.new" "$1"
END_OF_EDITOR
chmod +x "$here/editor"
for i in 1 2 3; do
	echo "Question $i." | mail 'Mira <mira@novus.example>' "Subject $i" "q$i@novus.example" >/dev/null
done
first=$(sql "SELECT min(id) FROM sandglass.ticket")
second=$((first + 1)) third=$((first + 2))
echo 'a;b' >"$here/table.csv"
echo 'For the first.' >"$here/text"
console anna anna 100 30 VISUAL="$here/editor" EDITOR_TEXT="$here/text"
wait_for anna live
wait_for anna 'Subject 3'
open() {
	type_text anna ":$1"
	keys anna Enter
	wait_for anna "$2"
}
merge() {
	sql "SET sandglass.act_as = ben; SELECT sandglass.ticket_merge(gen_random_uuid(), $1, 0, $2)" >/dev/null
}
drafts() { sql "SELECT string_agg(ticket_id || ' ' || body, ', ' ORDER BY ticket_id) FROM sandglass.draft"; }

echo "while the preview is open: it says so, refuses to send, and M takes the draft along"
open "$first" 'Question 1.'
keys anna r
wait_for anna 'For the first.'
type_text anna ":attach $here/table.csv"
keys anna Enter
wait_for anna '1  table.csv'
merge "$first" "$second"
wait_for anna "$first was merged into $second: nothing is sent from here.  M takes it there"
wait_for anna 'M take it there'
keys anna y
wait_for anna "not sent: $first was merged into $second; M takes the draft there"
keys anna M
wait_for anna "the reply is for $second now; look to whom it goes before you send it"
wait_for anna "Reply, $second"
wait_for anna '1  table.csv'
wait_for anna 'Subject  Re: Subject 2'
wait_sql "SELECT string_agg(ticket_id || ' ' || body, ', ') FROM sandglass.draft" "$second For the first."
keys anna y
wait_for anna 'not sent: the ticket changed while you wrote; look, the same key again sends'
keys anna y
wait_sql "SELECT ticket_id || ' ' || body FROM sandglass.message WHERE agent_id IS NOT NULL" "$second For the first."
wait_sql "SELECT count(*) FROM sandglass.attachment" 1
[ -z "$(drafts)" ] || fail "left: $(drafts)"
[ -z "$(ls "$here"/state/sandglass/drafts/*/)" ] || fail "files are left: $(ls "$here"/state/sandglass/drafts/*/)"

echo "after a while: :drafts says so, r shows it, and a draft that is there already is not overwritten"
echo 'For the third.' >"$here/text"
keys anna q
open "$third" 'Question 3.'
keys anna r
wait_for anna 'For the third.'
keys anna q
echo 'For the second.' >"$here/text"
open "$second" 'Question 2.'
keys anna r
wait_for anna 'For the second.'
keys anna q q
merge "$third" "$second"
wait_gone anna 'Subject 3'
keys anna Q
wait_for anna 'exit 0'
: >"$here/text"
console later anna 80 24 VISUAL="$here/editor" EDITOR_TEXT="$here/text"
wait_for later '2 drafts are waiting'
type_text later ':drafts'
keys later Enter
wait_for later "$third reply"
type_text later "$third"
wait_for later "merged into $second: Enter, r, and M takes the draft there"
keys later Enter
wait_for later "merged into $second; Enter goes there"
keys later r
wait_for later "$third was merged into $second"
wait_for later 'For the third.'
keys later M
wait_for later "$second has a draft of its own: send or discard that first"
wait_for later 'For the third.'
keys later q
wait_for later 'the draft is kept'
[ "$(drafts)" = "$second For the second., $third For the third." ] || fail "drafts: $(drafts)"

echo "without a draft nothing is begun there"
type_text later ":$first"
keys later Enter
wait_for later "merged into $second; Enter goes there"
keys later r
wait_for later "$first was merged into $second: write there, Enter goes there"

echo "what nobody could see was not written"
printf '\u200b\u2060\n' >"$here/text"
type_text later ":$second"
keys later Enter
wait_for later 'Question 2.'
keys later i
wait_for later 'nothing was written, nothing is sent'
