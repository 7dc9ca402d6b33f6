-- Attachments that are read in slices, and agents who are mentioned in notes.
SET LOCAL search_path = sandglass, pg_temp;

-- Not compressed from now on: of a compressed value a slice costs as much as the whole.
ALTER TABLE attachment ALTER COLUMN content SET STORAGE EXTERNAL;
ALTER TABLE outbox ADD COLUMN attachments int NOT NULL DEFAULT 0; -- how many its message has

-- Whom a note wants to read it. The message says which ticket that is: a merge moves it.
CREATE TABLE mention (
	message_id bigint NOT NULL REFERENCES message,
	agent_id int NOT NULL REFERENCES agent,
	by int NOT NULL REFERENCES agent,
	at timestamptz NOT NULL,
	PRIMARY KEY (message_id, agent_id)
);
CREATE INDEX mention_agent ON mention (agent_id, message_id);

-- The agents whom a note mentions that they have not read; kept by functions, so that a queue of 100,000 rows need not ask.
ALTER TABLE ticket ADD COLUMN mentioned int[] NOT NULL DEFAULT '{}';
