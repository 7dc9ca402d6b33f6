#!/bin/bash
# What can be wrong at the start: one clear line each, the terminal as it was, and sysexits.h's code for scripts.
. "$(dirname "$0")/lib.sh"
fresh_database

# refused NAME CODE PATTERN COMMAND...: it ends with that code, and says one line that matches.
refused() {
	local name=$1 code=$2 pattern=$3
	shift 3
	terminal "$name" 200 20 "$@"
	wait_match "$name" '^exit [0-9]+'
	screen "$name" | grep -qx "exit $code" || fail "$name: not exit $code"
	screen "$name" | grep -qE "^sandglass[a-z ]*: .*($pattern)" || fail "$name: no line that matches /$pattern/"
	[ "$(screen "$name" | grep -c .)" -le 3 ] || fail "$name: more than one clear line"
	restored "$name"
	tm kill-session -t "$name"
}

sql "SET client_min_messages = warning; DROP ROLE IF EXISTS nobody_here; CREATE ROLE nobody_here LOGIN"
refused rights 77 'right|role|permission|may not|agent add' env PGUSER=nobody_here "$program"
sql "DROP ROLE nobody_here"
refused stranger 77 'does not exist|login|role' env PGUSER=no_such_role "$program"
refused noserver 75 'server|connect|socket' env PGHOST="$here" "$program"
refused database 7[58] 'does not exist|database|schema' env PGDATABASE=no_such_database "$program"
refused noschema 78 'sandglass init' env PGDATABASE=postgres "$program"
refused option 64 'unknown option' "$program" --no-such-option
refused view 64 'view' "$program" --view no-such-view


echo "an older schema, and one that is newer than the program"
sql "CREATE TABLE kept AS SELECT * FROM sandglass.migration; DELETE FROM sandglass.migration WHERE version > 1"
refused old 78 'sandglass migrate' env PGUSER=anna "$program"
sql "INSERT INTO sandglass.migration (version, name) VALUES (1000, 'from the future')"
refused newer 78 'newer' env PGUSER=anna "$program"
sql "DELETE FROM sandglass.migration; INSERT INTO sandglass.migration SELECT * FROM kept"

echo "a wrong password"
# The throwaway cluster trusts everybody, so a proxy of the protocol plays a server that wants a password.
mkdir "$here/picky"
python3 "$SANDGLASS_TEST_ROOT/tests/e2e/picky.py" "$here/picky/.s.PGSQL.5432" &
background+=($!)
until_true "the server that wants a password" test -S "$here/picky/.s.PGSQL.5432"
refused password 77 'password' env PGHOST="$here/picky" PGUSER=anna PGPASSWORD=wrong "$program"
terminal asked 200 20 env PGHOST="$here/picky" PGUSER=anna "$program"
wait_for asked 'Password:'
type_text asked not-this-one
keys asked Enter
wait_for asked 'exit 77'
wait_for asked 'does not take this password'
lacks asked not-this-one || fail "the password is on the screen"
restored asked
tm kill-session -t asked

echo "a terminal that nobody knows"
console odd anna 80 24 TERM=no-such-terminal
wait_for odd live
keys odd Q
wait_for odd 'exit 0'
cmp -s "$here/odd.before" "$here/odd.after" || fail "odd: the terminal's modes differ"

echo "a terminal that is too small, and grows"
console small anna 40 10
wait_for small 'too small'
keys small Q
wait_for small 'exit 0'
restored small
console grows anna 40 10
wait_for grows 'too small'
tm resize-window -t grows -x 80 -y 24
wait_for grows live
wait_gone grows 'too small'
keys grows Q
wait_for grows 'exit 0'

echo "no terminal at all"
"$program" </dev/null >"$here/out" 2>&1
[ $? = 64 ] || fail "without a terminal: exit $?"
grep -q 'terminal' "$here/out" || fail "without a terminal it says: $(cat "$here/out")"

echo "who may only read is told so, and shown no keys that he may not use"
"$program" agent add "vic_$$" --viewer >"$here/agent.log" 2>&1 || fail "agent add: $(cat "$here/agent.log")"
echo "Nothing loads." | mail 'Mira <mira@novus.example>' 'Session tables are empty' one@novus.example >/dev/null
console vic "vic_$$" 100 60
wait_for vic 'Session tables'
lacks vic 'c claim' || fail "the footer offers a claim"
keys vic '?'
wait_for vic 'You may only read here'
wait_for vic ':timer'
lacks vic ':claim' || fail "the help offers a claim"
lacks vic ':merge' || fail "the help offers a merge"
keys vic q c
wait_for vic "vic_$$ may only read"
