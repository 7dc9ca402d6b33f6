#!/bin/bash
# Replies go out by SMTP, one copy of each: right headers, the customer's answer finds its ticket, what cannot be sent comes back,
# and neither a crash nor several deliverers at once lose one or send one twice.
. "$(dirname "$0")/lib.sh"
fresh_database
sed -i 's/^send_delay = .*/send_delay = "0s";/' "$here/policy.conf" # what waits for its delay is tested at the end
"$program" policy apply "$here/policy.conf" | grep -qx 'send_delay 10s → 0s' || fail "the delay"
post=post_$$
sql "SET client_min_messages = warning; CREATE ROLE $post LOGIN IN ROLE sandglass_deliver" >/dev/null
at_end() { psql -qX -d postgres -c "DROP OWNED BY $post; DROP ROLE $post" >/dev/null 2>&1; }
unset SANDGLASS_SMTP_PASSWORD
export HOME=$here NETRC="$here/.netrc"

# server NAME [OPTIONS]: a mail server with its files in $here/NAME; its port is in $port, its process in $server.
server() {
	local name=$1
	shift
	mkdir "$here/$name"
	python3 "$SANDGLASS_TEST_ROOT/tests/support/mailserver.py" "$here/$name" "$@" &
	server=$!
	background+=($server)
	until_true "a mail server" test -s "$here/$name/port"
	port=$(cat "$here/$name/port")
}
rules() { printf '%s\n' "$@" >"$box/rules"; }
messages() { find "$1" -name '*.eml' | wc -l; }
arrived() { [ "$(messages "$box")" = "$1" ]; }

# deliver CODE PATTERN [OPTIONS]: as the delivery's login, once; its exit code and a line of its output.
deliver() {
	local code=$1 pattern=$2
	shift 2
	PGUSER=$post "$program" deliver --once --smtp "smtp://127.0.0.1:$port" "$@" >"$here/out" 2>"$here/err" </dev/null
	local got=$?
	[ $got = "$code" ] || fail "deliver $*: exit $got, not $code: $(cat "$here/out" "$here/err")"
	[ -z "$pattern" ] || cat "$here/out" "$here/err" | grep -qE -- "$pattern" ||
		fail "deliver $*: no /$pattern/ in: $(cat "$here/out" "$here/err")"
	[ "$(wc -l <"$here/err")" -le 1 ] || fail "deliver $*: more than one line on stderr: $(cat "$here/err")"
}

# replies ADDRESS TEXT [COUNT]: a customer writes, anna answers, COUNT times (1); the last ticket is in $ticket.
number=0
replies() {
	number=$((number + 1))
	ticket=$(sql "SET sandglass.act_as = anna;
		SELECT max((sandglass.ticket_reply(gen_random_uuid(), m.ticket_id, 0, '$2')).ticket_id) FROM generate_series(1, ${3:-1}) n,
		LATERAL (SELECT * FROM sandglass.intake_message(jsonb_build_object('message_id', format('%s-%s@novus.example', $number, n),
			'subject', 'Question', 'body', 'Why?', 'from', jsonb_build_object('name', '', 'email', '$1')), 'raw', '{}')) m")
}
state() { sql "SELECT string_agg(state::text, ' ' ORDER BY id) FROM sandglass.outbox WHERE ticket_id = $1"; }
status() { sql "SELECT status || ' ' || (SELECT login FROM sandglass.agent a WHERE a.id = assignee_id) FROM sandglass.ticket WHERE id = $1"; }
# The backoff is over.
make_due() { sql "UPDATE sandglass.outbox SET send_after = now() WHERE state = 'waiting'"; }

server box
box=$here/box

echo "a reply arrives once, in its thread, and the customer's answer comes back to its ticket"
deliver 0 ''
arrived 0 || fail "mail without a reply"
ticket=$(mail 'Ольга <olga@novus.example>' 'Данные' 'first@novus.example' <<<'Где данные?' | sed -n 's/^created //p')
PGUSER=anna "$program" reply "$ticket" >/dev/null <<-'END_OF_TEXT'
	Здравствуйте, Ольга!
	.
	Всё на месте.
	From now on too.
END_OF_TEXT
deliver 0 "^sent $ticket olga@novus.example" --from 'Служба "Заботы" <'"$support"'>'
deliver 0 ''
arrived 1 || fail "$(messages "$box") copies"
python3 - "$box" "$support" >"$here/answer.eml" <<-'END_OF_CHECK' || fail "the message is not right: $(cat "$box/1.eml")"
	import email, email.policy, re, sys
	box, support = sys.argv[1:]
	raw = open(box + '/1.eml', 'rb').read()
	assert raw.isascii() and b'\n' not in raw.replace(b'\r\n', b''), 'not 7-bit lines'
	m = email.message_from_bytes(raw, policy=email.policy.default)
	local, domain = support.split('@')
	token = rf'{re.escape(local)}\+[0-9a-f]{{20}}@{re.escape(domain)}'
	sender = m['From'].addresses[0]
	assert (sender.display_name, sender.addr_spec) == ('Служба "Заботы"', support), m['From']
	to = m['To'].addresses[0]
	assert (to.display_name, to.addr_spec) == ('Ольга', 'olga@novus.example'), m['To']
	assert m['Subject'] == 'Re: Данные', m['Subject']
	assert m['In-Reply-To'] == '<first@novus.example>' and m['References'] == '<first@novus.example>', m['References']
	assert re.fullmatch(token, m['Reply-To']), m['Reply-To']
	assert re.fullmatch(rf'<\S+@{re.escape(domain)}>', m['Message-ID']), m['Message-ID']
	assert m['Date'].datetime and 'Auto-Submitted' not in m and 'Bcc' not in m
	assert m.get_content_type() == 'text/plain' and m.get_content_charset() == 'utf-8'
	text = m.get_content().replace('\r\n', '\n')
	assert text == 'Здравствуйте, Ольга!\n.\nВсё на месте.\nFrom now on too.\n', repr(text)
	envelope = open(box + '/1.envelope').read().splitlines()
	assert re.match(rf'MAIL FROM:<{token}>', envelope[0]) and envelope[1:] == ['RCPT TO:<olga@novus.example>'], envelope
	print(f'From: olga@novus.example\nTo: {m["Reply-To"]}\nSubject: {m["Subject"]}\nMessage-ID: <second@novus.example>\n'
	      f'In-Reply-To: {m["Message-ID"]}\nReferences: {m["References"]} {m["Message-ID"]}\n\nThank you!')
END_OF_CHECK
[ "$("$program" intake <"$here/answer.eml")" = "appended $ticket" ] || fail "the answer did not find its ticket"
grep -vE '^(In-Reply-To|References|Message-ID):' "$here/answer.eml" >"$here/bare.eml"
[ "$("$program" intake <"$here/bare.eml")" = "appended $ticket" ] || fail "the answer did not find its ticket by the address"
"$program" intake <"$box/1.eml" | grep -q "^duplicate $ticket" || fail "our own message came back as something new"

echo "later: the message waits, with the server's words"
rules 'RCPT slow@ 451 4.2.0 mailbox busy' 'DATA * 452 4.3.1 disk full' 'END Late 450 4.7.1 greylisted'
replies slow@novus.example 'Text'
deliver 75 "^later $ticket slow@novus.example 451 4.2.0 mailbox busy"
deliver 75 '1 remain'
[ "$(sql "SELECT attempts || ' ' || (send_after - now() BETWEEN '50 s' AND '60 s') FROM sandglass.outbox WHERE ticket_id = $ticket")" = "1 true" ] ||
	fail "no backoff: $(sql "SELECT attempts, send_after - now() FROM sandglass.outbox WHERE ticket_id = $ticket")"
rules 'DATA * 452 4.3.1 disk full'
make_due
deliver 75 "^later $ticket slow@novus.example 452 4.3.1 disk full"
rules 'END Text 450 4.7.1 greylisted'
make_due
deliver 75 "^later $ticket slow@novus.example 450 4.7.1 greylisted"
rules 'END * drop' 'DATA * drop'
make_due
deliver 75 "^later $ticket slow@novus.example the mail server"
rules
make_due
deliver 0 "^sent $ticket"
[ "$(status "$ticket")" = "pending anna" ] || fail "a delay changed the ticket: $(status "$ticket")"
arrived 2 || fail "$(messages "$box") messages, not 2"

echo "never: it comes back to the ticket, and no clock starts"
for rule in 'RCPT wrong@ 550 5.1.1 no such user' 'MAIL * 552 5.3.4 too big' 'END Hopeless 554 5.7.1 spam'; do
	rules "$rule"
	replies wrong@novus.example 'Hopeless'
	deliver 0 "^failed $ticket wrong@novus.example 5"
	[ "$(status "$ticket")" = "open anna" ] || fail "$rule: the ticket is $(status "$ticket")"
	PGUSER=anna "$program" show "$ticket" >"$here/shown"
	grep -q "Not delivered.*wrong@novus.example" "$here/shown" || fail "$rule: no word on the ticket: $(cat "$here/shown")"
	grep -qF "${rule#* * }" "$here/shown" || fail "$rule: not the server's words: $(cat "$here/shown")"
	[ "$(sql "SELECT count(*) FROM sandglass.sla_clock WHERE ticket_id = $ticket AND ended_at IS NULL")" = 0 ] || fail "a clock runs"
done
rules
deliver 0 ''
arrived 2 || fail "a message that was refused went out"

echo "copies: one that is refused does not keep the reply from the customer, who is asked first"
rules 'RCPT gone@ 550 5.1.1 no such user' 'RCPT wrong@ 450 not now'
before=$(messages "$box")
replies olga@novus.example 'Copied'
sql "UPDATE sandglass.outbox SET cc = '{gone@novus.example,pavel@novus.example}' WHERE state = 'waiting'"
deliver 0 "^sent $ticket"
arrived $((before + 1)) || fail "$(messages "$box") messages, not $((before + 1))"
grep -q '^RCPT TO:<pavel@' "$box/$((before + 1)).envelope" || fail "no copy: $(cat "$box/$((before + 1)).envelope")"
grep -qE '^Cc: gone@novus.example, pavel@novus.example' "$box/$((before + 1)).eml" || fail "no Cc: $(cat "$box/$((before + 1)).eml")"
PGUSER=anna "$program" show "$ticket" | grep -q 'gone@novus.example: 550 5.1.1 no such user' || fail "the agent is not told of the copy"
[ "$(status "$ticket")" = "pending anna" ] || fail "the ticket is $(status "$ticket")"
replies wrong@novus.example 'Copied'
sql "UPDATE sandglass.outbox SET cc = '{pavel@novus.example}' WHERE state = 'waiting'"
deliver 75 "^later $ticket wrong@novus.example 450 not now"
arrived $((before + 1)) || fail "a copy went out before the customer's"
rules
make_due
deliver 0 "^sent $ticket"
before=$((before + 2))

echo "the mail server is away, or does not know us: everything waits, without a penalty"
replies olga@novus.example 'Patience'
patient=$ticket
for rule in 'CONNECT * 421 closing' 'CONNECT * drop' 'EHLO * 554 go away' 'MAIL * 530 5.7.0 log in first'; do
	rules "$rule"
	deliver 75 "^later $ticket"
done
rules
here_port=$port
port=1
deliver 75 'sandglass deliver: .*(refused|connect)'
port=$here_port
deliver 0 "^sent $patient"

echo "a login: only encrypted, and never on the command line"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
	-keyout "$here/key.pem" -out "$here/cert.pem" 2>/dev/null || fail "openssl"
server guarded --login post:secret --starttls "$here/cert.pem" "$here/key.pem"
box=$here/guarded
replies olga@novus.example 'Secret'
deliver 75 '530 5.7.0 log in first'
SANDGLASS_SMTP_PASSWORD=wrong deliver 75 'sandglass deliver: .*535 5.7.8 wrong login' --user post --starttls --ca "$here/cert.pem"
SANDGLASS_SMTP_PASSWORD=secret deliver 75 'certificate' --user post --starttls
SANDGLASS_SMTP_PASSWORD=secret deliver 0 "^sent $ticket" --user post --starttls --ca "$here/cert.pem"
replies olga@novus.example 'Secret'
printf 'machine 127.0.0.1 login post password secret\n' >"$here/.netrc"
chmod 600 "$here/.netrc"
deliver 0 "^sent $ticket" --user post --starttls --ca "$here/cert.pem"
server sealed --login post:secret --tls "$here/cert.pem" "$here/key.pem"
replies olga@novus.example 'Secret'
SANDGLASS_SMTP_PASSWORD=secret deliver 0 "^sent $ticket" --user post --ca "$here/cert.pem" --smtp "smtps://127.0.0.1:$port"
deliver 64 'no login in the URL' --smtp smtp://post:secret@127.0.0.1
deliver 64 'is no mail server' --smtp http://127.0.0.1
deliver 64 'is no address' --from nobody
deliver 64 'takes no arguments' now
port=$here_port
box=$here/box

echo "kill -9 before the end of the message: sent again at once; after it: nobody sends it twice, and the agent is told"
# run [OPTIONS]: a deliverer that stays; its process is $deliverer.
run() {
	PGUSER=$post "$program" deliver --smtp "smtp://127.0.0.1:$port" --timeout 2 "$@" >>"$here/run.out" 2>>"$here/run.err" </dev/null &
	deliverer=$!
	background+=($deliverer)
}
before=$(messages "$box")
rules 'DATA * wait'
replies olga@novus.example 'Killed early'
run
until_true "the mail server at DATA" grep -q 'waiting at DATA' "$box/log"
kill -9 $deliverer
wait $deliverer 2>/dev/null
[ "$(state "$ticket")" = taken ] || fail "before the end: $(state "$ticket")"
rules
deliver 0 "^sent $ticket"
touch "$box/go"
arrived $((before + 1)) || fail "$(messages "$box") messages, not $((before + 1))"
rm "$box/go"

rules 'END * wait'
replies olga@novus.example 'Killed late'
run
until_true "the mail server at END" grep -q 'waiting at END' "$box/log"
kill -9 $deliverer
wait $deliverer 2>/dev/null
[ "$(state "$ticket")" = sending ] || fail "after the end: $(state "$ticket")"
touch "$box/go"
rules
until_true "the reply is given up" eval 'PGUSER=$post "$program" deliver --once --smtp "smtp://127.0.0.1:$port" --timeout 2 >/dev/null 2>&1; [ "$(state "$ticket")" = unknown ]'
arrived $((before + 2)) || fail "$(messages "$box") messages, not $((before + 2))"
[ "$(status "$ticket")" = "open anna" ] || fail "the ticket is $(status "$ticket")"
PGUSER=anna "$program" show "$ticket" | grep -q 'Perhaps not delivered' || fail "the agent is not told"

echo "the connection breaks instead of the last answer"
rules 'END * keep-drop'
replies olga@novus.example 'Dropped'
deliver 0 "^unknown $ticket"
rules 'END * hang'
replies olga@novus.example 'Hanging'
deliver 0 "^unknown $ticket" --timeout 1
rules
deliver 0 ''
arrived $((before + 4)) || fail "$(messages "$box") messages, not $((before + 4))"

echo "several deliverers, one of them killed again and again: each reply once"
before=$(messages "$box")
replies many@novus.example 'One of many' 30
run
kept=$deliverer
for i in 1 2 3; do
	run
	until_true "some more mail" eval '[ "$(messages "$box")" -gt '"$((before + 4 * i))"' ]'
	kill -9 $deliverer
	wait $deliverer 2>/dev/null
done
wait_sql "SELECT count(*) FROM sandglass.outbox WHERE state IN ('waiting', 'taken', 'sending')" 0
[ -z "$(grep -h '^Message-I[dD]:' "$box"/*.eml | sort | uniq -d)" ] || fail "a reply was sent twice"
[ $((before + 30)) = "$(messages "$box")" ] || [ "$(sql "SELECT count(*) FROM sandglass.outbox WHERE state = 'unknown'")" -gt 3 ] ||
	fail "$(messages "$box") messages, not $((before + 30))"

echo "it notices new replies, and the database going away"
replies olga@novus.example 'New'
wait_sql "SELECT state FROM sandglass.outbox WHERE ticket_id = $ticket" sent
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '$post'" >/dev/null
replies olga@novus.example 'New again'
wait_sql "SELECT state FROM sandglass.outbox WHERE ticket_id = $ticket" sent
kill $kept
wait $kept
[ $? = 0 ] || fail "stopped by a signal: exit $?"

echo "recalled or sent, never both and never neither, while two deliverers are at it"
before=$(messages "$box")
sql "SET sandglass.act_as = anna;
	SELECT sandglass.ticket_reply(('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, m.ticket_id, 0, 'Race ' || n)
	FROM generate_series(1, 120) n, LATERAL (SELECT * FROM sandglass.intake_message(jsonb_build_object('message_id', n || '-race@novus.example',
		'subject', 'Question', 'body', 'Why?', 'from', jsonb_build_object('name', '', 'email', 'race@novus.example')), 'raw', '{}')) m" >/dev/null
run
first=$deliverer
run
for n in {1..120}; do printf "SELECT ticket_id FROM sandglass.undo('00000000-0000-0000-0000-%012d');\n" $((121 - n)); done |
	PGUSER=anna psql -qXAt >"$here/recalled" 2>"$here/refused"
wait_sql "SELECT count(*) FROM sandglass.outbox WHERE state IN ('waiting', 'taken', 'sending')" 0
kill $first $deliverer
wait $first $deliverer
recalled=$(wc -l <"$here/recalled")
[ "$(sql "SELECT count(*) FROM sandglass.outbox WHERE state = 'recalled'")" = "$recalled" ] || fail "$recalled recalled: $(sql "SELECT state, count(*) FROM sandglass.outbox GROUP BY 1")"
[ "$(messages "$box")" = $((before + 120 - recalled)) ] || fail "$recalled recalled, $(($(messages "$box") - before)) of 120 sent"
[ "$recalled" -gt 0 ] && [ "$recalled" -lt 120 ] || fail "only one side ever won: $recalled of 120 recalled"
[ "$(grep -c 'cannot be taken back' "$here/refused")" = $((120 - recalled)) ] || fail "a refusal without its reason: $(sort "$here/refused" | uniq -c | head -5)"

echo "a reply waits for its delay"
sed -i 's/^send_delay = .*/send_delay = "1h";/' "$here/policy.conf"
"$program" policy apply "$here/policy.conf" >/dev/null
replies olga@novus.example 'Not yet'
deliver 75 '1 remain'
make_due
deliver 0 "^sent $ticket"

echo "who may not"
PGUSER=anna "$program" deliver --once >"$here/out" 2>&1
[ $? = 77 ] || fail "an agent may deliver: $(cat "$here/out")"
