#!/bin/bash
# sandglass clock on the shipped agreement: answers, line numbers of what is wrong, exit codes.
set -u
program=$SANDGLASS_TEST_PROGRAM
export PGHOST=$SANDGLASS_TEST_PGHOST PGUSER=postgres PGDATABASE=clock_$$
createdb "$PGDATABASE" || exit 1
trap 'dropdb --force "$PGDATABASE"' EXIT
"$program" init >/dev/null || exit 1
out=$SANDGLASS_TEST_WORK/clock.out
err=$SANDGLASS_TEST_WORK/clock.err
failed=0

same() {
	[ "$2" = "$3" ] && return
	printf 'clock: %s\n  got:      %s\n  expected: %s\n' "$1" "$2" "$3"
	failed=1
}

"$program" clock >"$out" 2>"$err" <<'LINES'
add 2026-11-23T15:00:00+02:00 7200
add 2026-11-27T15:00:00+02:00 14400

nonsense
between 2026-11-23T09:00:00+02:00 2026-11-24T09:00:00+02:00
between 2026-11-24T09:00:00+02:00 2026-11-23T09:00:00+02:00
add 2026-11-31T15:00:00+02:00 7200
add 2026-11-23T15:00:00Z -1
add 2026-11-23T15:00:00Z 0
add 1989-12-31T15:00:00Z 1
LINES
same 'exit code when lines are wrong' $? 65
same 'answers' "$(cat "$out")" '2026-11-23T15:00:00Z 2026-11-24T07:00:00Z
2026-11-30T09:00:00Z 2026-11-30T09:00:00Z
28800
-28800
2026-11-23T15:00:00Z 2026-11-24T07:00:00Z'
same 'which lines are wrong' "$(grep -o '^error: line [0-9]*: ' "$err" | tr -dc '0-9\n' | tr '\n' ' ')" '4 7 8 10 '

same 'the chat calendar' "$(echo 'add 2026-11-23T07:00:00Z 60' | "$program" clock chat)" '2026-11-23T08:01:00Z 2026-11-23T08:01:00Z'
"$program" clock nobody </dev/null >/dev/null 2>"$err"
same 'exit code of an unknown calendar' $? 67
same 'words for an unknown calendar' "$(cat "$err")" 'sandglass clock: there is no calendar "nobody"; there are: chat, tickets'
"$program" clock a b </dev/null >/dev/null 2>&1
same 'exit code of two calendars' $? 64
PGHOST=/nonexistent "$program" clock </dev/null >/dev/null 2>&1
same 'exit code without a server' $? 75

# Each line is answered at once: a program may ask one by one.
coproc "$program" clock
echo 'between 2026-11-23T07:00:00Z 2026-11-23T08:00:00Z' >&"${COPROC[1]}"
answer=
read -r -t 20 answer <&"${COPROC[0]}"
same 'a line asked by a program' "$answer" 3600
exec {COPROC[1]}>&-
wait
exit $failed
