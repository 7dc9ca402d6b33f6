-- Files that agents read and send.

-- A file's name as it is kept: one line, no path, never empty. Whoever saves it makes it safe for his own disk.
CREATE FUNCTION attachment_name(name text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	RETURN coalesce(nullif(left(btrim(regexp_replace(regexp_replace(coalesce(name, ''), '^.*[/\\]', ''), '[[:cntrl:]]+', ' ', 'g')),
		200), ''), 'attachment');
END $$;

-- Puts an agent's files to his message. attachments: [{"name", "type"}], contents in the same order. SG004 when they do not
-- fit together, or when all of them together are more than the setting attachment_limit. Returns how many.
CREATE FUNCTION write_attachments(message bigint, attachments jsonb, contents bytea[]) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	n int := jsonb_array_length(coalesce(attachments, '[]'));
	most bigint;
	size bigint;
BEGIN
	IF n <> coalesce(cardinality(contents), 0) OR array_position(contents, NULL) IS NOT NULL THEN
		PERFORM sandglass.refuse('SG004', format('%s attachments have %s contents', n, coalesce(cardinality(contents), 0)));
	ELSIF n = 0 THEN
		RETURN 0;
	END IF;
	SELECT sum(length(c)) INTO size FROM unnest(contents) c;
	SELECT s.value::bigint INTO most FROM sandglass.setting s WHERE s.name = 'attachment_limit';
	IF size > most THEN
		PERFORM sandglass.refuse('SG004', format('the attachments have %s together, and %s is the most',
			pg_size_pretty(size), pg_size_pretty(most)));
	END IF;
	INSERT INTO sandglass.attachment (message_id, name, type, size, sha256, content)
		SELECT write_attachments.message, sandglass.attachment_name(a.item ->> 'name'),
			CASE WHEN a.item ->> 'type' ~ '^[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*$' THEN a.item ->> 'type'
				ELSE 'application/octet-stream' END,
			length(contents[a.place]), encode(sha256(contents[a.place]), 'hex'), contents[a.place]
			FROM jsonb_array_elements(attachments) WITH ORDINALITY AS a (item, place) ORDER BY a.place;
	UPDATE sandglass.outbox o SET attachments = n WHERE o.message_id = write_attachments.message;
	RETURN n;
END $$;

-- The files go to the message that was just written, and the event tells how many.
CREATE FUNCTION write_files(INOUT w write_context, attachments jsonb, contents bytea[]) LANGUAGE plpgsql AS $$
DECLARE
	n int := sandglass.write_attachments((w.note ->> 'message_id')::bigint, attachments, contents);
BEGIN
	IF n > 0 THEN
		w.note := w.note || jsonb_build_object('attachments', n);
	END IF;
END $$;

-- The bytes [offset, offset + n) of an attachment: empty behind its end, NULL when it was not kept. SG003 when there is none for
-- the caller (function may_read).
CREATE FUNCTION attachment_part(id bigint, "offset" bigint, n int) RETURNS bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	part bytea;
BEGIN
	PERFORM require_role('viewer');
	IF "offset" NOT BETWEEN 0 AND 2000000000 OR n NOT BETWEEN 0 AND 16777216 THEN
		PERFORM refuse('SG004', format('no bytes %s to %s of an attachment can be read', "offset", "offset" + n));
	END IF;
	SELECT substring(a.content FROM "offset"::int + 1 FOR n) INTO part FROM attachment a JOIN message m ON m.id = a.message_id
		WHERE a.id = attachment_part.id AND may_read(m.kind, m.agent_id);
	IF NOT FOUND THEN
		PERFORM refuse('SG003', format('there is no attachment %s', id));
	END IF;
	RETURN part;
END $$;

-- The files of a reply that this deliverer has taken, in order; none when it is not his any more.
CREATE FUNCTION outbox_attachments(id bigint, lease uuid, OUT name text, OUT type text, OUT content bytea) RETURNS SETOF record
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
BEGIN
	PERFORM require_role('deliver');
	RETURN QUERY SELECT a.name, a.type, a.content FROM outbox o JOIN attachment a ON a.message_id = o.message_id
		WHERE o.id = outbox_attachments.id AND o.lease = outbox_attachments.lease AND o.state IN ('taken', 'sending') ORDER BY a.id;
END $$;
