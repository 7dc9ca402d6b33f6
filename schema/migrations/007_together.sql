-- Nobody collides and nothing is lost: replies that can be recalled, leases of who is at which ticket, drafts of several machines.
SET LOCAL search_path = sandglass, pg_temp;

-- A reply that was recalled before it left. Its text stays, for the audit trail; no conversation shows it and nothing counts it.
ALTER TYPE message_kind ADD VALUE 'recalled';
ALTER TYPE outbox_state ADD VALUE 'recalled';

-- How long a reply stays in the outbox at least, in seconds: so long an agent can recall it.
INSERT INTO setting VALUES ('send_delay', '10');

-- One row for each console that has a ticket open; it counts until `until`, whatever has become of the console.
DELETE FROM presence;
ALTER TABLE presence
	DROP CONSTRAINT presence_pkey,
	ADD COLUMN place text NOT NULL,         -- which of the agent's consoles
	ADD COLUMN until timestamptz NOT NULL,
	ADD PRIMARY KEY (agent_id, place);
ALTER TABLE presence SET (fillfactor = 50); -- a lease that is renewed stays on its page

-- One draft of each kind for each place that it is written at: two machines never overwrite each other's.
ALTER TABLE draft
	DROP CONSTRAINT draft_pkey,
	ADD COLUMN place text NOT NULL DEFAULT '',
	ADD COLUMN host text NOT NULL DEFAULT '',      -- the machine, for people
	ADD COLUMN version int NOT NULL DEFAULT 0,     -- of the ticket as its writer saw it last
	ADD COLUMN messages int NOT NULL DEFAULT 0,    -- the same
	ADD COLUMN message_id bigint REFERENCES message, -- of a recalled reply: its attachments hang there
	ADD CHECK (kind IN ('public', 'note')),
	ADD PRIMARY KEY (agent_id, ticket_id, kind, place);
