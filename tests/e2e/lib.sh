# What the end-to-end scripts share: a fresh database, consoles in a private tmux server, keys, and waiting for text.
# Nothing here sleeps for a state: wait_* look until it is there or the deadline has passed.
#
# The runner sets SANDGLASS_TEST_PROGRAM, SANDGLASS_TEST_ROOT, SANDGLASS_TEST_PGHOST (a throwaway cluster) and
# SANDGLASS_TEST_WORK (a directory that it removes).

set -u
program=${SANDGLASS_TEST_PROGRAM:?run by tests/support/run.sh}
socket=sandglass-e2e-$$
here=$(mktemp -d "${SANDGLASS_TEST_WORK:?}/e2e.XXXXXX")
chmod 711 "$here"
deadline=${E2E_DEADLINE:-20}
export PGHOST=${SANDGLASS_TEST_PGHOST:?} PGUSER=postgres PGDATABASE=e2e_$$
export XDG_STATE_HOME=$here/state XDG_CONFIG_HOME=$here/config
background=()

tm() { tmux -L "$socket" -f /dev/null "$@"; }

at_end() { :; } # a script that starts more than the functions below do stops it here

leave() {
	local code=$? pid
	tm kill-server 2>/dev/null
	at_end
	for pid in "${background[@]+"${background[@]}"}"; do kill "$pid" 2>/dev/null; done
	psql -qX -d postgres -c "DROP DATABASE IF EXISTS $PGDATABASE WITH (FORCE)" >/dev/null 2>&1
	rm -rf "$here"
	exit $code
}
trap leave EXIT

fail() {
	echo "FAILED: $*" >&2
	local name
	for name in $(tm list-sessions -F '#{session_name}' 2>/dev/null); do
		echo "---- the screen of $name" >&2
		screen "$name" >&2
		echo "----" >&2
	done
	exit 1
}

# Without this it ends with its last session, and a new session may meet it ending.
tm start-server \; set-option -g exit-empty off || fail "no tmux"

sql() { psql -qXAt -v ON_ERROR_STOP=1 -c "$1" || fail "sql: $1"; }

# A database with the schema, the shipped agreement on a calendar that is open always, two agents and three customers.
fresh_database() {
	psql -qX -d postgres -c "CREATE DATABASE $PGDATABASE TEMPLATE template0" || fail "no database"
	"$program" init >"$here/init.log" 2>&1 || fail "init: $(cat "$here/init.log")"
	"$program" agent add anna >"$here/agent.log" 2>&1 || fail "agent add: $(cat "$here/agent.log")"
	"$program" agent add ben >"$here/agent.log" 2>&1 || fail "agent add: $(cat "$here/agent.log")"
	"$program" policy export >"$here/policy.conf" || fail "policy export"
	python3 - "$here/policy.conf" <<-'END' || fail "policy edit"
		import re, sys
		path = sys.argv[1]
		text = open(path, encoding='utf-8').read()
		week = 'week = { ' + ' '.join(f'{d} = ["00:00-24:00"];' for d in 'mon tue wed thu fri sat sun'.split()) + ' };'
		text, count = re.subn(r'week\s*=\s*\{[^}]*\}\s*;', week, text)
		assert count > 0
		open(path, 'w', encoding='utf-8').write(text)
	END
	"$program" policy apply "$here/policy.conf" >"$here/apply.log" 2>&1 || fail "policy apply: $(cat "$here/apply.log")"
	sql "INSERT INTO sandglass.organization (name, plan_id) SELECT 'Novus', id FROM sandglass.plan
	     WHERE name = 'Enterprise' AND NOT archived;
	     INSERT INTO sandglass.organization_domain SELECT 'novus.example', id FROM sandglass.organization" >/dev/null
	support=$(sql "SELECT value FROM sandglass.setting WHERE name = 'support_address'")
}

# ---- terminals ----------------------------------------------------------------------------------------

# terminal NAME COLUMNS ROWS COMMAND...: runs it in a terminal; afterwards "exit CODE" stands on the screen, and
# the terminal's modes before and after are in $here/NAME.before and .after.
terminal() {
	local name=$1 columns=$2 rows=$3
	shift 3
	# tmux gives its own environment to what it runs; ours as it is now comes with the script.
	export -p | grep -v ' \(TERM\|TMUX\|TMUX_PANE\)=' >"$here/$name.env"
	cat >"$here/$name.sh" <<-END
		. "$here/$name.env"
		stty -a >"$here/$name.before"
		$(printf '%q ' "$@")
		code=\$?
		stty -a >"$here/$name.after"
		echo "exit \$code"
		exec sleep 600
	END
	tm new-session -d -s "$name" -x "$columns" -y "$rows" "bash $(printf %q "$here/$name.sh")" || fail "tmux"
}

# console NAME LOGIN [COLUMNS ROWS [ENVIRONMENT...]]
console() {
	local name=$1 login=$2 columns=${3:-120} rows=${4:-30}
	shift $(($# < 4 ? $# : 4))
	terminal "$name" "$columns" "$rows" env PGUSER="$login" "$@" "$program"
}

screen() { tm capture-pane -p -t "$1"; }
keys() {
	local name=$1
	shift
	tm send-keys -t "$name" "$@" || fail "keys $*"
}
type_text() { tm send-keys -t "$1" -l -- "$2" || fail "text $2"; }

# until_true WHAT COMMAND...: looks until the command succeeds.
until_true() {
	local what=$1 end=$((SECONDS + deadline))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || fail "not within $deadline s: $what"
		read -rt 0.03 <> <(:) || true
	done
}

shows() { screen "$1" | grep -qF -- "$2"; }
matches() { screen "$1" | grep -qE -- "$2"; }
lacks() { ! shows "$1" "$2"; }
wait_for() { until_true "\"$2\" on $1" shows "$1" "$2"; }
wait_match() { until_true "/$2/ on $1" matches "$1" "$2"; }
wait_gone() { until_true "\"$2\" gone from $1" lacks "$1" "$2"; }
answers() { [ "$(psql -qXAt -c "$1" 2>/dev/null)" = "$2" ]; }
wait_sql() { until_true "$1 = $2" answers "$1" "$2"; }

# The terminal is as it was: same modes, and the cursor and the main screen are back.
restored() {
	cmp -s "$here/$1.before" "$here/$1.after" || fail "$1: the terminal's modes differ: $(diff "$here/$1.before" "$here/$1.after")"
	[ "$(tm display-message -p -t "$1" '#{alternate_on} #{cursor_flag}')" = "0 1" ] || fail "$1: the screen is not restored"
}

# ---- mail -----------------------------------------------------------------------------------------------

# mail FROM SUBJECT MESSAGE-ID [IN-REPLY-TO]: the text comes on stdin. Prints intake's line.
mail() {
	{
		printf 'From: %s\r\nTo: %s\r\nSubject: %s\r\nMessage-ID: <%s>\r\n' "$1" "$support" "$2" "$3"
		[ -z "${4:-}" ] || printf 'In-Reply-To: <%s>\r\n' "$4"
		printf 'Date: %s\r\n\r\n' "$(date -R)"
		cat
	} | "$program-mail" intake || fail "intake: exit $?"
}
