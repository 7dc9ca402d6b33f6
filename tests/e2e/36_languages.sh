#!/bin/bash
# The console in Russian and Ukrainian where no locale but C.UTF-8 is installed: by LANGUAGE, by the setting, and changed
# while it runs. What scripts read and the words of the filter language stay English.
. "$(dirname "$0")/lib.sh"
fresh_database
echo "С 02:00 таблицы пустые." | mail 'Мира <mira@novus.example>' 'Пустые таблицы' one@novus.example >"$here/line"
id=$(sed 's/created //' "$here/line")

echo "LANGUAGE says Russian, the locale is C.UTF-8"
console ru anna 80 24 LC_ALL=C.UTF-8 LANGUAGE=ru
wait_match ru 'ОЧЕРЕДЬ .*на связи'
wait_match ru "норм[.] .*нов .*Пустые таблицы"
! screen ru | grep -q 'ORGANIZATION' || fail "an English head of a column"
keys ru s
wait_for ru 'n Новый  o Открыт  p Ждет вашего ответа  h На удержании  c Закрыт'
keys ru p
wait_for ru 'Клиент ждет'
wait_for ru 'все равно поставить «Ждет вашего ответа»'
keys ru g
wait_for ru "$id: теперь статус «Ждет вашего ответа»; u отменит"
keys ru '\'
type_text ru 'status:opne'
keys ru Enter
wait_for ru 'столбец 8: "opne" — не статус; new, open, pending, hold или closed'
keys ru C-u
type_text ru 'status:pending'
keys ru Enter
wait_for ru 'Пустые таблицы'
# The keyboard is still as it was for the answer.
type_text ru 'е'
wait_for ru 'рабочего времени по плану Enterprise'
type_text ru 'й'
wait_for ru 'Пустые таблицы'
type_text ru 'Зр'
wait_sql "SELECT priority FROM sandglass.ticket WHERE id = $id" high
keys ru Enter
wait_for ru 'anna: статус «Новый» -> «Ждет вашего ответа»'

echo "the setting is stronger than the environment, and is changed while it runs"
mkdir -p "$XDG_CONFIG_HOME/sandglass"
echo 'language = "uk";' >"$XDG_CONFIG_HOME/sandglass/sandglass.conf"
console uk ben 100 30 LC_ALL=C.UTF-8 LANGUAGE=ru
wait_match uk 'ЧЕРГА .*на зв’язку'
keys uk Enter
wait_for uk '1 повідомлення'
type_text uk ':set language en'
keys uk Enter
wait_for uk '1 message'
wait_match uk 'QUEUE .*live'

echo "the locale says it, installed or not"
rm "$XDG_CONFIG_HOME/sandglass/sandglass.conf"
console lang ben 80 24 LC_ALL= LANG=ru_RU.UTF-8
wait_match lang 'ОЧЕРЕДЬ .*на связи'

echo "what scripts read is English in every language"
LANGUAGE=ru LC_ALL=C.UTF-8 PGUSER=anna "$program" list >"$here/list" || fail "list"
grep -q 'pending' "$here/list" || fail "list says $(cat "$here/list")"
LANGUAGE=ru "$program" --help | grep -q 'console' || fail "--help"
