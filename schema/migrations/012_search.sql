-- What the search looks in.
SET LOCAL search_path = sandglass, pg_temp;

-- The words of a message and of the ticket that it is on (function search_words), so that one index answers for both. It is kept
-- by functions and not generated, because it needs the ticket; a message's words are made when it is written, and again when its
-- ticket gets another subject or requester.
ALTER TABLE message ADD COLUMN search tsvector;
UPDATE message m SET search = setweight(to_tsvector('pg_catalog.russian', left(translate(t.subject, 'ёЁ', 'еЕ'), 1000)), 'A')
		|| setweight(to_tsvector('pg_catalog.russian', left(translate(concat_ws(' ', k.name, k.email, o.name), 'ёЁ', 'еЕ'), 1000)), 'B')
		|| to_tsvector('pg_catalog.russian', left(translate(m.body, 'ёЁ', 'еЕ'), 50000))
	FROM ticket t JOIN contact k ON k.id = t.requester_id LEFT JOIN organization o ON o.id = t.organization_id
	WHERE t.id = m.ticket_id;
CREATE INDEX message_search ON message USING gin (search);

-- Misspelt subjects, and parts of names and addresses. The extension is trusted: the owner of a database may create it where the
-- server has it. It has a schema of its own, because what is in sandglass is made anew with each version.
DO $$
DECLARE
	home text;
BEGIN
	IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN
		CREATE SCHEMA IF NOT EXISTS sandglass_trgm;
		CREATE EXTENSION pg_trgm SCHEMA sandglass_trgm;
		GRANT USAGE ON SCHEMA sandglass_trgm TO PUBLIC;
	END IF;
	SELECT e.extnamespace::regnamespace::text INTO home FROM pg_extension e WHERE e.extname = 'pg_trgm';
	EXECUTE format('CREATE INDEX ticket_subject_trigram ON sandglass.ticket USING gin (subject %s.gin_trgm_ops)', home);
	EXECUTE format('CREATE INDEX contact_trigram ON sandglass.contact USING gin ((name || '' '' || email) %s.gin_trgm_ops)', home);
END $$;
