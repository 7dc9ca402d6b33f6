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
