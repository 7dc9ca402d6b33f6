-- To whom a reply goes, which messages are the same, and which policy was there when a new one was written.
SET LOCAL search_path = sandglass, pg_temp;

ALTER TABLE outbox ADD COLUMN cc text[] NOT NULL DEFAULT '{}';

-- Some programs give every mail the same Message-ID: a message is known again by its id and what it says. '' stands for
-- messages from before, of which only the id is known.
ALTER TABLE raw_message ADD COLUMN content_sha256 text NOT NULL DEFAULT '';
ALTER TABLE raw_message DROP CONSTRAINT raw_message_message_id_key;
ALTER TABLE raw_message ADD UNIQUE (message_id, content_sha256);
DROP INDEX message_message_id;
CREATE INDEX message_message_id ON message (message_id) WHERE message_id IS NOT NULL;

INSERT INTO setting VALUES ('policy_revision', '1');
