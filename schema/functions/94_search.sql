-- The search: tickets by number, address or Message-ID, by the words of what was said on them, and by what is nearly their
-- subject or a part of who asks. Closed ones too.
--
-- The configuration "russian" of PostgreSQL stems Cyrillic words as Russian and Latin ones as English, so one index serves both.
-- E with and without its dots are the same letter to whoever types.

-- The words of a message: of its ticket's subject (weight A), of who asks (B), and its own. A tsvector holds 1 MB and no more, so
-- of a longer message the beginning is found: 50,000 characters make less than half of that, whatever they are.
CREATE FUNCTION search_words(subject text, who text, body text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	RETURN setweight(to_tsvector('pg_catalog.russian', left(translate(subject, 'ёЁ', 'еЕ'), 1000)), 'A')
		|| setweight(to_tsvector('pg_catalog.russian', left(translate(who, 'ёЁ', 'еЕ'), 1000)), 'B')
		|| to_tsvector('pg_catalog.russian', left(translate(body, 'ёЁ', 'еЕ'), 50000));
END $$;

-- Who asks on the ticket, as the search knows him.
CREATE FUNCTION search_who(t ticket) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN (SELECT concat_ws(' ', k.name, k.email, o.name) FROM sandglass.contact k
		LEFT JOIN sandglass.organization o ON o.id = t.organization_id WHERE k.id = t.requester_id);
END $$;

-- A message that was not written by write_message(), which makes its words itself: the ticket may not be there yet.
CREATE FUNCTION message_make_words() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	t sandglass.ticket;
BEGIN
	SELECT * INTO t FROM sandglass.ticket k WHERE k.id = NEW.ticket_id;
	NEW.search := sandglass.search_words(coalesce(t.subject, ''), sandglass.search_who(t), NEW.body);
	RETURN NEW;
END $$;
CREATE TRIGGER message_make_words BEFORE INSERT ON message
	FOR EACH ROW WHEN (NEW.search IS NULL) EXECUTE FUNCTION message_make_words();

CREATE FUNCTION ticket_make_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE sandglass.message m SET search = sandglass.search_words(NEW.subject, sandglass.search_who(NEW), m.body)
		WHERE m.ticket_id = NEW.id;
	RETURN NULL;
END $$;
CREATE TRIGGER ticket_make_words AFTER UPDATE OF subject, requester_id, organization_id ON ticket
	FOR EACH ROW WHEN (NEW.subject <> OLD.subject OR NEW.requester_id <> OLD.requester_id
		OR NEW.organization_id IS DISTINCT FROM OLD.organization_id) EXECUTE FUNCTION ticket_make_words();

-- Quotes, OR and a leading minus are the search's own signs: who types them means it exactly.
CREATE FUNCTION search_has_signs(words text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	RETURN words ~* '"|(^|\s)-|(^|\s)or(\s|$)';
END $$;

-- What a message must hold (websearch_to_tsquery takes anything for a query and never fails). `loose`: words that begin so will do.
CREATE FUNCTION search_query(words text, loose boolean) RETURNS tsquery LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	wanted text := translate(words, 'ёЁ', 'еЕ');
	beginnings text;
BEGIN
	IF loose AND NOT sandglass.search_has_signs(wanted) THEN
		SELECT string_agg(format(CASE WHEN length(w) >= 3 THEN '''%s'':*' ELSE '''%s''' END, w), ' & ') INTO beginnings
			FROM (SELECT unnest(tsvector_to_array(to_tsvector('pg_catalog.russian', wanted))) AS w LIMIT 16) AS lexeme
			WHERE w ~ '^[[:alnum:]_.@/:+-]+$';
		IF beginnings IS NOT NULL THEN
			RETURN beginnings::tsquery;
		END IF;
	END IF;
	RETURN websearch_to_tsquery('pg_catalog.russian', wanted);
END $$;

-- Tickets that the words name: a ticket's number, the Message-ID of one of its messages, its requester's address, the token of
-- its reply address.
CREATE FUNCTION search_named(words text, n int) RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
DECLARE
	bare text := btrim(words, '<>[]');
BEGIN
	IF words ~ '^#?[0-9]{1,18}$' THEN
		RETURN ARRAY(SELECT t.id FROM sandglass.ticket t WHERE t.id = ltrim(words, '#')::bigint);
	ELSIF bare ~ '^[^\s@<>]+@[^\s@<>]+$' THEN
		RETURN ARRAY(SELECT named.id FROM (
				SELECT m.ticket_id AS id, 0 AS kind FROM sandglass.message m WHERE m.message_id = bare
				UNION
				SELECT t.id, 1 FROM sandglass.contact k JOIN sandglass.ticket t ON t.requester_id = k.id WHERE k.email = lower(bare)
			) AS named ORDER BY named.kind, named.id DESC LIMIT n);
	ELSIF ltrim(bare, '#') ~ '^[0-9a-f]{20}$' THEN
		RETURN ARRAY(SELECT t.id FROM sandglass.ticket t WHERE t.reply_token = ltrim(bare, '#'));
	END IF;
	RETURN '{}';
END $$;

-- Tickets with a message that holds the words; those with all of them in the subject or in who asks first, then the newest. Of a
-- word that is everywhere the index gives a sample (gin_fuzzy_search_limit, set by console_search), so the time is bounded; no other
-- way of reading the table would be.
CREATE FUNCTION search_said(wanted tsquery, n int) RETURNS bigint[] LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_indexscan = off AS $$
BEGIN
	IF numnode(wanted) = 0 THEN
		RETURN '{}';
	END IF;
	RETURN ARRAY(SELECT m.ticket_id FROM sandglass.message m WHERE m.search @@ wanted AND m.kind::text <> 'recalled'
		GROUP BY m.ticket_id
		ORDER BY bool_or(ts_filter(m.search, '{a,b}') @@ wanted) DESC, max(m.id) DESC LIMIT n);
END $$;

-- Tickets whose subject is nearly that, and those of people of whose name or address it is a part. Where the extension lives is
-- asked each time: it may be another's.
CREATE FUNCTION search_similar(words text, n int) RETURNS bigint[] LANGUAGE plpgsql STABLE
SET pg_trgm.word_similarity_threshold = 0.4 AS $$
DECLARE
	home text := (SELECT e.extnamespace::regnamespace::text FROM pg_catalog.pg_extension e WHERE e.extname = 'pg_trgm');
	found bigint[];
BEGIN
	IF length(words) < 3 OR home IS NULL THEN
		RETURN '{}';
	END IF;
	EXECUTE format($sql$
		SELECT ARRAY(SELECT near.id FROM (
			SELECT t.id, %1$s.word_similarity($1, t.subject) AS score FROM sandglass.ticket t WHERE t.subject OPERATOR(%1$s.%%>) $1
			UNION ALL
			SELECT t.id, 1 FROM sandglass.contact k JOIN sandglass.ticket t ON t.requester_id = k.id
				WHERE (k.name || ' ' || k.email) OPERATOR(pg_catalog.~~*) ('%%' || $2 || '%%')
			) AS near GROUP BY near.id ORDER BY max(near.score) DESC, near.id DESC LIMIT $3)$sql$, home)
		INTO found USING words, regexp_replace(words, '([\\%_])', '\\\1', 'g'), n;
	RETURN found;
END $$;

-- At most n tickets that the words find, the best first: what they name, what was said, what begins so; and if that is nothing, what is
-- similar. Anything is a query. Who asks sets a statement_timeout, for the rare query that is dear all the same.
CREATE FUNCTION console_search(query text, n int) RETURNS SETOF console_ticket LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = sandglass, pg_temp SET gin_fuzzy_search_limit = 10000 SET jit = off SET enable_seqscan = off
SET max_parallel_workers_per_gather = 0 AS $$
DECLARE
	words text := left(btrim(regexp_replace(query, '\s+', ' ', 'g')), 400);
	exact tsquery := search_query(words, false);
	loose tsquery := search_query(words, true);
	places bigint[];
BEGIN
	IF words = '' OR n < 1 THEN
		RETURN;
	END IF;
	places := search_named(words, n) || search_said(exact, n);
	IF cardinality(places) < n AND loose::text <> exact::text THEN
		places := places || search_said(loose, n);
	END IF;
	IF cardinality(places) = 0 AND NOT search_has_signs(words) THEN
		places := search_similar(words, n);
	END IF;
	RETURN QUERY SELECT v.* FROM (SELECT f.id, min(f.place) AS place FROM unnest(places) WITH ORDINALITY AS f (id, place)
			GROUP BY f.id ORDER BY 2 LIMIT n) AS hit
		JOIN console_ticket v ON v.id = hit.id ORDER BY hit.place;
END $$;
