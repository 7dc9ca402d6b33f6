-- The way of a reply from the outbox to the mail server.
SET LOCAL search_path = sandglass, pg_temp;

-- waiting: to be sent when send_after has come. taken: a deliverer has it, and nothing that counts has left yet. sending: the
-- end of the message is being handed over, so whether the server has it is open until it answers. sent, failed, unknown: done
-- with; the last two have come back to the ticket.
CREATE TYPE outbox_state AS ENUM ('waiting', 'taken', 'sending', 'sent', 'failed', 'unknown');

ALTER TABLE outbox
	ADD COLUMN state outbox_state NOT NULL DEFAULT 'waiting',
	ADD COLUMN send_after timestamptz NOT NULL DEFAULT '-infinity', -- not before this
	ADD COLUMN lease uuid,               -- of whom took it last
	ADD COLUMN leased_until timestamptz, -- after this nobody is at work on it any more
	ADD COLUMN holder int,               -- the server process of his session
	ADD COLUMN first_tried_at timestamptz,
	ADD COLUMN answer text;              -- the mail server's last word, or why there was none
UPDATE outbox SET state = 'sent' WHERE sent_at IS NOT NULL;
ALTER TABLE outbox ADD CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
	ADD CHECK (state NOT IN ('taken', 'sending') OR lease IS NOT NULL AND leased_until IS NOT NULL);

DROP INDEX outbox_waiting;
CREATE INDEX outbox_due ON outbox (send_after, id) WHERE state IN ('waiting', 'taken', 'sending');
