#!/bin/bash
# `sandglass demo`: makes its own server, shows clocks that move whatever the hour, is joined by a second one, stops the server
# with the last one, and starts again after everything was killed.
. "$(dirname "$0")/lib.sh"
deadline=${E2E_DEADLINE:-60}
export XDG_DATA_HOME="$here/data"
mkdir -m 755 "$XDG_DATA_HOME"
demo=$XDG_DATA_HOME/sandglass/demo

pids() { pgrep -f "^$program demo|-D $demo/cluster/data"; }
stopped() { ! pids >/dev/null && [ ! -e "$demo/cluster/data/postmaster.pid" ]; }
at_end() { kill -9 $(pids) 2>/dev/null; }

echo "the first start: counting clocks, every state of them"
terminal one 160 60 "$program" demo
wait_for one live
wait_for one 'BREACHED'
wait_match one 'URGENT +-0:'
wait_match one 'URGENT +[0-9]:[0-9][0-9] '
wait_match one '·[A-Z][a-z][a-z] [0-9]'
wait_match one 'Данные за ночь не загрузились'
moving() { screen one | grep -oE 'URGENT +[0-9]:[0-9][0-9] '; }
before=$(moving)
moved() { [ "$(moving)" != "$before" ]; }
until_true "a clock moves" moved

echo "what was answered in the samples was sent"
type_text one '/Sampling in the'
keys one Enter
wait_match one '^>.*Sampling'
keys one Enter
wait_match one 'agent +sent '
keys one q

echo "a second one joins as somebody else"
terminal two 80 24 "$program" demo --lead
wait_match two 'vera +live'
keys one Q
wait_for one 'exit 0'
restored one
[ -e "$demo/cluster/data/postmaster.pid" ] || fail "the server stopped under the second console"

echo "nobody but its user comes in"
[ "$(stat -c %a "$demo/cluster")" = 700 ] || fail "others can reach the socket"
! "$program" list -d "host=$demo/cluster user=postgres dbname=sandglass" >/dev/null 2>&1 || fail "a login that is not mapped came in"

echo "customers write through the intake"
written() {
	[ "$("$program" list -d "host=$demo/cluster user=vera dbname=sandglass" --json | wc -c)" != "$1" ]
}
until_true "something changes by itself" written "$("$program" list -d "host=$demo/cluster user=vera dbname=sandglass" --json | wc -c)"

echo "the last one stops the server"
keys two Q
wait_for two 'exit 0'
until_true "the server has stopped" stopped

echo "everything killed, and started again"
terminal three 80 24 "$program" demo
wait_match three 'anna +live'
kill -9 $(pids)
nothing_runs() { ! pids >/dev/null; }
until_true "everything is dead" nothing_runs
terminal four 80 24 "$program" demo
wait_match four 'anna +live'
tm kill-session -t four
until_true "the server has stopped" stopped

echo "its server killed under it: leaving does not wait for the dead"
terminal five 80 24 "$program" demo
wait_match five 'anna +live'
kill -9 "$(head -n 1 "$demo/cluster/data/postmaster.pid")"
wait_match five 'offline'
keys five Q
wait_for five 'exit 0'
until_true "nothing is left" stopped
