-- Who and what the tickets are about: agents, plans, organizations, people, calendars, settings.
CREATE SCHEMA IF NOT EXISTS sandglass;
SET LOCAL search_path = sandglass, pg_temp;

-- The migrations that were run, each once. The highest version is the schema's.
CREATE TABLE migration (
	version int PRIMARY KEY,
	name text NOT NULL,
	applied_at timestamptz NOT NULL DEFAULT now()
);

-- Values that belong to the installation. directory_revision grows with every change of a name, plan or calendar.
CREATE TABLE setting (
	name text PRIMARY KEY,
	value text NOT NULL
);
INSERT INTO setting VALUES
	('directory_revision', '1'),
	('support_address', ''),
	('attachment_limit', '26214400'),
	('message_limit', '52428800');

-- The order of each enum is the order in which a queue sorts and a screen lists.
CREATE TYPE priority AS ENUM ('urgent', 'high', 'normal');
CREATE TYPE status AS ENUM ('new', 'open', 'pending', 'hold', 'closed');
CREATE TYPE channel AS ENUM ('email', 'form', 'phone', 'chat', 'import');
CREATE TYPE clock_metric AS ENUM ('first_reply', 'next_reply', 'resolution');
CREATE TYPE clock_outcome AS ENUM ('met', 'breached', 'dismissed', 'closed_unanswered');

-- What the agreement says about each priority and status, in its own words.
CREATE TABLE priority_definition (
	priority priority PRIMARY KEY,
	label text NOT NULL,
	meaning text NOT NULL
);
CREATE TABLE status_definition (
	status status PRIMARY KEY,
	label text NOT NULL,
	meaning text NOT NULL
);

CREATE TABLE team (
	id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL UNIQUE
);

-- login is a PostgreSQL role. An agent is never deleted: the history names him.
CREATE TABLE agent (
	id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	login text NOT NULL UNIQUE,
	name text NOT NULL,
	email text UNIQUE CHECK (email = lower(email)),
	team_id int REFERENCES team,
	active boolean NOT NULL DEFAULT true,
	created_at timestamptz NOT NULL DEFAULT now()
);

-- A plan is known by its name and whether it is archived: "Enterprise" exists twice in the agreement.
CREATE TABLE plan (
	id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL,
	archived boolean NOT NULL DEFAULT false,
	short_name text NOT NULL,
	entitlements text[] NOT NULL DEFAULT '{}',
	UNIQUE (name, archived)
);

-- A calendar's definition has revisions. Waits remember the revision that they were measured with, so the spans of old
-- revisions stay. definition = {"week": {"mon": ["09:00-17:00"]}, "holidays": ["2026-12-25"], "exceptions": [{"date", "hours"}]}
CREATE TABLE calendar (
	id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL UNIQUE,
	revision int NOT NULL DEFAULT 1
);
CREATE TABLE calendar_revision (
	calendar_id int NOT NULL REFERENCES calendar,
	revision int NOT NULL,
	zone text NOT NULL,
	definition jsonb NOT NULL,
	actor text NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (calendar_id, revision)
);

-- A revision's working time from 1990 to 2099: half-open spans in seconds since 1970 UTC that neither overlap nor adjoin.
-- work_before is the working time before the span since the first one. Both columns grow together, so either can be
-- looked up by its index (functions work_*). That the revision exists is looked at once a statement (trigger
-- calendar_span_revision): as a foreign key it would be looked at 40,000 times a calendar.
CREATE TABLE calendar_span (
	calendar_id int NOT NULL,
	revision int NOT NULL,
	span_start bigint NOT NULL,
	span_end bigint NOT NULL CHECK (span_end > span_start),
	work_before bigint NOT NULL,
	PRIMARY KEY (calendar_id, revision, span_start)
);
CREATE UNIQUE INDEX calendar_span_work ON calendar_span (calendar_id, revision, work_before);

-- The targets of a plan. priority and channel NULL mean any; the most specific row wins (function policy_target).
-- pause_on: the statuses in which the clock stands still.
CREATE TABLE sla_policy (
	id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	plan_id int NOT NULL REFERENCES plan,
	metric clock_metric NOT NULL,
	target_s int NOT NULL CHECK (target_s > 0),
	calendar_id int NOT NULL REFERENCES calendar,
	priority priority,
	channel channel,
	pause_on status[] NOT NULL DEFAULT '{}',
	UNIQUE NULLS NOT DISTINCT (plan_id, metric, priority, channel)
);

CREATE TABLE organization (
	id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL UNIQUE,
	plan_id int REFERENCES plan,
	csm text NOT NULL DEFAULT '',
	analyst text NOT NULL DEFAULT '',
	created_at timestamptz NOT NULL DEFAULT now()
);

-- Domains where anybody can have an address: they never say which organization somebody belongs to.
CREATE TABLE public_domain (domain text PRIMARY KEY);
INSERT INTO public_domain VALUES
	('gmail.com'), ('googlemail.com'), ('mail.ru'), ('bk.ru'), ('list.ru'), ('inbox.ru'), ('internet.ru'), ('yandex.ru'),
	('yandex.com'), ('yandex.ua'), ('yandex.by'), ('yandex.kz'), ('ya.ru'), ('rambler.ru'), ('ukr.net'), ('i.ua'), ('meta.ua'),
	('outlook.com'), ('hotmail.com'), ('hotmail.co.uk'), ('live.com'), ('msn.com'), ('yahoo.com'), ('yahoo.co.uk'), ('ymail.com'),
	('icloud.com'), ('me.com'), ('mac.com'), ('aol.com'), ('gmx.de'), ('gmx.net'), ('gmx.com'), ('web.de'), ('t-online.de'),
	('proton.me'), ('protonmail.com'), ('pm.me'), ('fastmail.com'), ('zoho.com'), ('hey.com'), ('tutanota.com'), ('mail.com'),
	('qq.com'), ('163.com'), ('126.com'), ('orange.fr'), ('free.fr'), ('wp.pl'), ('o2.pl'), ('onet.pl'), ('seznam.cz'), ('libero.it'),
	('tut.by'), ('mail.ee'), ('comcast.net'), ('verizon.net');

CREATE TABLE organization_domain (
	domain text PRIMARY KEY CHECK (domain = lower(domain)),
	organization_id int NOT NULL REFERENCES organization
);
-- The organizations' personal mailboxes: addresses at the desk to which only that customer writes.
CREATE TABLE mailbox (
	address text PRIMARY KEY CHECK (address = lower(address)),
	organization_id int NOT NULL REFERENCES organization
);

CREATE TABLE contact (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	email text NOT NULL UNIQUE CHECK (email = lower(email)),
	name text NOT NULL DEFAULT '',
	organization_id int REFERENCES organization,
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX contact_organization ON contact (organization_id);
