#!/bin/bash
# Files go out with a reply: typed with completion, listed, taken off again, kept with the draft, and delivered byte for byte,
# also a large one while the keys stay fast. A note mentions a colleague, who sees it.
. "$(dirname "$0")/lib.sh"
fresh_database
sed -i 's/^send_delay = .*/send_delay = "0s";/' "$here/policy.conf"
"$program" policy apply "$here/policy.conf" >/dev/null || fail "the delay"
export HOME=$here/home
mkdir -p "$HOME/reports"
printf 'день;сессии\nпн;0\n' >"$HOME/reports/отчёт за ноябрь.csv"
head -c 20000000 /dev/urandom >"$HOME/reports/large.bin"
head -c 30000000 /dev/zero >"$HOME/reports/too-large.bin"
mkfifo "$HOME/reports/pipe"
echo "Please send the report" | mail 'Mira <mira@novus.example>' 'Report' one@novus.example >/dev/null
ticket=$(sql "SELECT max(id) FROM sandglass.ticket")
cat >"$here/editor" <<END_OF_EDITOR
#!/bin/sh
{ cat "$here/text"; cat "\$1"; } >"$here/new" && cat "$here/new" >"\$1"
END_OF_EDITOR
chmod +x "$here/editor"
files() { find "$XDG_STATE_HOME/sandglass/drafts" -path '*.files/*' -type f | wc -l; }

echo "attached, taken off, kept with the draft"
echo "Here it is." >"$here/text"
console anna anna 100 30 VISUAL="$here/editor"
wait_match anna "$ticket .*Report"
keys anna r
wait_for anna "Here it is."
keys anna a
wait_for anna "attach file:"
type_text anna "~/reports/отч"
completes() {
	keys anna Tab
	shows anna "отчёт за ноябрь.csv"
}
until_true "the path is completed" completes
keys anna Enter
wait_for anna "attached: отчёт за ноябрь.csv"
wait_for anna "1  отчёт за ноябрь.csv  text/csv"
attach() {
	keys anna :
	type_text anna "attach $1"
	keys anna Enter
}
keys anna :
type_text anna "detach"
keys anna Enter
wait_for anna "отчёт за ноябрь.csv does not go along"
attach '~/reports/отчёт за ноябрь.csv'
wait_for anna "1  отчёт за ноябрь.csv  text/csv"
attach '~/reports/missing'
wait_for anna "cannot read"
attach '~/reports/pipe'
wait_for anna "is no file"
attach '~/reports/too-large.bin'
wait_for anna "too-large.bin is too large"
attach '~/reports/large.bin'
wait_for anna "2  large.bin"
attach '~/reports/large.bin'
wait_for anna "is too large"
[ "$(files)" = 2 ] || fail "$(files) files beside the draft"
[ "$(find "$XDG_STATE_HOME/sandglass/drafts" -type f ! -perm 600 | wc -l)" = 0 ] || fail "others can read the draft's files"
keys anna :
type_text anna "detach"
keys anna Enter
wait_for anna "say which file, by its number: 1, 2"
keys anna :
type_text anna "detach 3"
keys anna Enter
wait_for anna "no file 3 is attached; there is 1, 2"
keys anna :
type_text anna "detach 2"
keys anna Enter
wait_for anna "large.bin does not go along"
keys anna q
wait_for anna "the draft is kept"
keys anna Q
wait_for anna "exit 0"
mv "$HOME/reports/отчёт за ноябрь.csv" "$here/original"

echo "sent from the draft, though the original is gone"
: >"$here/text"
console again anna 100 30 VISUAL="$here/editor"
wait_match again "$ticket .*Report"
keys again r
wait_for again "1  отчёт за ноябрь.csv  text/csv"
keys again :
type_text again "attach ~/reports/large.bin"
keys again Enter
wait_for again "2  large.bin"
keys again y
wait_match again "reply sent, the ticket is"
wait_sql "SELECT count(*) FROM sandglass.attachment a JOIN sandglass.message m ON m.id = a.message_id AND m.author_kind = 'agent'" 2
until_true "the draft and its files are gone" test ! -e "$(find "$XDG_STATE_HOME/sandglass/drafts" -name "$ticket-*" | head -n 1)x"
[ "$(files)" = 0 ] || fail "files are left"

echo "delivered, byte for byte"
post=post_$$
sql "SET client_min_messages = warning; CREATE ROLE $post LOGIN IN ROLE sandglass_deliver" >/dev/null
at_end() { psql -qX -d postgres -c "DROP OWNED BY $post; DROP ROLE $post" >/dev/null 2>&1; }
mkdir "$here/box"
python3 "$SANDGLASS_TEST_ROOT/tests/support/mailserver.py" "$here/box" &
background+=($!)
until_true "a mail server" test -s "$here/box/port"
PGUSER=$post "$program" deliver --once --smtp "smtp://127.0.0.1:$(cat "$here/box/port")" >"$here/out" 2>&1 || fail "deliver: $(cat "$here/out")"
cat >"$here/check.py" <<'END_OF_CHECK'
import email, email.policy, sys
box, original, large = sys.argv[1:]
raw = open(box + '/1.eml', 'rb').read()
assert raw.isascii() and b'\n' not in raw.replace(b'\r\n', b'') and max(map(len, raw.split(b'\r\n'))) <= 998
m = email.message_from_bytes(raw, policy=email.policy.default)
assert m.get_content_type() == 'multipart/mixed', m.get_content_type()
assert m.get_body().get_content().startswith('Here it is.'), m.get_body().get_content()
first, second = m.iter_attachments()
assert (first.get_filename(), first.get_content_type()) == ('отчёт за ноябрь.csv', 'text/csv'), first.items()
assert first.get_payload(decode=True) == open(original, 'rb').read()
assert (second.get_filename(), second.get_content_type()) == ('large.bin', 'application/octet-stream'), second.items()
assert second.get_payload(decode=True) == open(large, 'rb').read()
END_OF_CHECK
python3 "$here/check.py" "$here/box" "$here/original" "$HOME/reports/large.bin" || fail "the message is not right"

echo "a note tells a colleague, until he has read it"
echo 'Ask @Ben or @nobody, not mira@novus.example.' >"$here/text"
console ben ben 100 30
wait_match ben "$ticket .*Report"
keys again :
type_text again "open $ticket"
keys again Enter
wait_for again "Here it is."
keys again i
wait_for again "It tells ben."
wait_for again "@nobody: there is no such agent; nobody is told"
lacks again "@novus.example: there is no such agent" || fail "an address is taken for a name"
keys again y
wait_for again "note added"
wait_for ben "anna mentioned you on $ticket"
wait_match ben "@ +$ticket"
keys ben g u
wait_gone ben Report
keys ben g m
wait_match ben "@ +$ticket"
keys ben '\'
type_text ben "mention:me"
keys ben Enter
wait_match ben "@ +$ticket"
keys ben Enter
wait_for ben "Ask @Ben"
wait_sql "SELECT mentioned FROM sandglass.ticket WHERE id = $ticket" '{}'
keys ben q
wait_gone ben "@  *$ticket"
