#!/bin/bash
# Two consoles of one agent on one machine work with the same draft: what is sent is what the one that sends it has shown, and
# what the other one did to it is neither sent unseen nor lost.
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
echo 'a;b' >"$here/report.csv"
echo 'secret' >"$here/other.txt"
for name in one two; do
	: >"$here/$name.text"
	console "$name" anna 100 30 VISUAL="$here/editor" EDITOR_TEXT="$here/$name.text"
	wait_for "$name" live
	wait_for "$name" 'Subject 3'
done
open() {
	type_text "$1" ":$2"
	keys "$1" Enter
	wait_for "$1" "Question $(($2 - first + 1))."
}
attach() {
	type_text "$1" ":attach $2"
	keys "$1" Enter
	wait_for "$1" "attached: ${2##*/}"
}
sent() { sql "SELECT string_agg(body || '|' || (SELECT count(*) FROM sandglass.attachment a WHERE a.message_id = m.id), ';' ORDER BY m.id) FROM sandglass.message m WHERE ticket_id = $1 AND agent_id IS NOT NULL"; }
draft_files() { find "$XDG_STATE_HOME/sandglass/drafts" -name "$1-*.txt" | wc -l; }

echo "a file that the other console attaches does not go along unseen"
echo 'Here it is.' >"$here/one.text"
open one "$first"
keys one r
wait_for one 'Here it is.'
attach one "$here/report.csv"
open two "$first"
keys two r
wait_for two '1  report.csv'
attach two "$here/other.txt"
wait_for two '2  other.txt'
lacks one 'other.txt' || fail "one shows it already: nothing is tested"
keys one y
wait_for one 'not sent: another console changed the draft; look, the same key again sends'
wait_for one '2  other.txt'
[ -z "$(sent "$first")" ] || fail "it was sent unseen"
keys one y
wait_sql "SELECT count(*) FROM sandglass.attachment" 2
until_true "the draft is gone" [ "$(draft_files "$first")" = 0 ]

echo "the console that shows it still sends nothing twice, and loses nothing"
keys two y
wait_for two 'not sent: another console sent it or discarded it; the same key sends it'
keys two y
wait_for two 'the ticket changed while you wrote'
keys two y
wait_for two 'an earlier text of this reply was sent; the changed one is kept as draft'
[ "$(sent "$first")" = 'Here it is.|2' ] || fail "sent: $(sent "$first")"
[ "$(draft_files "$first")" = 1 ] || fail "the text is lost"

echo "nor is another text sent than was shown; the one that was shown is kept beside it"
second=$((first + 1))
echo 'Shown text.' >"$here/one.text"
: >"$here/two.text"
keys one q
open one "$second"
keys one r
wait_for one 'Shown text.'
keys two q
open two "$second"
echo 'More of two.' >"$here/two.text"
keys two r
wait_for two 'More of two.'
keys one y
wait_for one 'not sent: another console changed the draft'
wait_for one 'More of two.'
[ -z "$(sent "$second")" ] || fail "it was sent unseen"
wait_for one 'Another draft of yours is kept'
wait_sql "SELECT count(*) FROM sandglass.draft WHERE ticket_id = $second AND body = 'Shown text.'" 1
keys one y
until_true "sent as shown" [ "$(sent "$second")" = $'More of two.\nShown text.|0' ]

echo "what is written after the key that sends is kept as a draft"
third=$((first + 2))
echo 'First.' >"$here/one.text"
keys one q
open one "$third"
keys one r
wait_for one 'First.'
psql -qXAt <<-END_OF_SQL >/dev/null 2>&1 &
	BEGIN; SELECT FROM sandglass.ticket WHERE id = $third FOR UPDATE; SELECT pg_sleep(600)
END_OF_SQL
locker=$!
background+=("$locker")
wait_sql "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()" 1
keys one y
wait_sql "SELECT count(*) FROM pg_stat_activity WHERE usename = 'anna' AND wait_event_type = 'Lock'" 1
file=$(find "$XDG_STATE_HOME/sandglass/drafts" -name "$third-reply.txt")
sed -i '1s/^/Later: /' "$file"
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()" >/dev/null
wait_for one "$third: sent as you saw it; another console changed the draft since: that is kept"
[ "$(sent "$third")" = 'First.|0' ] || fail "sent: $(sent "$third")"
grep -q '^Later: First.' "$file" || fail "what was written is lost"
wait_sql "SELECT body FROM sandglass.draft WHERE ticket_id = $third" 'Later: First.'

echo "when both send at once the one is sent, and the other's text is kept"
echo "Question 4." | mail 'Mira <mira@novus.example>' "Subject 4" q4@novus.example >/dev/null
fourth=$((first + 3))
echo 'Of one.' >"$here/one.text"
echo 'Of two.' >"$here/two.text"
keys one q
open one "$fourth"
keys one r
wait_for one 'Of one.'
keys two q
open two "$fourth"
psql -qXAt <<-END_OF_SQL >/dev/null 2>&1 &
	BEGIN; SELECT FROM sandglass.ticket WHERE id = $fourth FOR UPDATE; SELECT pg_sleep(600)
END_OF_SQL
background+=($!)
wait_sql "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()" 1
keys one o
wait_sql "SELECT count(*) FROM pg_stat_activity WHERE usename = 'anna' AND wait_event_type = 'Lock'" 1
keys two r
wait_for two 'Of two.'
keys two o
wait_sql "SELECT count(*) FROM pg_stat_activity WHERE usename = 'anna' AND wait_event_type = 'Lock'" 2
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()" >/dev/null
wait_for two "$fourth: an earlier text of this reply was sent; the changed one is kept as draft"
[ "$(sent "$fourth")" = 'Of one.|0' ] || fail "sent: $(sent "$fourth")"
grep -qx 'Of two.' "$XDG_STATE_HOME"/sandglass/drafts/*/"$fourth-reply.txt" || fail "the text of the other is lost"

echo "a macro that is put into a text for many does not write over what the other console has put into it"
printf 'name: Bye\n\nBye, {agent}.\n' >"$here/bye.macro"
PGUSER=anna "$program" macro import "$here/bye.macro" >"$here/out" 2>&1 || fail "import: $(cat "$here/out")"
keys one q q q g g V
wait_match one '[0-9]+ marked'
echo 'To all.' >"$here/one.text"
keys one r
wait_for one 'To all.'
file=$(find "$XDG_STATE_HOME/sandglass/drafts" -name marked-reply.txt)
sed -i '1s/^/Elsewhere: /' "$file"
keys one m
wait_for one 'macro for'
type_text one bye
keys one Enter
wait_for one 'Bye, '
wait_for one 'Elsewhere: To all.'
grep -q '^Elsewhere: To all.' "$file" || fail "what the other console wrote is lost"
