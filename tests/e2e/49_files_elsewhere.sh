#!/bin/bash
# A draft that is taken up on another machine: what its macro does goes along, files of a reply that was taken back are fetched
# from the server, and of files that are on one machine only it is said before anything is sent without them.
. "$(dirname "$0")/lib.sh"
fresh_database
cat >"$here/editor" <<-'END_OF_EDITOR'
	#!/bin/sh
	{ cat "$EDITOR_TEXT"; cat "$1"; } >"$1.new" && mv "$1.new" "$1"
END_OF_EDITOR
chmod +x "$here/editor"
sed -i 's/^send_delay = .*/send_delay = "1h";/' "$here/policy.conf"
"$program" policy apply "$here/policy.conf" >/dev/null || fail "policy apply"
host=$(hostname)
for i in 1 2 3 4; do
	echo "Question $i." | mail 'Mira <mira@novus.example>' "Subject $i" "q$i@novus.example" >/dev/null
done
first=$(sql "SELECT min(id) FROM sandglass.ticket")
sql "SET sandglass.act_as = anna; SELECT sandglass.macro_save('{\"place\": \"own\", \"name\": \"Bill\", \"kind\": \"reply\", \"body\": \"By macro.\", \"tags_add\": [\"billing\"], \"priority\": \"high\"}', 0)" >/dev/null
head -c 700000 /dev/urandom >"$here/big.bin"
echo 'a;b' >"$here/table.csv"
: >"$here/none.text"
machine() {
	console "$1" anna 120 30 XDG_STATE_HOME="$here/$1.state" VISUAL="$here/editor" EDITOR_TEXT="$here/none.text"
	wait_for "$1" live
	wait_for "$1" 'Subject 4'
}
open() {
	keys "$1" q
	type_text "$1" ":$2"
	keys "$1" Enter
	wait_for "$1" "Question $(($2 - first + 1))."
}
attach() {
	type_text "$1" ":attach $here/$2"
	keys "$1" Enter
	wait_for "$1" "attached: $2"
}
sent_files() { sql "SELECT string_agg(a.name || ' ' || a.sha256, ', ' ORDER BY a.id) FROM sandglass.attachment a JOIN sandglass.message m ON m.id = a.message_id AND m.kind = 'public' WHERE m.ticket_id = $1"; }
sum() { sha256sum "$here/$1" | cut -d' ' -f1; }

echo "what a macro does goes along; a file that was never sent is on one machine, and is not left out unseen"
machine desk
open desk "$first"
keys desk m
wait_for desk 'Bill'
keys desk Enter
wait_for desk 'By macro.'
attach desk table.csv
attach desk big.bin
wait_sql "SELECT macro ->> 'priority' || ' ' || jsonb_array_length(files) FROM sandglass.draft" 'high 2'
machine home
open home "$first"
keys home r
wait_for home 'By macro.'
wait_for home "2 files are on ${host:0:40}"
wait_match home 'File +1  table.csv  not here'
wait_match home 'Macro +high, \+billing'
keys home y
wait_for home 'not sent: 2 files are not here; the same key again sends without them'
[ -z "$(sent_files "$first")" ] || fail "sent"
type_text home ':detach 2'
keys home Enter
wait_for home 'big.bin does not go along'
keys home y
wait_for home 'not sent: 1 file is not here; the same key again sends without it'
keys home y
wait_sql "SELECT tags || priority::text FROM sandglass.ticket WHERE id = $first" '{billing,high}'
wait_sql "SELECT body FROM sandglass.message WHERE ticket_id = $first AND agent_id IS NOT NULL" 'By macro.'

echo "a reply that was taken back is whole on another machine, after a crash too"
second=$((first + 1))
open desk "$second"
keys desk m
wait_for desk 'Bill'
keys desk Enter
wait_for desk 'By macro.'
attach desk big.bin
attach desk table.csv
keys desk y
wait_sql "SELECT count(*) FROM sandglass.outbox WHERE ticket_id = $second AND state = 'waiting'" 1
sql "SET sandglass.act_as = anna; SELECT sandglass.undo(request_id) FROM sandglass.event WHERE ticket_id = $second AND action = 'reply'" >/dev/null
tm kill-session -t desk
keys home R
machine other
open other "$second"
keys other r
wait_for other 'By macro.'
wait_match other 'File +1  big.bin  application'
wait_match other 'File +2  table.csv  text/csv'
wait_match other 'Macro +high, \+billing'
cmp "$(find "$here/other.state" -name '*big.bin')" "$here/big.bin" || fail "the file is another"
[ "$(find "$here/other.state" -path '*.files/*' ! -perm 600 | wc -l)" = 0 ] || fail "others can read it"

echo "and again on a third, from the second"
keys other q
wait_sql "SELECT count(*) FROM sandglass.draft WHERE ticket_id = $second AND place NOT LIKE 'recalled%'" 1
tm kill-session -t home
machine third
open third "$second"
keys third r
wait_match third 'File +1  big.bin  application'
wait_match third 'File +2  table.csv  text/csv'
keys third y
wait_sql "SELECT count(*) FROM sandglass.outbox WHERE ticket_id = $second AND state = 'waiting'" 1
[ "$(sent_files "$second")" = "big.bin $(sum big.bin), table.csv $(sum table.csv)" ] || fail "sent: $(sent_files "$second")"

echo "what the server has no longer is said, and nothing goes without it unseen"
keys third u
wait_for third 'the reply was not sent and is a draft again'
sql "UPDATE sandglass.attachment SET content = NULL WHERE name = 'big.bin'" >/dev/null
wait_sql "SELECT count(*) FROM sandglass.draft WHERE ticket_id = $second AND place LIKE 'recalled%'" 0
machine fourth
open fourth "$second"
keys fourth r
wait_for fourth 'big.bin cannot be fetched and does not go along: the server does not have it'
wait_match fourth 'File +1  big.bin  cannot be fetched'
wait_match fourth 'File +2  table.csv  text/csv'
keys fourth y
wait_for fourth 'not sent: 1 file is not here; the same key again sends without it'
keys fourth y
wait_sql "SELECT count(*) FROM sandglass.outbox WHERE ticket_id = $second AND state = 'waiting'" 1
[ "$(sent_files "$second")" = "table.csv $(sum table.csv)" ] || fail "sent: $(sent_files "$second")"
