-- Agents who are mentioned in internal notes: "@ben" puts the ticket into ben's view until he has read the note.

-- The names behind an @ in a text, each once, in the order in which they come. A name begins behind a blank or an opening
-- sign, so an address is none; signs at its end belong to the sentence. core/mention.h says the same to the console.
CREATE FUNCTION mention_names(body text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
	SELECT coalesce(array_agg(f.name ORDER BY f.place), '{}') FROM (
		SELECT n.name, min(m.place) AS place
			FROM regexp_matches(body, E'(?:^|[ \\t\\r\\n(\\[{<"'',;:/])@([^ \\t\\r\\n,;:!?()\\[\\]{}<>"''/\\\\@]+)', 'g')
				WITH ORDINALITY AS m (found, place),
			LATERAL (SELECT lower(rtrim(m.found[1], '.-')) AS name) AS n
			WHERE n.name <> '' GROUP BY n.name) AS f
$$;

-- The agents who have not read a note that mentions them on this ticket.
CREATE FUNCTION ticket_mentioned(ticket bigint) RETURNS int[] LANGUAGE sql STABLE AS $$
	SELECT coalesce(array_agg(DISTINCT n.agent_id ORDER BY n.agent_id), '{}')
		FROM sandglass.message m JOIN sandglass.mention n ON n.message_id = m.id
		WHERE m.ticket_id = ticket AND m.kind = 'note' AND NOT EXISTS (SELECT FROM sandglass.reading r
			WHERE r.agent_id = n.agent_id AND r.ticket_id = m.ticket_id AND r.message_id >= n.message_id)
$$;

-- The note that was just written mentions these agents; the writer himself and who has left are left out.
CREATE FUNCTION write_mentions(INOUT w write_context, body text) LANGUAGE plpgsql AS $$
DECLARE
	note bigint := (w.note ->> 'message_id')::bigint;
	told text[];
BEGIN
	IF position('@' IN body) = 0 THEN
		RETURN;
	END IF;
	WITH found AS (
		INSERT INTO sandglass.mention (message_id, agent_id, by, at)
			SELECT note, a.id, (w.agent).id, w.at FROM sandglass.agent a
				WHERE a.active AND a.id <> (w.agent).id AND lower(a.login) = ANY (sandglass.mention_names(body))
			RETURNING agent_id
	)
	SELECT array_agg(a.login ORDER BY a.login) INTO told FROM found f JOIN sandglass.agent a ON a.id = f.agent_id;
	IF told IS NOT NULL THEN
		w.after.mentioned := ARRAY(SELECT DISTINCT x FROM unnest((w.after).mentioned || ARRAY(
			SELECT n.agent_id FROM sandglass.mention n WHERE n.message_id = note)) AS x ORDER BY x);
		w.note := w.note || jsonb_build_object('mentioned', told);
	END IF;
END $$;

-- What the caller is mentioned in and has not read, oldest first.
CREATE FUNCTION my_mentions(OUT ticket_id bigint, OUT message_id bigint, OUT by text, OUT at bigint) RETURNS SETOF record
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
BEGIN
	PERFORM require_role('viewer');
	RETURN QUERY SELECT m.ticket_id, m.id, w.login, epoch(n.at)
		FROM agent a JOIN mention n ON n.agent_id = a.id JOIN message m ON m.id = n.message_id JOIN agent w ON w.id = n.by
			JOIN ticket t ON t.id = m.ticket_id
		WHERE a.login = (SELECT caller()) AND a.id = ANY (t.mentioned)
			AND NOT EXISTS (SELECT FROM reading r WHERE r.agent_id = a.id AND r.ticket_id = t.id AND r.message_id >= m.id)
		ORDER BY m.id;
END $$;
