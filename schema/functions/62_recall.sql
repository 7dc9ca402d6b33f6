-- A reply that is taken back before it has left.
--
-- The outbox's row decides whether it has: the recall and the delivery lock it, and the first one wins. As long as it waits, or a
-- deliverer has only taken it, nothing that counts has left: outbox_sending, which is asked before the last bytes go, then finds
-- a row that is not his any more. The ticket is locked before the row, as everywhere.

-- A reply that was taken back is nobody's to read but its author's; any other message is everybody's.
CREATE FUNCTION may_read(kind message_kind, agent_id int) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN kind::text <> 'recalled'
		OR EXISTS (SELECT FROM sandglass.agent a WHERE a.id = may_read.agent_id AND a.login = sandglass.caller());
END $$;

-- What a recall would contradict: the newest answer, dismissal, closing or merge since that nobody took back. A customer's message,
-- a note or another assignee is no obstacle: it stays, and the mail is stopped.
CREATE FUNCTION recall_obstacle(e event) RETURNS event LANGUAGE sql STABLE AS $$
	SELECT x.* FROM sandglass.event x
		WHERE x.ticket_id = e.ticket_id AND x.version > e.version
			AND (x.action IN ('reply', 'dismiss', 'merge', 'merged', 'unmerge', 'unmerged') OR x.after ->> 'status' = 'closed')
			AND NOT EXISTS (SELECT FROM sandglass.event u WHERE u.undoes = x.id)
		ORDER BY x.version DESC LIMIT 1
$$;

-- Why it is too late, in one line.
CREATE FUNCTION recall_refusal(o outbox, now timestamptz) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN CASE o.state::text
		WHEN 'sent' THEN format('the reply cannot be taken back: it was sent %s ago', sandglass.ago(o.sent_at, now))
		WHEN 'sending' THEN 'the reply cannot be taken back: the mail server is just getting it'
		WHEN 'failed' THEN 'the reply was not delivered; there is nothing to take back'
		ELSE 'the reply cannot be taken back: perhaps it was delivered' END;
END $$;

-- What of an event can be put back: the columns that still are as it left them.
CREATE FUNCTION undo_columns(t ticket, e event) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN (SELECT coalesce(jsonb_object_agg(b.key, b.value), '{}') FROM jsonb_each(e.before) b
		WHERE (sandglass.ticket_told(t) || sandglass.ticket_told_seldom(t)) -> b.key = e.after -> b.key);
END $$;

-- Takes the reply of this event out of the outbox and the conversation of the ticket in hand; its text is a draft of the agent's
-- from then on, of the ticket as he saw it last: what others did since he has to look at before he sends it again. SG006 when it has left, or something since builds on it.
CREATE FUNCTION write_recall(INOUT w write_context, e event) LANGUAGE plpgsql AS $$
DECLARE
	o sandglass.outbox;
	m sandglass.message;
	obstacle sandglass.event;
BEGIN
	UPDATE sandglass.outbox x SET state = 'recalled'
		WHERE x.message_id = (e.after ->> 'message_id')::bigint AND x.state IN ('waiting', 'taken');
	IF NOT FOUND THEN
		SELECT * INTO o FROM sandglass.outbox x WHERE x.message_id = (e.after ->> 'message_id')::bigint;
		PERFORM sandglass.refuse('SG006', sandglass.recall_refusal(o, w.at));
	END IF;
	obstacle := sandglass.recall_obstacle(e);
	IF obstacle.id IS NOT NULL THEN
		PERFORM sandglass.refuse('SG006', format('the reply is not taken back, since then %s', sandglass.event_told(obstacle, w.at)));
	END IF;
	UPDATE sandglass.message x SET kind = 'recalled' WHERE x.id = (e.after ->> 'message_id')::bigint RETURNING x.* INTO m;
	w.after := sandglass.ticket_recount(w.after);
	INSERT INTO sandglass.draft (agent_id, ticket_id, kind, place, body, version, messages, message_id, macro, files, updated_at)
		VALUES ((w.agent).id, (w.after).id, 'public', format('recalled %s', m.id), m.body,
			CASE WHEN EXISTS (SELECT FROM sandglass.event x WHERE x.ticket_id = e.ticket_id AND x.version > e.version AND x.actor <> e.actor)
				THEN e.version ELSE (w.before).version + 1 END,
			(SELECT count(*) FROM sandglass.message x WHERE x.ticket_id = m.ticket_id AND x.kind = 'public' AND x.id < m.id), m.id, e.after -> 'deeds',
			(SELECT coalesce(jsonb_agg(jsonb_build_object('name', a.name, 'size', a.size, 'part', a.part) ORDER BY a.part), '[]')
				FROM (SELECT y.name, y.size, row_number() OVER (ORDER BY y.id) AS part FROM sandglass.attachment y WHERE y.message_id = m.id) a),
			w.at);
	w.note := w.note || jsonb_build_object('message_id', m.id);
END $$;
