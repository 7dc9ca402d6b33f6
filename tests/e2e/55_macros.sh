#!/bin/bash
# Macros: picked with a preview, done at once or sent with a text, kept in the console and as files.
. "$(dirname "$0")/lib.sh"
fresh_database
"$program" agent add lena --lead >"$here/agent.log" 2>&1 || fail "agent add: $(cat "$here/agent.log")"
for n in 1 2 3 4; do
	echo "Question $n." | mail "Mira Novak <mira$n@novus.example>" "Subject $n" "m$n@novus.example" >/dev/null
done
echo "Who am I?" | mail "nobody@nowhere.example" "Without a name" n@nowhere.example >/dev/null
first=$(sql "SELECT min(id) FROM sandglass.ticket")
state() { sql "SELECT concat_ws(' ', status, hold_for, priority, nullif(array_to_string(tags, ','), ''), (SELECT login FROM sandglass.agent a WHERE a.id = assignee_id)) FROM sandglass.ticket WHERE id = $1"; }
is() { [ "$(state "$1")" = "$2" ]; }
mkdir "$here/files"
cat >"$here/files/escalate.macro" <<-'END'
	name: Escalate
	for: shared
	priority: high
	tags: +escalated
	assignee: me
END
cat >"$here/files/delayed.macro" <<-'END'
	# what we say when the export is late
	name: Данные с задержкой
	for: shared
	status: hold
	hold: BigQuery support
	tags: +delay

	Здравствуйте, {requester.first}!

	Данные для {organization} приходят с задержкой, тикет {ticket}.
END
cat >"$here/files/phone.macro" <<-'END'
	name: Answered by phone
	for: shared
	kind: note
	status: closed

	Called {requester}.
END

echo "files: a mistake says where, and nothing of the others is kept"
as() { PGUSER=$1 "$program" "${@:2}" >"$here/out" 2>&1; }
sed 's/requester.first/requestor/' "$here/files/delayed.macro" >"$here/wrong.macro"
as lena macro import "$here/files/escalate.macro" "$here/wrong.macro" && fail "a wrong file was imported"
grep -q "wrong.macro: line 8, column 16: there is no field \"requestor\"; there is requester, " "$here/out" || fail "import said $(cat "$here/out")"
as anna macro import "$here/files/escalate.macro" && fail "an agent made a shared macro"
grep -q "escalate.macro: shared macros are kept by leads" "$here/out" || fail "import said $(cat "$here/out")"
[ "$(sql "SELECT count(*) FROM sandglass.macro")" = 0 ] || fail "something was kept"
as lena macro import "$here"/files/*.macro || fail "import: $(cat "$here/out")"
as lena macro import "$here"/files/*.macro || fail "import again: $(cat "$here/out")"
[ "$(sql "SELECT count(*) || ' ' || min(version) FROM sandglass.macro")" = "3 2" ] || fail "importing again makes no others"
as anna macro list || fail "list"
grep -q "^Escalate	shared	-	high, +escalated, to you$" "$here/out" || fail "list said $(cat "$here/out")"
as anna macro export "$here/again" || fail "export: $(cat "$here/out")"
for file in escalate данные-с-задержкой answered-by-phone; do
	as lena macro import "$here/again/$file.macro" || fail "import of $file: $(cat "$here/out")"
done
as anna macro export "$here/once-more" && diff -r "$here/again" "$here/once-more" >&2 || fail "the round trip changes files"

console anna anna 100 30 VISUAL=true
wait_match anna "> .*$first .*Subject 1"

echo "one without a text is done at once, and u takes all of it back"
keys anna m
wait_for anna "macro for $first"
type_text anna esc
wait_for anna '1 of 3'
wait_match anna 'Does .*high, \+escalated, to you'
keys anna Enter
wait_for anna "$first: high, +escalated, to you; u takes it back"
until_true "the macro is done" is "$first" "new high escalated anna"
[ "$(sql "SELECT count(*) FROM sandglass.event WHERE action = 'macro'")" = 1 ] || fail "one event"
keys anna u
wait_for anna 'the macro is taken back'
until_true "the macro is undone" is "$first" "new normal"

echo "one with a text: m, pick, y"
keys anna m
wait_for anna "macro for $first"
type_text anna 'задержкой'
wait_for anna 'Здравствуйте, Mira!'
wait_for anna 'Данные для Novus приходят'
wait_for anna '+delay, on hold for BigQuery support'
keys anna Enter
wait_for anna "Reply, $first"
wait_match anna 'Macro .*\+delay, on hold for BigQuery support'
wait_for anna 'y send, hold'
keys anna y
until_true "it is sent" is "$first" "hold BigQuery support normal delay anna"
[ "$(sql "SELECT body FROM sandglass.message WHERE author_kind = 'agent'" | head -1)" = "Здравствуйте, Mira!" ] || fail "the text"
[ "$(sql "SELECT count(*) FROM sandglass.event WHERE ticket_id = $first AND action = 'reply' AND after ->> 'macro' = 'Данные с задержкой'")" = 1 ] || fail "one event"

echo "taken back before it has left, it is a draft with all that the macro does"
keys anna u
wait_for anna 'is a draft again'
until_true "nothing of it is left" is "$first" "new normal"
keys anna g g
wait_match anna "> .*$first "
keys anna r
wait_match anna 'Macro .*\+delay, on hold for BigQuery support'
keys anna y
until_true "it is sent again" is "$first" "hold BigQuery support normal delay anna"

echo "another outcome wins; what stood in the draft stays"
second=$((first + 1))
wait_match anna "> .*$second "
cat >"$here/editor" <<-'END'
	#!/bin/sh
	printf 'Written by hand.\n' | cat - "$1" >"$1.new" && mv "$1.new" "$1"
END
chmod +x "$here/editor"
keys anna : ; type_text anna "set editor $here/editor" ; keys anna Enter
keys anna r
wait_for anna 'Written by hand.'
keys anna m
wait_for anna "macro for $second"
type_text anna 'задержкой'
keys anna Enter
wait_for anna 'y send, hold'
wait_for anna 'Written by hand.'
wait_for anna 'Здравствуйте, Mira!'
keys anna c
until_true "it is closed" is "$second" "closed normal delay anna"

echo "a field without a value is shown, and not sent"
keys anna / ; type_text anna 'Without a name' ; keys anna Enter
wait_match anna '> .*Without a name'
last=$((first + 4))
keys anna m
wait_for anna "macro for $last"
type_text anna 'задержкой'
wait_for anna '{organization?}'
keys anna Enter
wait_for anna "Reply, $last"
wait_match anna 'requester.first\?\} has no value'
keys anna y
wait_for anna 'nothing was sent'
[ "$(sql "SELECT count(*) FROM sandglass.outbox WHERE ticket_id = $last")" = 0 ] || fail "it was sent"
cat >"$here/editor" <<-'END'
	#!/bin/sh
	sed -i -e 's/{requester.first?}/you/' -e 's/{organization?}/your company/' "$1"
END
keys anna e
wait_for anna 'для your company'
keys anna : ; type_text anna 'macro drop' ; keys anna Enter
wait_for anna 'y send, pending'
keys anna y
until_true "the text alone is sent" is "$last" "pending normal anna"

echo "a note whose macro closes a waiting customer's ticket asks first"
third=$((first + 2))
keys anna g g
wait_match anna "> .*$third "
keys anna m
wait_for anna "macro for $third"
type_text anna phone
keys anna Enter
wait_for anna "Internal note, $third"
keys anna y
wait_for anna 'A customer is waiting'
keys anna d
type_text anna 'called'
keys anna Enter
until_true "noted and closed" is "$third" "closed normal"
[ "$(sql "SELECT string_agg(action, ',' ORDER BY id) FROM sandglass.event WHERE ticket_id = $third AND version > 1")" = "dismiss,note" ] || fail "one event each"

echo "kept in the console: from the draft, in the editor, thrown away"
cat >"$here/editor" <<-'END'
	#!/bin/sh
	case $1 in
	*drafts*) printf 'We are on it {really}.\n' | cat - "$1" >"$1.new" && mv "$1.new" "$1" ;;
	*) sed -i 's/^priority: .*/priority: highest/' "$1" ;;
	esac
END
keys anna r
wait_for anna 'We are on it'
keys anna : ; type_text anna 'macro save On it' ; keys anna Enter
wait_for anna 'the macro "On it" is kept'
[ "$(sql "SELECT body FROM sandglass.macro WHERE name = 'On it'")" = 'We are on it {{really}.' ] || fail "the braces of a text are no field"
keys anna : ; type_text anna 'discard' ; keys anna Enter
wait_for anna 'thrown away'
keys anna : ; type_text anna 'macro edit New one' ; keys anna Enter
wait_for anna '"highest" is no priority; urgent, high or normal'
cat >"$here/editor" <<-'END'
	#!/bin/sh
	sed -i -e 's/^priority: highest/priority: urgent/' -e '/^name:/d' "$1"
END
keys anna : ; type_text anna 'macro edit New one' ; keys anna Enter
wait_for anna 'the macro "New one" is kept'
[ "$(sql "SELECT priority FROM sandglass.macro WHERE name = 'New one'")" = urgent ] || fail "the text that had a mistake is lost"
ls "$here"/state/sandglass/macros/*/* 2>/dev/null && fail "what was kept still stands in the state directory"
keys anna : ; type_text anna 'macro edit Escalate' ; keys anna Enter
wait_for anna 'is shared: leads keep those'
keys anna : ; type_text anna 'macro delete New one' ; keys anna Enter
wait_for anna 'is thrown away; :macro edit New one brings it back'
wait_sql "SELECT count(*) FROM sandglass.macro WHERE name = 'New one'" 0

echo "on marked tickets: one without a text does them all (one with a text is a circular: 46_circular.sh)"
fourth=$((first + 3))
keys anna g g
keys anna : ; type_text anna 'mark all' ; keys anna Enter
keys anna m
wait_match anna 'macro for [0-9] tickets'
type_text anna escalate
keys anna Enter
until_true "all are escalated" is "$fourth" "new high escalated anna"
until_true "all are escalated" is "$first" "hold BigQuery support high delay,escalated anna"

echo "all fields, and a waiting customer who is left waiting"
cat >"$here/all.macro" <<-'END'
	name: All of them
	kind: note
	status: closed

	{requester}|{requester.first}|{requester.email}|{organization}|{plan}|{ticket}|{subject}
	{agent}|{agent.first}|{today}|{due}|{{x}
END
as anna macro import "$here/all.macro" || fail "import: $(cat "$here/out")"
keys anna U
keys anna / ; type_text anna 'Subject 4' ; keys anna Enter
wait_match anna '> .*Subject 4'
keys anna m
type_text anna 'all of'
wait_for anna "Mira Novak|Mira|mira4@novus.example|Novus|Enterprise|$fourth|Subject 4"
wait_match anna 'anna\|anna\|20[0-9-]{8}\|20[0-9-]{8} [0-9:]{5} UTC\|\{x\}'
keys anna Enter
wait_for anna 'INTERNAL NOTE'
keys anna y
wait_for anna 'A customer is waiting'
keys anna g
until_true "closed over the customer's head" is "$fourth" "closed high escalated anna"
[ "$(sql "SELECT outcome FROM sandglass.sla_clock WHERE ticket_id = $fourth")" = closed_unanswered ] || fail "the clock"
[ "$(sql "SELECT count(*) FROM sandglass.message WHERE kind = 'note' AND ticket_id = $fourth")" = 1 ] || fail "the note"

echo "a note that holds a waiting customer's ticket, which a colleague claimed meanwhile: first what changed, then one question, then it is sent"
cat >"$here/park.macro" <<-'END'
	name: Park it
	kind: note
	status: hold
	hold: streaming team

	Asked the streaming team.
END
as anna macro import "$here/park.macro" || fail "import: $(cat "$here/out")"
echo "Question 9." | mail "Mira Novak <mira9@novus.example>" "Subject 9" m9@novus.example >/dev/null
parked=$(sql "SELECT max(id) FROM sandglass.ticket")
keys anna Escape
type_text anna ":$parked"
keys anna Enter
wait_for anna 'Question 9.'
keys anna m
wait_for anna "macro for $parked"
type_text anna park
keys anna Enter
wait_for anna "Internal note, $parked"
"$program" claim "$parked" -d user=ben >"$here/out" 2>&1 || fail "claim: $(cat "$here/out")"
wait_for anna 'The ticket was changed while you were writing'
keys anna y
wait_for anna 'not sent: the ticket changed while you wrote'
shows anna 'A customer is waiting' && fail "the question came before what changed"
keys anna y
wait_for anna 'A customer is waiting'
keys anna g
until_true "sent after one question" is "$parked" "hold streaming team normal ben"

keys anna Q
wait_for anna 'exit 0'
restored anna
