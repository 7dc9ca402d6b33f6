#!/bin/bash
# The conversation: what is quoted is folded and found again; a file is looked at and saved under a harmless name, for its
# owner only, byte for byte, also a large one, and a stop leaves nothing behind; a thread of 5,000 messages opens at its end.
. "$(dirname "$0")/lib.sh"
fresh_database
export HOME=$here/home
mkdir -p "$HOME/files"
mkdir -p "$XDG_CONFIG_HOME/sandglass"
echo 'download_directory = "~/files";' >"$XDG_CONFIG_HOME/sandglass/sandglass.conf"

cat >"$here/message.py" <<'END'
import sys, os
from email.message import EmailMessage
to, sender, subject, number, *files = sys.argv[1:]
m = EmailMessage()
m['From'], m['To'], m['Subject'], m['Message-ID'] = sender, to, subject, f'<{number}>'
m.set_content('It fails.\n\nOn Mon, 23 Nov 2026 at 10:00, Ben <ben@desk.test> wrote:\n> Which version?\n> needle-17\n> Ben\n')
for i, path in enumerate(files):
    name = '../../.отчёт\u202egpj.csv' if i == 0 else os.path.basename(path)
    m.add_attachment(open(path, 'rb').read(), maintype='application', subtype='octet-stream', filename=name)
sys.stdout.buffer.write(m.as_bytes())
END
# message FROM SUBJECT ID FILE...: with files named as they are, but the first one as an attacker would.
message() {
	python3 "$here/message.py" "$support" "$@" | "$program" intake >"$here/intake" || fail "intake: $(cat "$here/intake")"
}
printf 'день;сессии\r\nпн;0\r\n' | iconv -t windows-1251 >"$here/small.csv"
head -c 20000000 /dev/urandom >"$here/large.bin"
message 'Mira <mira@novus.example>' 'Files' one@novus.example "$here/small.csv" "$here/large.bin"
ticket=$(sql "SELECT max(id) FROM sandglass.ticket")

echo "quotations"
console anna anna 100 30
wait_match anna "$ticket .*Files"
keys anna Enter
wait_for anna "[+] 4 quoted lines"
lacks anna needle || fail "not folded"
keys anna z
wait_for anna "> needle-17"
keys anna z
wait_gone anna "> needle-17"
keys anna /
type_text anna NEEDLE
keys anna Enter
wait_for anna "> needle-17"

echo "a file as text, in the charset that it is in"
keys anna A
wait_for anna "files of this ticket"
wait_for anna large.bin
type_text anna csv
keys anna Enter
wait_for anna "день;сессии"
keys anna s
wait_for anna "saved as"
saved=$(ls -A "$HOME/files")
[ "$saved" = 'отчёт_gpj.csv' ] || fail "saved as: $saved"
cmp "$HOME/files/$saved" "$here/small.csv" || fail "other bytes"
[ "$(stat -c %a "$HOME/files/$saved")" = 600 ] || fail "others can read it: $(stat -c %a "$HOME/files/$saved")"
keys anna s
wait_for anna "отчёт_gpj (2).csv"
ln -s "$here/small.csv" "$HOME/files/отчёт_gpj (3).csv"
keys anna s
wait_for anna "отчёт_gpj (4).csv"
keys anna q

echo "a large one: the keys stay, it comes whole, and a stop leaves nothing"
keys anna A
wait_for anna large.bin
type_text anna large
keys anna Enter
wait_for anna "This is no text"
keys anna s
wait_for anna "of 20.0 MB"
keys anna q
wait_for anna "It fails."
wait_for anna "saved as"
cmp "$HOME/files/large.bin" "$here/large.bin" || fail "other bytes"
keys anna :
type_text anna "save $(sql "SELECT max(id) FROM sandglass.attachment")"
keys anna Enter
wait_for anna "of 20.0 MB"
keys anna Escape
wait_for anna "you stopped it"
[ ! -e "$HOME/files/large (2).bin" ] || fail "half a file is left"
chmod 500 "$HOME/files"
if [ "$(id -u)" != 0 ]; then
	keys anna :
	type_text anna "save $(sql "SELECT min(id) FROM sandglass.attachment")"
	keys anna Enter
	wait_for anna "cannot save into"
fi
chmod 700 "$HOME/files"
keys anna q

echo "a thread of 5,000 messages, and one message of 5 MB"
echo "Hello" | mail 'Mira <mira@novus.example>' 'Long thread' two@novus.example >/dev/null
long=$(sql "SELECT max(id) FROM sandglass.ticket")
sql "INSERT INTO sandglass.message (ticket_id, kind, author_kind, author, body, created_at)
     SELECT $long, 'public', 'customer', 'Mira', 'Message ' || i || E' says\nthis and that.', now() - (5001 - i) * interval '1 min'
     FROM generate_series(1, 5000) i" >/dev/null
sql "SET sandglass.act_as = 'anna'; SELECT sandglass.mark_read($long, max(id)) FROM sandglass.message" >/dev/null
wait_match anna "$long .*Long"
keys anna :
type_text anna "open $long"
keys anna Enter
wait_for anna "Message 4999 says"
keys anna PgUp PgUp PgUp
wait_gone anna "Message 4999 says"
keys anna g g
wait_for anna "Message 1 says"
lacks anna "older message" || fail "not all was loaded"
keys anna /
type_text anna "message 2500 says"
keys anna Enter
wait_for anna "Message 2500 says"
keys anna Escape q
sql "UPDATE sandglass.message SET body = (SELECT string_agg('line ' || i || ' of the log', E'\n') FROM generate_series(1, 250000) i)
     WHERE ticket_id = $ticket; UPDATE sandglass.ticket SET version = version + 1 WHERE id = $ticket" >/dev/null
keys anna :
type_text anna "open $ticket"
keys anna Enter
wait_for anna "line 9 of the log"
further() {
	keys anna G
	matches anna "line [0-9]{5} of the log"
}
until_true "more of the message comes" further
keys anna Q
wait_for anna "exit 0"

echo "where nothing is folded and no file is, no key says that there is"
echo "Nothing loads." | mail 'Mira <mira@novus.example>' 'Plain words' plain@novus.example >"$here/line"
plain=$(sed 's/created //' "$here/line")
printf 'See below.\n\nOn Monday you wrote:\n> one\n> two\n> three\n> four\n> five\n> six\n' |
	mail 'Mira <mira@novus.example>' 'Quoting words' quoting@novus.example >"$here/line"
quoting=$(sed 's/created //' "$here/line")
console wide anna 200 40
wait_for wide live
type_text wide ":open $ticket"
keys wide Enter
wait_for wide 'A files'
type_text wide ":open $quoting"
keys wide Enter
wait_for wide 'See below.'
wait_for wide 'z fold'
type_text wide ":open $plain"
keys wide Enter
wait_for wide 'Nothing loads.'
wait_gone wide 'z fold'
wait_gone wide 'A files'
keys wide z
wait_for wide 'nothing is folded here'
