-- Tags: words on a ticket that mean what the desk agrees on. They touch neither status nor clocks.

-- Small letters, in order of the code points, each once. SG004 for what is no tag: 1 to 40 letters, digits and . _ - ; and
-- for more than 20 of them. Letters of every script are meant: what is not one of ASCII's is looked at only as far as a regular
-- expression can that must not depend on the database's collation (no blanks, no punctuation, no symbols).
CREATE FUNCTION tags_normal(tags text[]) RETURNS text[] LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	tag text;
	normal text[];
BEGIN
	normal := ARRAY(SELECT DISTINCT lower(t) COLLATE "C" AS t FROM unnest(tags) t ORDER BY t);
	FOREACH tag IN ARRAY normal LOOP
		IF tag IS NULL OR length(tag) > 40 OR tag !~ '^[a-z0-9._\-\u00aa\u00b5\u00ba\u00c0-\u1fff\u2c00-\u2fef\u3005-\ud7ff\uf900-\ufdfb\ufe70-\ufefc\uff10-\uffdc\U00010000-\U0003ffff]+$' 
				OR tag ~ ('[' || sandglass.unseen() || ']') THEN
			PERFORM sandglass.refuse('SG004', format('"%s" is no tag: it is made of 1 to 40 letters, digits, dots, - and _', tag));
		END IF;
	END LOOP;
	IF cardinality(normal) > 20 THEN
		PERFORM sandglass.refuse('SG004', format('a ticket has at most 20 tags, not %s', cardinality(normal)));
	END IF;
	RETURN normal;
END $$;

-- Takes tags off and puts tags on; what is in both lists is on. One that is there already, or is not, stays as it is.
CREATE FUNCTION ticket_tag_at(instant timestamptz, request_id uuid, ticket_id bigint, expected_version int, add text[],
	remove text[]) RETURNS write_result
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	w write_context := write_begin(request_id, 'tag', ticket_id, expected_version, instant);
	gone text[] := tags_normal(coalesce(remove, '{}'));
BEGIN
	IF w.repeated THEN
		RETURN w.result;
	END IF;
	w.after.tags := tags_normal(ARRAY(SELECT t FROM unnest((w.before).tags) t WHERE t <> ALL (gone)) || coalesce(add, '{}'));
	RETURN write_end(w);
END $$;

CREATE FUNCTION ticket_tag(request_id uuid, ticket_id bigint, expected_version int, add text[], remove text[])
RETURNS write_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ BEGIN RETURN ticket_tag_at(NULL, request_id, ticket_id, expected_version, add, remove); END $$;
