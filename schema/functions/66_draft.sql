-- Texts that are not sent yet, kept for their writer alone: nobody else reads them, no lead either.
--
-- One row for each ticket, kind and place. A place is a machine's state directory, where the draft is a file too, so two machines
-- never overwrite each other; 'recalled N' is a reply that was taken back (62_recall.sql). A row goes with the transaction that
-- sends its text, or by its writer's hand.
--
-- The files beside a draft are on its machine, and here are their names: [{"name", "size"}], with "host" when they are on another
-- machine than the one that tells them. "part": the file is the n-th of the reply that was taken back (message_id), so it is here.

-- "reply" or "note" of the console as the kind of message that it will be.
CREATE FUNCTION draft_kind(kind text) RETURNS message_kind LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	IF kind = 'reply' THEN
		RETURN 'public';
	ELSIF kind = 'note' THEN
		RETURN 'note';
	END IF;
	PERFORM sandglass.refuse('SG004', format('"%s" is not reply or note', kind));
END $$;

-- Keeps the text of the caller's draft. version and messages: of the ticket as its writer saw it last. takes: the place of a draft
-- that this one goes on with; it is taken away, and what hung on it (the attachments of a recalled reply) hangs on this one.
-- macro: what is done when it is sent.
CREATE FUNCTION draft_put_at(instant timestamptz, ticket_id bigint, kind text, place text, host text, body text, version int,
	messages int, takes text DEFAULT '', macro jsonb DEFAULT NULL, files jsonb DEFAULT '[]') RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
#variable_conflict use_column
DECLARE
	me agent := require_agent();
	as_kind message_kind := draft_kind(kind);
	hung bigint;
BEGIN
	IF NOT EXISTS (SELECT FROM ticket t WHERE t.id = draft_put_at.ticket_id) THEN
		PERFORM refuse('SG003', format('there is no ticket %s', draft_put_at.ticket_id));
	ELSIF length(draft_put_at.body) > 4 * 1024 * 1024 OR length(draft_put_at.place) > 100 OR length(draft_put_at.host) > 255 THEN
		PERFORM refuse('SG004', 'the draft is larger than 4 MiB');
	ELSIF jsonb_typeof(draft_put_at.files) IS DISTINCT FROM 'array' OR length(draft_put_at.files::text) > 65536
			OR coalesce(jsonb_typeof(draft_put_at.macro), 'object') <> 'object' OR length(draft_put_at.macro::text) > 65536 THEN
		PERFORM refuse('SG004', 'the draft''s files are no list, or its macro is no object');
	END IF;
	IF takes <> '' AND takes <> draft_put_at.place THEN
		DELETE FROM draft d WHERE d.agent_id = me.id AND d.ticket_id = draft_put_at.ticket_id AND d.kind = as_kind AND d.place = takes
			RETURNING d.message_id INTO hung;
	END IF;
	INSERT INTO draft AS d (agent_id, ticket_id, kind, place, host, body, version, messages, message_id, macro, files, updated_at)
		VALUES (me.id, draft_put_at.ticket_id, as_kind, draft_put_at.place, draft_put_at.host, draft_put_at.body,
			draft_put_at.version, draft_put_at.messages, hung, draft_put_at.macro, draft_put_at.files, coalesce(instant, clock_timestamp()))
		ON CONFLICT (agent_id, ticket_id, kind, place) DO UPDATE SET body = excluded.body, host = excluded.host,
			version = excluded.version, messages = excluded.messages, updated_at = excluded.updated_at,
			message_id = coalesce(excluded.message_id, d.message_id), macro = excluded.macro, files = excluded.files;
END $$;

-- Throws the caller's draft away.
CREATE FUNCTION draft_drop(ticket_id bigint, kind text, place text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	me agent := require_agent();
BEGIN
	DELETE FROM draft d WHERE d.agent_id = me.id AND d.ticket_id = draft_drop.ticket_id AND d.kind = draft_kind(draft_drop.kind)
		AND d.place = draft_drop.place;
END $$;

-- Throws away the caller's drafts that came of taking these replies back: they were one text for many, which is one draft again, on
-- the machine that it was written on.
CREATE FUNCTION draft_drop_recalled(request_ids uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	me agent := require_agent();
BEGIN
	DELETE FROM draft d USING event e
		WHERE e.request_id = ANY (request_ids) AND e.action = 'reply' AND e.agent_id = me.id AND d.agent_id = me.id
			AND d.ticket_id = e.ticket_id AND d.kind = 'public' AND d.place = format('recalled %s', e.after ->> 'message_id');
END $$;

-- The files beside a draft; those that are here with the number of their attachment, "id".
CREATE FUNCTION draft_files(d draft) RETURNS jsonb LANGUAGE sql STABLE AS $$
	SELECT coalesce(jsonb_agg(f.item || CASE WHEN a.id IS NULL THEN '{}' ELSE jsonb_build_object('id', a.id) END ORDER BY f.n), '[]')
		FROM jsonb_array_elements(d.files) WITH ORDINALITY AS f (item, n)
			LEFT JOIN (SELECT x.id, row_number() OVER (ORDER BY x.id) AS part FROM sandglass.attachment x WHERE x.message_id = d.message_id) a
				ON a.part::text = f.item ->> 'part'
$$;

-- The caller's own, newest first. updated_at: seconds since 1970 UTC. merged_into: where the ticket's conversation goes on; NULL: there.
CREATE FUNCTION my_drafts(OUT ticket_id bigint, OUT kind text, OUT place text, OUT host text, OUT body text, OUT version int,
	OUT messages int, OUT updated_at bigint, OUT subject text, OUT macro jsonb, OUT files jsonb, OUT merged_into bigint)
RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
	SELECT d.ticket_id, CASE d.kind WHEN 'note' THEN 'note' ELSE 'reply' END, d.place, d.host, d.body, d.version, d.messages,
			epoch(d.updated_at), t.subject, d.macro, CASE d.files WHEN '[]' THEN d.files ELSE draft_files(d) END,
			CASE WHEN t.merged_into IS NOT NULL THEN ticket_follow(t.id) END
		FROM draft d JOIN ticket t ON t.id = d.ticket_id JOIN agent a ON a.id = d.agent_id
		WHERE a.login = (SELECT caller()) ORDER BY d.updated_at DESC, d.ticket_id, d.place
$$;

-- A message of this text was written: the draft that holds the same text, wherever it was written, is not one any more.
CREATE FUNCTION draft_sent(agent int, ticket bigint, sent_as message_kind, text text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM sandglass.draft d WHERE d.agent_id = agent AND d.ticket_id = ticket AND d.kind = sent_as AND d.body = text;
END $$;

CREATE FUNCTION draft_put(ticket_id bigint, kind text, place text, host text, body text, version int, messages int,
	takes text DEFAULT '', macro jsonb DEFAULT NULL, files jsonb DEFAULT '[]') RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ BEGIN PERFORM draft_put_at(NULL, ticket_id, kind, place, host, body, version, messages, takes, macro, files); END $$;
