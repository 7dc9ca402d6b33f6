-- A ticket's thread, as a whole or from its end.

-- What was said and done on a ticket, oldest first. version is the ticket's in the same snapshot. Events that only say
-- that a message came or was written are left out: the message itself is there. Of a third party (who is neither customer
-- nor agent here, whatever name he gives) the address is told too: "Bob <bob@elsewhere.test>". send_at: of a reply that is still
-- in the outbox, when it goes out, or since when it waits for delivery; sent_at: when it went out.
--
-- With n, the last n lines; when the caller has not read what is above them, from the first unread message on, but at most
-- 4 n. With the place of a line (at_us, is it an event?, id), the n lines before it. older: how many messages are before the
-- first line. Then a body of more than 64 kB is cut, too: body_size is what it has in bytes, message_part() the rest.
CREATE FUNCTION console_conversation(ticket_id bigint, n int DEFAULT NULL, before_us bigint DEFAULT NULL,
	before_event boolean DEFAULT false, before_id bigint DEFAULT NULL,
	OUT id bigint, OUT kind text, OUT author_kind text, OUT author text, OUT at bigint, OUT unread boolean, OUT body text,
	OUT attachments jsonb, OUT version int, OUT send_at bigint, OUT at_us bigint, OUT body_size bigint, OUT older int,
	OUT sent_at bigint)
RETURNS SETOF record LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	me int;
	read_to bigint;
	before_at timestamptz := coalesce('epoch'::timestamptz + before_us * interval '1 microsecond', 'infinity');
	before_message bigint := CASE WHEN before_event OR before_id IS NULL THEN 9223372036854775807 ELSE before_id END;
	before_one bigint := CASE WHEN before_event THEN before_id ELSE -1 END;
	most int := CASE WHEN before_us IS NULL THEN 4 * n ELSE n END;
BEGIN
	SELECT a.id, coalesce(r.message_id, 0) INTO me, read_to
		FROM agent a LEFT JOIN reading r ON r.agent_id = a.id AND r.ticket_id = $1 WHERE a.login = caller();
	RETURN QUERY WITH near AS MATERIALIZED (
		SELECT x.*, row_number() OVER (ORDER BY x.instant DESC, x.second DESC, x.id DESC) AS place FROM (
			(SELECT m.id, m.created_at AS instant, 0 AS second,
					coalesce(m.id > read_to AND m.agent_id IS DISTINCT FROM me AND me IS NOT NULL, false) AS unread
				FROM message m WHERE m.ticket_id = $1 AND m.kind <> 'recalled' AND (m.created_at, m.id) < (before_at, before_message)
				ORDER BY m.created_at DESC, m.id DESC LIMIT most)
			UNION ALL
			(SELECT e.id, e.at, 1, false FROM event e
				WHERE e.ticket_id = $1 AND e.action NOT IN ('created', 'message', 'automatic', 'opened')
					AND (e.action NOT IN ('reply', 'note') OR e.before <> '{}') AND (e.at, e.id) < (before_at, before_one)
				ORDER BY e.at DESC, e.id DESC LIMIT most)) AS x
	), kept AS MATERIALIZED (
		SELECT x.* FROM near x WHERE most IS NULL OR x.place <= n
			OR x.place <= (SELECT max(u.place) FROM near u WHERE u.unread AND u.place <= most)
	), first AS (
		SELECT x.instant, x.second, x.id FROM kept x ORDER BY x.place DESC LIMIT 1
	), line AS (
		SELECT m.id, m.kind::text AS kind, m.author_kind::text AS author_kind, CASE WHEN m.author_kind = 'third_party'
				THEN (SELECT coalesce(nullif(m.author, c.email) || ' <' || c.email || '>', c.email) FROM contact c WHERE c.id = m.contact_id)
				ELSE m.author END AS author, k.instant, k.unread,
			CASE WHEN n IS NOT NULL AND octet_length(m.body) > 65536 THEN left(m.body, 32768) ELSE m.body END AS body,
			(SELECT jsonb_agg(jsonb_build_object('id', a.id, 'name', a.name, 'type', a.type, 'size', a.size,
				'stored', a.content IS NOT NULL) ORDER BY a.id) FROM attachment a WHERE a.message_id = m.id) AS attachments,
			CASE WHEN o.state IN ('waiting', 'taken', 'sending') THEN o.send_after END AS send_after, o.sent_at AS went_out,
			k.second, octet_length(m.body) AS size
			FROM kept k JOIN message m ON m.id = k.id
				LEFT JOIN outbox o ON o.message_id = m.id AND m.agent_id IS NOT NULL AND m.kind = 'public' WHERE k.second = 0
		UNION ALL
		SELECT e.id, 'event', CASE WHEN e.agent_id IS NOT NULL THEN 'agent' ELSE 'system' END, e.actor, k.instant, false,
				regexp_replace(event_text(e), '^(replied|wrote an internal note), ', ''), NULL, NULL, NULL, 1, 0
			FROM kept k JOIN event e ON e.id = k.id WHERE k.second = 1
	)
	SELECT l.id, l.kind, l.author_kind, l.author, floor(extract(epoch FROM l.instant))::bigint, l.unread, l.body, l.attachments,
			t.version, CASE WHEN isfinite(l.send_after) THEN ceil(extract(epoch FROM l.send_after))::bigint END,
			(extract(epoch FROM l.instant) * 1000000)::bigint, l.size::bigint,
			CASE WHEN n IS NULL THEN 0 ELSE (SELECT count(*)::int FROM message m, first f WHERE m.ticket_id = $1
				AND m.kind <> 'recalled' AND (m.created_at, 0, m.id) < (f.instant, f.second, f.id)) END,
			floor(extract(epoch FROM l.went_out))::bigint
		FROM line l, ticket t WHERE t.id = $1 AND l.body IS NOT NULL ORDER BY l.instant, l.second, l.id;
END $$;

-- Characters [offset, offset + n) of a message: '' behind its end. SG003 when there is none for the caller (function may_read).
CREATE FUNCTION message_part(id bigint, "offset" int, n int) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	part text;
BEGIN
	PERFORM require_role('viewer');
	IF "offset" < 0 OR n NOT BETWEEN 0 AND 4194304 THEN
		PERFORM refuse('SG004', format('no characters %s to %s of a message can be read', "offset", "offset"::bigint + n));
	END IF;
	SELECT substring(m.body FROM "offset" + 1 FOR n) INTO part FROM message m
		WHERE m.id = message_part.id AND may_read(m.kind, m.agent_id);
	IF NOT FOUND THEN
		PERFORM refuse('SG003', format('there is no message %s', id));
	END IF;
	RETURN part;
END $$;
