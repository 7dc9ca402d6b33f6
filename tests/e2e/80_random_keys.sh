#!/bin/bash
# Whatever two agents press, nothing crashes, no text is lost, each list is in the end what the database says, and the database's own
# rules hold. RUNS of KEYS happenings each, from SEED on (printed: the same seed presses the same keys, though the server's answers may
# come at other moments). Every third run has a console of the same agent on another machine, every third one in a second window.
. "$(dirname "$0")/lib.sh"
runs=${RUNS:-3}
seed=${SEED:-$((RANDOM * 32768 + RANDOM))}
# KEEP=DIRECTORY keeps the drafts, the keys, the traces and the database of the last run, to be looked at.
at_end() { [ -z "${KEEP:-}" ] || { pg_dump -n sandglass >"$here/database" && cp -r "$here" "$KEEP"; }; }
fresh_database
"$program" agent add zoe >/dev/null 2>&1 || fail "agent add zoe"
export TEXTS="$here/texts" RANDOM_LOG="$here/log" DISCARDED="$here/discarded" FILE_TO_ATTACH="$here/policy.conf" SEED=$seed
export TRACE="$here/trace"
: >"$TEXTS"
: >"$RANDOM_LOG"
mkdir "$DISCARDED"
# What was confirmed is there after the server was killed, too.
sql "ALTER DATABASE $PGDATABASE SET synchronous_commit = on"

# An editor that writes something of its own each time, and now and then is slow, fails, or writes where it should not.
cat >"$here/editor" <<-'END'
	#!/bin/bash
	echo >>"$TEXTS.begun"
	RANDOM=$(($(wc -l <"$TEXTS.begun") * 31 + SEED))
	text="text $RANDOM$RANDOM$RANDOM of $$"
	case $1 in *.macro) exit 0 ;; esac # a macro is thrown away by its own commands
	case $((RANDOM % 24)) in
	0 | 1) sleep 0.3 ;;
	2 | 3) exit 1 ;;
	4) exit 0 ;;
	5) case $1 in */new-note.txt) ;; *) : >"$1" && exit $((RANDOM % 2)) ;; esac ;; # an emptied call is thrown away
	6) echo "below $text" >>"$1" ;;
	7) grep -v '^-----' "$1" >"$1.new.$$" && mv "$1.new.$$" "$1" ;;
	esac
	{ echo "$text"; cat "$1"; } >"$1.new.$$" && mv "$1.new.$$" "$1" && echo "$text" >>"$TEXTS" &&
		echo "$(wc -l <"$RANDOM_LOG") $text: $PGUSER $1" >>"$TEXTS.where"
	case $((RANDOM % 12)) in
	0) sleep 0.2 ;;
	1) exit 1 ;;
	esac
END
chmod +x "$here/editor"
export VISUAL="$here/editor" TMUX=

number=0
customers_write() {
	for _ in $(seq "$1"); do
		number=$((number + 1))
		echo "It stopped again." | mail "Customer $((number % 9)) <c$((number % 9))@novus.example>" "Trouble $number" "r$number@novus.example" \
			"$([ $((number % 3)) = 0 ] && echo "r$((number - 2))@novus.example")" >/dev/null
	done
}

none() { # WHAT SQL: it finds nothing
	local found
	found=$(sql "$2 LIMIT 5")
	[ -z "$found" ] || fail "seed $now: $1: $found"
}

rules_hold() {
	none "versions are those of the events" "SELECT t.id, t.version, count(e.version), count(DISTINCT e.version), max(e.version)
		FROM sandglass.ticket t LEFT JOIN sandglass.event e ON e.ticket_id = t.id AND e.version IS NOT NULL GROUP BY t.id
		HAVING count(e.version) <> t.version OR count(DISTINCT e.version) <> t.version OR max(e.version) <> t.version"
	none "a ticket is as its events left it" "SELECT t.id, told.key, told.value, (SELECT e.after -> told.key FROM sandglass.event e
			WHERE e.ticket_id = t.id AND e.version IS NOT NULL AND e.after ? told.key ORDER BY e.version DESC LIMIT 1) AS after
		FROM sandglass.ticket t, jsonb_each(sandglass.ticket_told(t) || sandglass.ticket_told_seldom(t)) told
		WHERE told.value <> (SELECT e.after -> told.key FROM sandglass.event e
			WHERE e.ticket_id = t.id AND e.version IS NOT NULL AND e.after ? told.key ORDER BY e.version DESC LIMIT 1)"
	none "an event begins where the one before it ended" "SELECT * FROM (SELECT e.ticket_id, e.version, a.key, e.before -> a.key AS before,
			lag(a.value) OVER (PARTITION BY e.ticket_id, a.key ORDER BY e.version) AS left_as
		FROM sandglass.event e, jsonb_each(e.after) a WHERE e.version IS NOT NULL AND e.before ? a.key) AS steps WHERE before <> left_as"
	[[ "$who" = *@* || "$who" = *anna*anna* ]] || none "no text is sent twice" "SELECT ticket_id, body FROM sandglass.message
		WHERE kind IN ('public', 'note') AND agent_id IS NOT NULL AND body LIKE '%text % of %' AND id > $messages_before
		GROUP BY 1, 2 HAVING count(*) > 1"
	none "one running wait of a kind" "SELECT ticket_id, metric <> 'resolution', count(*) FROM sandglass.sla_clock
		WHERE ended_at IS NULL AND superseded_by IS NULL GROUP BY 1, 2 HAVING count(*) > 1"
	none "a closed ticket has no running wait" "SELECT t.id FROM sandglass.ticket t JOIN sandglass.sla_clock c ON c.ticket_id = t.id
		WHERE t.status = 'closed' AND t.merged_into IS NULL AND c.ended_at IS NULL"
	none "the ticket is due when its first wait is" "SELECT t.id, t.due_at, min(c.due_at) FROM sandglass.ticket t LEFT JOIN sandglass.sla_clock c
		ON c.ticket_id = t.id AND c.ended_at IS NULL AND c.superseded_by IS NULL WHERE t.status <> 'closed'
		GROUP BY t.id HAVING t.due_at IS DISTINCT FROM min(c.due_at)"
	none "an ended wait keeps what it was measured with" "SELECT id FROM sandglass.sla_clock c WHERE ended_at IS NOT NULL AND elapsed_s <>
		used_s + CASE WHEN paused_at IS NULL THEN sandglass.work_between(calendar_id, calendar_revision,
			extract(epoch FROM resumed_at)::bigint, greatest(extract(epoch FROM resumed_at), extract(epoch FROM ended_at))::bigint) ELSE 0 END"
	none "met or breached as the ledger says" "SELECT id FROM sandglass.sla_clock WHERE outcome IN ('met', 'breached')
		AND target_s IS NOT NULL AND (outcome = 'breached') <> (elapsed_s > target_s)"
	none "on hold for somebody" "SELECT id FROM sandglass.ticket WHERE (status = 'hold') <> (coalesce(hold_for, '') <> '')"
	none "messages are counted" "SELECT t.id, t.message_count, count(m.id) FROM sandglass.ticket t LEFT JOIN sandglass.message m
		ON m.ticket_id = t.id AND m.kind = 'public' WHERE t.merged_into IS NULL
		AND NOT EXISTS (SELECT FROM sandglass.ticket o WHERE o.merged_into = t.id) GROUP BY t.id HAVING t.message_count <> count(m.id)"
	none "each public answer is in the outbox once" "SELECT m.id FROM sandglass.message m LEFT JOIN sandglass.outbox o ON o.message_id = m.id
		WHERE m.kind = 'public' AND m.author_kind = 'agent' GROUP BY m.id HAVING count(o.id) <> 1"
	none "an undone thing was done by the same agent" "SELECT u.id FROM sandglass.event u JOIN sandglass.event e ON e.id = u.undoes
		WHERE u.actor <> e.actor OR u.ticket_id <> e.ticket_id"
	none "the queue's order" "SELECT id FROM (SELECT id, row_number() OVER () AS place, row_number() OVER (ORDER BY priority, precedence,
		coalesce(due_at, 9e15::bigint), id) AS right_place FROM sandglass.console_page(NULL, NULL, NULL, NULL, 10000)) AS page WHERE place <> right_place"
	[ "$(sql "SELECT count(*) FROM sandglass.console_page(NULL, NULL, NULL, NULL, 10000)")" = \
		"$(sql "SELECT count(*) FROM sandglass.ticket WHERE status <> 'closed'")" ] || fail "seed $now: the queue has not all open tickets"
}

# Each text that an editor wrote is in a message, in a draft of the database or in a draft's file, or was thrown away by :discard.
no_text_is_lost() {
	local text
	until_true "no editor runs" no_editor
	sql "SELECT body FROM sandglass.message WHERE kind <> 'recalled' UNION ALL SELECT body FROM sandglass.draft" >"$here/kept"
	find "$here/state" "$DISCARDED" -type f -name '*.txt' -exec cat {} + >>"$here/kept" 2>/dev/null
	while read -r text; do
		grep -qxF -- "$text" "$here/kept" || fail "seed $now: lost (happening, text, whose): $(grep -F "$text:" "$TEXTS.where")
what was done around it: $(sed -n "$(($(grep -F "$text:" "$TEXTS.where" | cut -d' ' -f1) - 10)),+25p" "$here/log")"
	done <"$TEXTS"
}
no_editor() { ! pgrep -f "$here/editor" >/dev/null; }

customers_write 36
texts=0 changes=0
for now in $(seq "$seed" $((seed + runs - 1))); do
	case $((now % 3)) in
	0) who="anna ben" ;;
	1) who="anna ben anna@elsewhere" ;;
	2) who="anna ben anna" ;;
	esac
	echo "seed $now: $who"
	messages_before=$(sql "SELECT coalesce(max(id), 0) FROM sandglass.message")
	(customers_write 10) 2>/dev/null &
	writer=$!
	python3 "$(dirname "$0")/random_keys.py" "$now" "${KEYS:-500}" $who || fail "seed $now; the last keys: $(tail -15 "$here/log")"
	wait $writer
	number=$((number + 10))
	wait_sql "SELECT count(*) FROM pg_stat_activity WHERE usename IN ('anna', 'ben') AND datname = current_database()" 0
	rules_hold
	no_text_is_lost
	echo "$(($(wc -l <"$TEXTS") - texts)) texts, $(($(sql "SELECT count(*) FROM sandglass.event WHERE actor IN ('anna', 'ben')") - changes)) changes, all rules hold"
	texts=$(wc -l <"$TEXTS") changes=$(sql "SELECT count(*) FROM sandglass.event WHERE actor IN ('anna', 'ben')")
done
