-- Macros: a text with fields and what is done to the ticket with it, of an agent, of a team, or shared by all.
SET LOCAL search_path = sandglass, pg_temp;

CREATE TYPE macro_kind AS ENUM ('reply', 'note');

-- assignee: a login, 'me' for whoever uses it, '-' for nobody; NULL leaves it. Tags as tags_normal() makes them.
ALTER TABLE macro
	DROP CONSTRAINT macro_name_key,
	ADD COLUMN version int NOT NULL DEFAULT 1,
	ADD COLUMN agent_id int REFERENCES agent,
	ADD COLUMN team_id int REFERENCES team,
	ADD COLUMN kind macro_kind NOT NULL DEFAULT 'reply',
	ADD COLUMN hold_for text,
	ADD COLUMN priority priority,
	ADD COLUMN tags_add text[] NOT NULL DEFAULT '{}',
	ADD COLUMN tags_remove text[] NOT NULL DEFAULT '{}',
	ADD COLUMN assignee text,
	ADD COLUMN updated_by text NOT NULL DEFAULT '',
	ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now(),
	ADD CHECK (agent_id IS NULL OR team_id IS NULL),
	ADD CHECK ((coalesce(status, 'new') = 'hold') = (hold_for IS NOT NULL)),
	ADD UNIQUE NULLS NOT DISTINCT (agent_id, team_id, name);
