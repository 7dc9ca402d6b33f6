#!/bin/bash
# A bare server has no locale in the environment, or one that SSH brought along and that is not installed: the screen shows
# every language all the same. Who asks for ASCII gets it.
. "$(dirname "$0")/lib.sh"
fresh_database
echo "С 02:00 таблицы пустые." | mail 'Mira <mira@novus.example>' 'Пустые таблицы' one@novus.example >/dev/null

unset LC_ALL LC_CTYPE LANG
console bare anna 80 24
wait_for bare live
wait_for bare 'Пустые таблицы'
console missing anna 80 24 LANG=xx_XX.UTF-8
wait_for missing live
wait_for missing 'Пустые таблицы'
console ascii anna 80 24 LC_ALL=C
wait_for ascii live
wait_for ascii '?????? ???????'

echo "lines of - and | by an option, and changed at once"
terminal plain 100 24 env PGUSER=anna "$program" --ascii
wait_for plain live
wait_match plain '^-- [0-9]+ ---+$|[0-9]+ .*\|'
lacks plain '│' || fail "not plain"
type_text plain ':set noascii'
keys plain Enter
wait_for plain '│'
type_text plain ':set ascii'
keys plain Enter
wait_gone plain '│'
type_text plain ':set columns?'
keys plain Enter
wait_for plain 'columns is ""'
