-- The ledger of waits: one row for each promise of time to a customer. A row changes while its wait runs; once it has
-- ended nothing changes it and nobody deletes it (trigger).
SET LOCAL search_path = sandglass, pg_temp;

-- All instants are whole seconds. Working time used = used_s + W(resumed_at, now) while it runs, used_s while it is
-- paused; without a pause resumed_at = started_at and used_s = 0.
--
-- target_s is NULL when nothing was promised (the organization has no plan, or its plan has no target): the customer is
-- waiting all the same, so the row is there, without due time; a plan that comes later gives it one. Such a wait ends
-- as met with elapsed_s NULL; attainment counts only rows with a target.
CREATE TABLE sla_clock (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	ticket_id bigint NOT NULL REFERENCES ticket,
	metric clock_metric NOT NULL,
	message_id bigint REFERENCES message,      -- the customer's message that opened it
	plan_id int REFERENCES plan,
	target_s int CHECK (target_s > 0),
	calendar_id int,
	calendar_revision int,
	pause_on status[] NOT NULL DEFAULT '{}',
	started_at timestamptz NOT NULL,
	resumed_at timestamptz NOT NULL,
	used_s int NOT NULL DEFAULT 0,
	paused_at timestamptz,
	due_at timestamptz,                        -- NULL while paused, and without a target
	breach_at timestamptz,
	ended_at timestamptz,
	elapsed_s int,
	outcome clock_outcome,
	breached boolean GENERATED ALWAYS AS (elapsed_s > target_s) STORED,
	reason text,                               -- of a dismissal
	ended_by uuid,                             -- the request that ended it
	resumes bigint REFERENCES sla_clock,       -- the ended wait that an undo reopened as this one
	superseded_by bigint REFERENCES sla_clock, -- after a merge, the earlier wait that stands for this one
	FOREIGN KEY (calendar_id, calendar_revision) REFERENCES calendar_revision (calendar_id, revision),
	CHECK ((target_s IS NULL) = (calendar_id IS NULL)),
	CHECK ((ended_at IS NULL) = (outcome IS NULL)),
	CHECK (ended_at >= started_at),
	CHECK (outcome <> 'met' OR elapsed_s IS NULL OR elapsed_s <= target_s),
	CHECK (outcome <> 'breached' OR elapsed_s > target_s),
	CHECK (started_at = date_trunc('second', started_at) AND ended_at = date_trunc('second', ended_at))
);
CREATE INDEX sla_clock_ticket ON sla_clock (ticket_id, id);
CREATE INDEX sla_clock_running ON sla_clock (ticket_id) WHERE ended_at IS NULL;
CREATE INDEX sla_clock_ended ON sla_clock (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX sla_clock_resumes ON sla_clock (resumes) WHERE resumes IS NOT NULL;

ALTER TABLE ticket ADD FOREIGN KEY (clock_id) REFERENCES sla_clock;

-- When the consoles were last woken, in twentieths of a second since 1970. A sequence because it is not transactional:
-- all writers see it at once (trigger wake).
CREATE SEQUENCE wake_clock;
