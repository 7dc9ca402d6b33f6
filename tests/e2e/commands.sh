#!/bin/bash
# The administration and script commands, as a person and a script use them: outputs, refusals and exit codes.
set -u
program=$SANDGLASS_TEST_PROGRAM
database=commands_$$
anna=anna_$$
ben=ben_$$
viewer=viewer_$$
out=$SANDGLASS_TEST_WORK/commands.out
err=$SANDGLASS_TEST_WORK/commands.err
export PGHOST=$SANDGLASS_TEST_PGHOST PGDATABASE=$database PGUSER=postgres
failed=0

fail() {
	echo "commands: $*"
	failed=1
}

# expect CODE PATTERN COMMAND...: the exit code, and a pattern (grep -E) in stdout and stderr together; "" for any.
expect() {
	local code=$1 pattern=$2
	shift 2
	"$@" >"$out" 2>"$err" </dev/null
	local got=$?
	[ $got = "$code" ] || fail "$*: exit code $got, not $code: $(cat "$out" "$err")"
	[ -z "$pattern" ] || cat "$out" "$err" | grep -qE -- "$pattern" || fail "$*: no \"$pattern\" in: $(cat "$out" "$err")"
	[ "$(wc -l <"$err")" -le 1 ] || fail "$*: more than one line on stderr: $(cat "$err")"
}

as() {
	local user=$1
	shift
	PGUSER=$user "$program" "$@"
}

# customer_writes MESSAGE-ID [BODY]
customer_writes() {
	psql -qAtX -c "SELECT ticket_id FROM sandglass.intake_message(jsonb_build_object('message_id', '$1@example.com', 'from',
		jsonb_build_object('name', 'Carol', 'email', 'carol@example.com'), 'to', '[\"help@example.org\"]'::jsonb,
		'references', '[]'::jsonb, 'cc', '[]'::jsonb, 'in_reply_to', '', 'reply_to', '', 'token', '', 'auto', false,
		'html', false, 'channel', 'email', 'subject', E'No\tdata', 'body', \$body\$${2:-Help}\$body\$, 'attachments', '[]'::jsonb),
		'raw', '{}')"
}

# ---- the command line, without a server ----------------------------------------------------------------
expect 64 '^sandglass: unknown option "--nonsense"' "$program" --nonsense
expect 64 'behind the command: sandglass list -d' "$program" -d "$database" list
expect 64 'no command "lst"' "$program" -d "$database" lst
for command in --help "list --help" "show --help" "agent add --help"; do
	expect 0 '-d.*|PGHOST' "$program" $command
	grep -q -- -d "$out" && grep -q PGHOST "$out" || fail "$command names -d or the environment not"
done
expect 0 '--json .* id, priority, status, due, assignee, organization, plan, requester, subject$' "$program" list --help
expect 0 '--json .* name, plan, .*domains, mailboxes, contacts, open tickets$' "$program" organization list --help
expect 64 'add, list or move, not "put"' "$program" organization put
expect 64 'which plan does it have' "$program" organization add Acme -d "host=/nowhere"
for login in pg_foo public none sandglass_agent - '' $'an\tna' $'an\u202ena' "$(printf 'x%.0s' {1..64})"; do
	expect 64 '^sandglass agent add: (a|the) login' "$program" agent add "$login" -d "host=/nowhere"
done
printf 'From: a@example.com\nTo: b@example.com\nSubject: One\n\nHello\n' >"$out.good"
: >"$out.empty"
expect 65 'sandglass intake: unreadable' "$program" intake --dry-run "$out.good" "$out.empty" "$out.good"
[ "$(grep -c '^{.*}$' "$out")" = 2 ] && [ "$(wc -l <"$out")" = 2 ] || fail "a dry run prints more than JSON: $(cat "$out")"
# Root's demo has a place of its own, so this is asked as somebody else.
somebody=()
[ "$(id -u)" != 0 ] || somebody=(setpriv --reuid=65534 --clear-groups)
! "${somebody[@]}" test -x "$program" || expect 78 'neither HOME nor XDG_DATA_HOME is an absolute path' \
	"${somebody[@]}" env -u XDG_DATA_HOME HOME=here script -qec "$program demo" /dev/null

# ---- init, migrate, doctor ---------------------------------------------------------------------------
createdb "$database"
expect 78 'no sandglass schema; `sandglass init`' "$program" list
expect 78 'sandglass init' "$program" migrate
foreign="a schema named sandglass that is not sandglass's own; use another database"
psql -qX -c 'CREATE SCHEMA sandglass CREATE TABLE parts (id int)'
for command in list migrate init; do
	expect 78 "$foreign" "$program" "$command"
done
expect 1 "FAIL +schema +.*$foreign" "$program" doctor
expect 78 "$foreign" script -qec "$program" /dev/null
psql -qX -c 'DROP TABLE sandglass.parts; DROP SCHEMA sandglass'
expect 0 'created the schema' "$program" init
expect 0 'the schema is there' "$program" init
expect 0 'nothing to do' "$program" migrate
expect 0 'ok +schema' "$program" doctor
expect 64 'unknown option' "$program" doctor --nonsense
expect 1 'FAIL +server +there is no database' "$program" doctor -d no_such_database
expect 75 'no such socket.*sandglass doctor' "$program" list -d "host=/nowhere"
expect 77 'no login no_such_login' "$program" list -d "user=no_such_login"

# ---- agents --------------------------------------------------------------------------------------------
expect 0 '' "$program" agent add "$anna" --name 'Anna "Quote" O'\''Neil' --team Berlin
expect 0 '' "$program" agent add "$ben" --lead
expect 0 '' "$program" agent add "$viewer" --viewer
expect 0 "^$anna	agent	Berlin	Anna \"Quote\" O'Neil\$" "$program" agent list
expect 0 "\"login\":\"$ben\".*\"role\":\"lead\"" "$program" agent list --json
# Added again: what is not said stays.
expect 0 '' "$program" agent add "$ben" --team Kyiv
expect 0 '' "$program" agent add "$anna"
expect 0 "^$anna	agent	Berlin	Anna \"Quote\" O'Neil\$" "$program" agent list
expect 0 "^$ben	lead	Kyiv	" "$program" agent list
expect 0 '' "$program" agent add "$ben" --agent
expect 0 "^$ben	agent	Kyiv	" "$program" agent list
expect 64 'exclude each other' "$program" agent add x --lead --viewer
expect 64 'add, list or disable' "$program" agent
expect 77 'sandglass init' as "$anna" agent add "other_$$"
printf 'secret\n' | "$program" agent add "$ben" --lead --password || fail "agent add --password"
[ "$(psql -AtX -c "SELECT left(rolpassword, 13) FROM pg_authid WHERE rolname = '$ben'")" = SCRAM-SHA-256 ] ||
	fail "the password is not kept as SCRAM"

# ---- organizations: who is promised what -----------------------------------------------------------------
customer_writes before >/dev/null
expect 0 "	-	-	carol@example.com" as "$viewer" list
expect 67 'there is no plan "Gold"; there is "Enterprise", .*"Business" \(archived\)' as "$ben" organization add Acme --plan Gold
expect 65 'gmail.com is a public mail provider' as "$ben" organization add Acme --plan Enterprise --domain gmail.com
expect 65 '"@example.com" is no mail domain' as "$ben" organization add Acme --plan Enterprise --domain @example.com
expect 77 '' as "$anna" organization add Acme --plan Enterprise
expect 0 '' as "$viewer" organization list
[ -s "$out" ] && fail "what was refused is listed: $(cat "$out")"
expect 0 '' as "$ben" organization add Acme --plan Enterprise --domain Example.com --csm Clara --domain a.test,b.test \
	--mailbox acme@help.test
expect 0 '' as "$ben" organization add Acme --plan Enterprise --domain c.test
expect 65 'a.test belongs to the organization "Acme"' as "$ben" organization add Other --plan - --domain a.test
expect 0 '' as "$ben" organization add Basil --plan Basic --archived
expect 0 '^Acme	Enterprise	-	a.test,b.test,c.test,example.com	acme@help.test	1	1$' as "$viewer" organization list
expect 0 '^Basil	Basic	archived	-	-	0	0$' as "$viewer" organization list
expect 0 '^{"name":"Acme","plan":"Enterprise","archived":false,"csm":"Clara","analyst":"","domains":\["a.test",.*"open_tickets":1}$' \
	as "$viewer" organization list --json
expect 0 "T[0-9:]+Z	-	Acme	Enterprise	carol@example.com" as "$viewer" list
expect 0 'set organization none -> Acme' as "$viewer" show "$(as "$viewer" list | cut -f 1)"
promised=$(customer_writes promised)
[ "$(as "$viewer" list | grep -cE "^$promised	normal	new	[^	]+T[0-9:]+Z	-	Acme	Enterprise	")" = 1 ] ||
	fail "a mail from the new domain has no clock: $(as "$viewer" list)"
expect 67 'no organization "Nowhere"' as "$ben" organization move carol@example.com Nowhere
expect 67 'no contact nobody@example.com' as "$ben" organization move nobody@example.com Basil
expect 0 '^2 open tickets moved$' as "$ben" organization move Carol@example.com Basil
expect 0 '^Basil	Basic	archived	-	-	1	2$' as "$viewer" organization list
expect 0 "^$promised	normal	new	.*	Basil	Basic	carol" as "$viewer" list
for id in $(as "$viewer" list | cut -f 1); do
	expect 0 '' as "$anna" status "$id" closed --go-on
done
expect 0 '"open_tickets":0' as "$ben" organization move carol@example.com - --json

# ---- work -----------------------------------------------------------------------------------------------
id=$(customer_writes first)
expect 0 "^$id	normal	new	" as "$viewer" list
expect 0 "	No data\$" as "$viewer" list
expect 77 'sandglass agent add' as "$viewer" claim "$id"
[ "$(as "$anna" claim --next)" = "$id" ] || fail "claim --next does not print the id"
expect 67 'no unassigned ticket' as "$ben" claim --next
expect 75 "Anna|$anna" as "$ben" claim "$id"
expect 65 'customer has been waiting.*--go-on' as "$anna" status "$id" pending
expect 0 "^$id\$" as "$anna" status "$id" hold --hold-for Meta --go-on
expect 0 '"ticket":'"$id"',"version":[0-9]+,"repeated":false' as "$anna" priority "$id" urgent --json
expect 0 '' as "$anna" assign "$id" "$ben"
expect 67 'no agent "nobody"' as "$anna" assign "$id" nobody
expect 0 '' as "$anna" assign "$id" -
expect 67 'no ticket' as "$anna" status 999999 open
expect 64 'a ticket is a number' as "$anna" status none open
expect 64 'a status is' as "$anna" status "$id" open2
expect 65 'text is empty' as "$anna" note "$id"
expect 66 'cannot open' as "$anna" note "$id" /nowhere/file
printf 'Look at the log\n' | as "$anna" note "$id" >/dev/null || fail "note"
printf 'It is solved.\nAnna\n' >"$out.body"
expect 0 "^$id\$" as "$anna" reply "$id" "$out.body" --status closed
expect 0 'It is solved.' as "$viewer" show "$id"
expect 0 '"status":"closed".*"kind":"note".*"Look at the log"' as "$viewer" show "$id" --json
expect 67 'no ticket' as "$viewer" show 999999
as "$anna" list | grep -q . && fail "a closed ticket is listed"
[ "$(customer_writes second)" != "$id" ] || fail "a new mail joined a closed ticket without a reference"
expect 0 '"status":"new".*"assignee":null' as "$anna" list --view unassigned --json
as "$anna" list --view mine | grep -q . && fail "--view mine lists what is not mine"

# ---- what customers write steers no terminal ----------------------------------------------------------
evil=$(customer_writes third $'red \e[31m, back \u202e, end \u0085 and \u007f')
for command in "show $evil" "show $evil --json" "list --json"; do
	as "$anna" $command >"$out" || fail "$command"
	grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xe2\x80\xae|\xc2\x85' "$out" && fail "$command prints what steers a terminal"
done
expect 0 'red \\u001[bB]\[31m, back \\u202e, end \\u0085 and \\u007f' as "$anna" show "$evil" --json
expect 0 'red .\[31m, back .' as "$anna" show "$evil"

# ---- intake by somebody who may not ---------------------------------------------------------------------
expect 75 "GRANT sandglass_intake TO \"$anna\"" as "$anna" intake "$out.good"

# ---- leaving ----------------------------------------------------------------------------------------------
expect 0 '' "$program" agent disable "$anna"
expect 77 '' as "$anna" claim --next
expect 67 'no agent' "$program" agent disable nobody

exit $failed
