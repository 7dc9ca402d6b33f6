-- What the consoles and the scripts read. Instants are seconds since 1970 UTC.

-- Who the session is and what it may; schema_version is the last migration. now_us: the server's clock, microseconds.
CREATE FUNCTION hello(OUT login text, OUT agent_id int, OUT agent_name text, OUT team_id int, OUT role text,
	OUT schema_version int, OUT now_us bigint, OUT read_only boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
	SELECT caller(), a.id, a.name, a.team_id,
		CASE WHEN pg_has_role(session_user, 'sandglass_lead', 'USAGE') OR is_owner() THEN 'lead'
			WHEN pg_has_role(session_user, 'sandglass_agent', 'USAGE') THEN 'agent'
			WHEN pg_has_role(session_user, 'sandglass_viewer', 'USAGE') THEN 'viewer' ELSE 'none' END,
		(SELECT max(m.version) FROM migration m), (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, pg_is_in_recovery()
	FROM (SELECT) AS one LEFT JOIN agent a ON a.login = (SELECT caller()) AND a.active
$$;

-- Where a console that reads now stands: everything with changed_xid >= cursor may not have been seen. Read in one statement
-- with console_ticket it is of the same snapshot. Views, not functions: consoles ask this up to 20 times a second each, and
-- calling a function with settings of its own would cost more than all the rest.
CREATE VIEW console_sync AS
	SELECT pg_snapshot_xmin(pg_current_snapshot()) AS cursor,
		(SELECT s.value::bigint FROM setting s WHERE s.name = 'directory_revision') AS directory_revision,
		(extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now_us;

-- Every ticket, closed ones too. A delta is what has changed_xid >= the cursor: may repeat some; misses none.
CREATE VIEW console_ticket AS
	SELECT t.id, t.version, t.priority, t.status, t.channel, t.precedence, c.metric,
		CASE WHEN t.last_author IN ('customer', 'agent') THEN t.last_author ELSE 'system' END AS last_author,
		c.paused_at IS NOT NULL AS paused, c.target_s, CASE WHEN c.paused_at IS NOT NULL THEN c.target_s - c.used_s END AS remaining_s,
		c.calendar_id, floor(extract(epoch FROM c.started_at))::bigint AS started_at,
		floor(extract(epoch FROM t.due_at))::bigint AS due_at, floor(extract(epoch FROM c.breach_at))::bigint AS breach_at,
		t.organization_id, o.plan_id, t.assignee_id, t.team_id, t.incident_id,
		floor(extract(epoch FROM t.created_at))::bigint AS created_at, floor(extract(epoch FROM t.updated_at))::bigint AS updated_at,
		floor(extract(epoch FROM t.last_message_at))::bigint AS last_message_at, t.message_count, t.subject,
		r.name AS requester_name, r.email AS requester_email, t.hold_for, array_to_string(t.tags, ',') AS tags,
		array_to_string(t.mentioned, ',') AS mentioned, t.changed_xid
	FROM ticket t
		JOIN contact r ON r.id = t.requester_id
		LEFT JOIN organization o ON o.id = t.organization_id
		LEFT JOIN sla_clock c ON c.id = t.clock_id;

-- The next n open tickets after the given one, in the queue's order; all NULL: from the beginning. after_due NULL with an
-- after_id is a ticket without due time. One walk along an index and a few look-ups a row: joins that read whole tables are
-- off, because the plan is made without knowing n and would choose them (42 ms instead of 2.5 at 100,000 open tickets). One
-- plan serves all calls, so PL/pgSQL keeps it for the session.
CREATE FUNCTION console_page(after_priority priority, after_precedence int, after_due bigint, after_id bigint, n int)
RETURNS SETOF console_ticket LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = sandglass, pg_temp SET jit = off
SET plan_cache_mode = force_generic_plan SET max_parallel_workers_per_gather = 0
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET enable_bitmapscan = off AS $$
BEGIN
	RETURN QUERY SELECT v.* FROM (
		SELECT t.id, t.priority, t.precedence, coalesce(t.due_at, 'infinity'::timestamptz) AS due FROM ticket t
			WHERE t.status <> 'closed'
				AND (t.priority, t.precedence, coalesce(t.due_at, 'infinity'::timestamptz), t.id) > (coalesce(after_priority, 'urgent'),
					CASE WHEN after_id IS NULL THEN -1 ELSE after_precedence END::smallint,
					coalesce(to_timestamp(after_due), 'infinity'), coalesce(after_id, 0))
			ORDER BY t.priority, t.precedence, coalesce(t.due_at, 'infinity'::timestamptz), t.id LIMIT n) AS page
		JOIN console_ticket v ON v.id = page.id
		ORDER BY page.priority, page.precedence, page.due, page.id;
END $$;

-- The desk's rules that are no row of another view.
CREATE VIEW console_desk AS
	SELECT (SELECT s.value::int FROM setting s WHERE s.name = 'send_delay') AS send_delay_s,
		(SELECT s.value::bigint FROM setting s WHERE s.name = 'attachment_limit') AS attachment_limit;
CREATE VIEW console_plan AS
	SELECT p.id, p.archived, p.name, p.short_name, array_to_string(p.entitlements, ',') AS entitlements FROM plan p;
CREATE VIEW console_organization AS SELECT o.id, o.plan_id, o.name, o.csm, o.analyst FROM organization o;
CREATE VIEW console_agent AS SELECT a.id, a.team_id, a.active, a.login, a.name FROM agent a;
CREATE VIEW console_team AS SELECT t.id, t.name FROM team t;
CREATE VIEW console_incident AS
	SELECT i.id, i.closed_at IS NOT NULL AS closed, i.title, i.opened_by, floor(extract(epoch FROM i.opened_at))::bigint AS opened_at
		FROM incident i WHERE i.closed_at IS NULL OR i.closed_at > now() - interval '90 days'
			OR EXISTS (SELECT FROM ticket t WHERE t.incident_id = i.id AND t.status <> 'closed');
-- Before when the zone's offset is the same as at the instant: looked for two months ahead, to a day.
CREATE FUNCTION console_zone_steady(zone text, instant timestamptz) RETURNS timestamptz LANGUAGE sql STABLE AS $$
	SELECT coalesce(min(d) - interval '1 day', instant + interval '62 days')
		FROM generate_series(instant, instant + interval '62 days', interval '1 day') AS d
		WHERE (d AT TIME ZONE zone) - (d AT TIME ZONE 'UTC') <> (instant AT TIME ZONE zone) - (instant AT TIME ZONE 'UTC')
$$;
-- utc_offset_s: of its zone, now; it does not change before steady_until.
CREATE VIEW console_calendar AS
	SELECT c.id, c.revision, c.name, r.zone,
		extract(epoch FROM (now() AT TIME ZONE r.zone) - (now() AT TIME ZONE 'UTC'))::int AS utc_offset_s,
		extract(epoch FROM sandglass.console_zone_steady(r.zone, now()))::bigint AS steady_until
	FROM calendar c JOIN calendar_revision r ON r.calendar_id = c.id AND r.revision = c.revision;

-- The current spans of all calendars that touch [from, until), in order.
CREATE FUNCTION console_spans("from" bigint, until bigint, OUT calendar_id int, OUT span_start bigint, OUT span_end bigint,
	OUT work_before bigint) RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
	SELECT s.calendar_id, s.span_start, s.span_end, s.work_before
		FROM calendar c CROSS JOIN LATERAL (
			SELECT k.* FROM calendar_span k WHERE k.calendar_id = c.id AND k.revision = c.revision AND k.span_start < until
				AND k.span_start >= coalesce((SELECT max(f.span_start) FROM calendar_span f
					WHERE f.calendar_id = c.id AND f.revision = c.revision AND f.span_start <= "from"), "from")) AS s
		WHERE s.span_end > "from" ORDER BY s.calendar_id, s.span_start
$$;
