-- Why a reply clock shows what it shows (`t`, `sandglass show ID --clock`): facts, in the order in which they are told. The
-- words and the dates are the reader's business, who knows his zone. Nothing here decides anything: it retells the ledger.

-- at, until: instants. seconds, was: lengths of working time. What each kind means stands in core/explain.h.
CREATE TYPE explain_fact AS (kind text, at bigint, until bigint, seconds bigint, was bigint, name text, detail text);

-- The days that touch [a, b) and are not worked like their weekday, or not at all: a row for each, at its noon, in the
-- calendar's zone. A day that neither a holiday nor an exception changes is told only when its weekday is free.
CREATE FUNCTION explain_days(r calendar_revision, a bigint, b bigint) RETURNS SETOF explain_fact LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN x.hours IS NOT NULL THEN 'exception'
			WHEN coalesce(r.definition -> 'holidays', '[]') ? to_char(d.day, 'YYYY-MM-DD') THEN 'holiday' ELSE 'day_off' END,
		extract(epoch FROM (d.day + interval '12 hours') AT TIME ZONE r.zone)::bigint, NULL::bigint, NULL::bigint, NULL::bigint,
		to_char(d.day, 'YYYY-MM-DD'), x.hours
		FROM generate_series(date_trunc('day', to_timestamp(a) AT TIME ZONE r.zone), to_timestamp(b - 1) AT TIME ZONE r.zone,
				interval '1 day') AS d (day)
			LEFT JOIN LATERAL (
				SELECT coalesce((SELECT string_agg(h, ', ') FROM jsonb_array_elements_text(e -> 'hours') AS h), '') AS hours
					FROM jsonb_array_elements(coalesce(r.definition -> 'exceptions', '[]')) AS e
					WHERE e ->> 'date' = to_char(d.day, 'YYYY-MM-DD')) AS x ON true
		WHERE x.hours IS NOT NULL OR coalesce(r.definition -> 'holidays', '[]') ? to_char(d.day, 'YYYY-MM-DD')
			OR jsonb_array_length(coalesce(r.definition -> 'week' -> (ARRAY['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])
				[extract(isodow FROM d.day)::int], '[]')) = 0
		ORDER BY d.day
$$;

-- [a, b) span by span: working time up to now and ahead of it, and between the spans the closed hours with their days.
CREATE FUNCTION explain_walk(r calendar_revision, a bigint, b bigint, now bigint) RETURNS SETOF explain_fact
LANGUAGE plpgsql STABLE AS $$
DECLARE
	s record;
	told bigint := a;
BEGIN
	FOR s IN SELECT greatest(k.span_start, a) AS opens, least(k.span_end, b) AS closes FROM sandglass.calendar_span k
			WHERE k.calendar_id = r.calendar_id AND k.revision = r.revision AND k.span_start < b AND k.span_end > a
				AND k.span_start >= coalesce((SELECT max(f.span_start) FROM sandglass.calendar_span f
					WHERE f.calendar_id = r.calendar_id AND f.revision = r.revision AND f.span_start <= a), a)
			ORDER BY k.span_start LOOP
		IF s.opens > told THEN
			RETURN NEXT ('closed', told, s.opens, NULL, NULL, NULL, NULL)::sandglass.explain_fact;
			RETURN QUERY SELECT * FROM sandglass.explain_days(r, told, s.opens);
		END IF;
		IF s.opens < now THEN
			RETURN NEXT ('work', s.opens, least(s.closes, now), least(s.closes, now) - s.opens, NULL, NULL, NULL)::sandglass.explain_fact;
		END IF;
		IF s.closes > now THEN
			RETURN NEXT ('ahead', greatest(s.opens, now), s.closes, s.closes - greatest(s.opens, now), NULL, NULL, NULL)::sandglass.explain_fact;
		END IF;
		told := s.closes;
	END LOOP;
	IF b > told THEN
		RETURN NEXT ('closed', told, b, NULL, NULL, NULL, NULL)::sandglass.explain_fact;
		RETURN QUERY SELECT * FROM sandglass.explain_days(r, told, b);
	END IF;
END $$;

-- A wait from its beginning to its end, or to now or its due time, whichever is later. What pauses it is read from the
-- status changes by the policy that it has now; what the ledger counted beyond that (under an earlier calendar or policy)
-- is one fact more, `kept`.
CREATE FUNCTION explain_course(c sla_clock, r calendar_revision, status status, now bigint) RETURNS SETOF explain_fact
LANGUAGE plpgsql STABLE AS $$
DECLARE
	e record;
	pos bigint := extract(epoch FROM c.started_at)::bigint;
	ends bigint := extract(epoch FROM c.ended_at)::bigint;
	due bigint := extract(epoch FROM c.due_at)::bigint;
	stop bigint;
	stopped boolean;
	who text := '';
	state text;
BEGIN
	SELECT x.before ->> 'status' INTO state FROM sandglass.event x WHERE x.ticket_id = c.ticket_id AND x.at >= c.started_at
		AND x.before ? 'status' AND x.after ? 'status' ORDER BY x.at, x.id LIMIT 1;
	state := coalesce(state, status::text);
	stopped := state::sandglass.status = ANY (c.pause_on);
	FOR e IN SELECT floor(extract(epoch FROM x.at))::bigint AS at, x.after ->> 'status' AS status, x.actor
			FROM sandglass.event x WHERE x.ticket_id = c.ticket_id AND x.before ? 'status' AND x.after ? 'status'
				AND x.at >= c.started_at AND (ends IS NULL OR floor(extract(epoch FROM x.at)) < ends) ORDER BY x.at, x.id LOOP
		CONTINUE WHEN stopped = (e.status::sandglass.status = ANY (c.pause_on));
		IF stopped AND e.at > pos THEN
			RETURN NEXT ('paused', pos, e.at, NULL, NULL, who, state)::sandglass.explain_fact;
		ELSIF e.at > pos THEN
			RETURN QUERY SELECT * FROM sandglass.explain_walk(r, pos, e.at, now);
		END IF;
		stopped := NOT stopped;
		state := e.status;
		who := e.actor;
		pos := e.at;
	END LOOP;
	IF stopped OR c.paused_at IS NOT NULL THEN
		RETURN NEXT ('paused', pos, ends, NULL, NULL, who, state)::sandglass.explain_fact;
		RETURN;
	END IF;
	stop := greatest(pos, least(due, coalesce(ends, due)));
	RETURN QUERY SELECT * FROM sandglass.explain_walk(r, pos, stop, now);
	IF coalesce(ends, now) > stop AND sandglass.work_between(r.calendar_id, r.revision, stop, coalesce(ends, now)) > 0 THEN
		RETURN NEXT ('late', stop, coalesce(ends, now), sandglass.work_between(r.calendar_id, r.revision, stop,
			coalesce(ends, now)), NULL, NULL, NULL)::sandglass.explain_fact;
	END IF;
END $$;

-- Where the target comes from: "plan", "priority urgent", "channel phone", both, or "then" when the policy that holds now
-- says something else (the wait is over, or breached already, and keeps what was promised).
CREATE FUNCTION explain_source(c sla_clock, t ticket) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
	target sandglass.sla_policy := sandglass.policy_target(c.plan_id, c.metric, t.priority, t.channel);
BEGIN
	IF (target.target_s, target.calendar_id) IS DISTINCT FROM (c.target_s, c.calendar_id) THEN
		RETURN 'then';
	END IF;
	RETURN coalesce(nullif(concat_ws(', ', 'priority ' || target.priority, 'channel ' || target.channel), ''), 'plan');
END $$;

-- All about one wait.
CREATE FUNCTION explain_clock(c sla_clock, t ticket, instant timestamptz) RETURNS SETOF explain_fact LANGUAGE plpgsql STABLE AS $$
DECLARE
	r sandglass.calendar_revision;
	f sandglass.explain_fact;
	now bigint := greatest(extract(epoch FROM coalesce(c.ended_at, instant)), extract(epoch FROM c.started_at))::bigint;
	used bigint := coalesce(c.elapsed_s, sandglass.clock_used(c, to_timestamp(now)));
	told bigint := 0;
BEGIN
	SELECT * INTO r FROM sandglass.calendar_revision k WHERE k.calendar_id = c.calendar_id AND k.revision = c.calendar_revision;
	RETURN NEXT ('wait', extract(epoch FROM c.started_at)::bigint, extract(epoch FROM c.ended_at)::bigint, c.target_s,
		NULL, c.metric, c.outcome)::sandglass.explain_fact;
	RETURN QUERY SELECT 'message', floor(extract(epoch FROM m.created_at))::bigint, NULL::bigint, NULL::bigint, NULL::bigint,
		m.author, NULL FROM sandglass.message m WHERE m.id = c.message_id;
	RETURN QUERY SELECT 'plan', NULL::bigint, NULL::bigint, c.target_s::bigint, NULL::bigint, (SELECT p.name ||
		CASE WHEN p.archived THEN ' (archived)' ELSE '' END FROM sandglass.plan p WHERE p.id = c.plan_id), sandglass.explain_source(c, t);
	IF r.calendar_id IS NOT NULL THEN
		RETURN QUERY SELECT 'calendar', extract(epoch FROM c.started_at)::bigint, NULL::bigint, r.revision::bigint,
			k.revision::bigint, k.name, r.zone FROM sandglass.calendar k WHERE k.id = r.calendar_id;
		FOR f IN SELECT * FROM sandglass.explain_course(c, r, t.status, now) LOOP
			told := told + CASE WHEN f.kind IN ('work', 'late') THEN f.seconds ELSE 0 END;
			RETURN NEXT f;
		END LOOP;
		IF used <> told THEN
			RETURN NEXT ('kept', NULL, NULL, used - told, NULL, NULL, NULL)::sandglass.explain_fact;
		END IF;
		RETURN NEXT ('used', now, NULL, used, NULL, NULL, NULL)::sandglass.explain_fact;
	END IF;
	RETURN QUERY SELECT 'target', floor(extract(epoch FROM e.at))::bigint,
			floor(extract(epoch FROM (e.after ->> 'due_at')::timestamptz))::bigint, (e.after ->> 'target_s')::bigint,
			(e.before ->> 'target_s')::bigint, e.actor, e.after ->> 'cause'
		FROM sandglass.event e WHERE e.ticket_id = c.ticket_id AND e.action = 'recompute'
			AND (e.before ->> 'clock_id')::bigint = c.id ORDER BY e.at, e.id;
	IF c.due_at IS NOT NULL THEN
		RETURN NEXT ('due', extract(epoch FROM c.due_at)::bigint, extract(epoch FROM c.breach_at)::bigint, NULL, NULL, NULL,
			NULL)::sandglass.explain_fact;
	END IF;
	IF c.ended_at IS NOT NULL THEN
		RETURN NEXT ('end', extract(epoch FROM c.ended_at)::bigint, NULL, c.elapsed_s, NULL,
			(SELECT e.actor FROM sandglass.event e WHERE e.request_id = c.ended_by), c.reason)::sandglass.explain_fact;
	END IF;
END $$;

-- The ticket's running waits, else the one that ended last, at the instant. The first row says when that was; utc_offset_s is
-- the calendar's zone's at `at`, NULL without a calendar. SG003 when there is no such ticket.
CREATE FUNCTION clock_explain_at(instant timestamptz, ticket_id bigint, OUT kind text, OUT at bigint, OUT until bigint,
	OUT seconds bigint, OUT was bigint, OUT name text, OUT detail text, OUT utc_offset_s int) RETURNS SETOF record
LANGUAGE plpgsql STABLE SET search_path = sandglass, pg_temp AS $$
DECLARE
	t sandglass.ticket;
	c sandglass.sla_clock;
BEGIN
	SELECT * INTO t FROM ticket k WHERE k.id = $2;
	IF NOT FOUND THEN
		PERFORM refuse('SG003', format('there is no ticket %s', $2));
	END IF;
	RETURN QUERY SELECT 'now', floor(extract(epoch FROM instant))::bigint, NULL::bigint, t.id, t.merged_into, t.subject, NULL, NULL::int;
	FOR c IN SELECT * FROM sla_clock k WHERE k.ticket_id = t.id AND (k.ended_at IS NULL AND k.superseded_by IS NULL
			OR k.id = (SELECT l.id FROM sla_clock l WHERE l.ticket_id = t.id
					AND NOT EXISTS (SELECT FROM sla_clock o WHERE o.ticket_id = t.id AND o.ended_at IS NULL AND o.superseded_by IS NULL)
				ORDER BY l.ended_at DESC NULLS LAST, l.metric, l.id DESC LIMIT 1))
			ORDER BY k.due_at, k.metric, k.id LOOP
		RETURN QUERY SELECT f.kind, f.at, f.until, f.seconds, f.was, f.name, f.detail,
				extract(epoch FROM (to_timestamp(f.at) AT TIME ZONE r.zone) - (to_timestamp(f.at) AT TIME ZONE 'UTC'))::int
			FROM explain_clock(c, t, instant) WITH ORDINALITY AS f (kind, at, until, seconds, was, name, detail, number)
				LEFT JOIN calendar_revision r ON r.calendar_id = c.calendar_id AND r.revision = c.calendar_revision
			ORDER BY f.number;
	END LOOP;
END $$;

CREATE FUNCTION clock_explain(ticket_id bigint, OUT kind text, OUT at bigint, OUT until bigint, OUT seconds bigint,
	OUT was bigint, OUT name text, OUT detail text, OUT utc_offset_s int) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
	SELECT * FROM clock_explain_at(clock_timestamp(), $1)
$$;
