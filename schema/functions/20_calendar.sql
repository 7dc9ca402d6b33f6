-- Calendars: from weekly hours, holidays and exceptions to spans of working time, and the arithmetic on the spans.
--
-- With P(t) = working seconds of the calendar before the instant t, W(a, b) = P(b) - P(a). A target counted from a is used
-- up at due, the earliest instant with W = target; it is breached if and only if W > target, so breach is the latest
-- instant with W = target. Each is one look-up in an index of calendar_span, done in one PL/pgSQL function: nested SQL
-- functions cost five times as much.

-- The first and the last instant that a calendar covers: 1990-01-01 and 2100-01-01, UTC.
CREATE FUNCTION calendar_begin() RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 631152000::bigint';
CREATE FUNCTION calendar_end() RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 4102444800::bigint';

-- W(a, b); the negative of W(b, a) when b is before a.
CREATE FUNCTION work_between(calendar int, revision int, a bigint, b bigint) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
	p bigint;
	q bigint;
BEGIN
	SELECT c.work_before + least($3, c.span_end) - c.span_start INTO p FROM sandglass.calendar_span c
		WHERE c.calendar_id = $1 AND c.revision = $2 AND c.span_start <= $3 ORDER BY c.span_start DESC LIMIT 1;
	SELECT c.work_before + least($4, c.span_end) - c.span_start INTO q FROM sandglass.calendar_span c
		WHERE c.calendar_id = $1 AND c.revision = $2 AND c.span_start <= $4 ORDER BY c.span_start DESC LIMIT 1;
	RETURN coalesce(q, 0) - coalesce(p, 0);
END $$;

-- When `seconds` of working time from `start` are used up: due the earliest, breach the latest such instant. For 0, due is
-- `start` and breach the next opening, or `start` inside working time. Negative seconds count backwards (a clock that was
-- over its target when it was paused). SG004 when the calendar ends first.
CREATE FUNCTION work_due(calendar int, revision int, start bigint, seconds bigint, OUT due bigint, OUT breach bigint)
LANGUAGE plpgsql STABLE AS $$
DECLARE
	p bigint;
	closes bigint;
BEGIN
	SELECT c.work_before + least($3, c.span_end) - c.span_start INTO p FROM sandglass.calendar_span c
		WHERE c.calendar_id = $1 AND c.revision = $2 AND c.span_start <= $3 ORDER BY c.span_start DESC LIMIT 1;
	p := coalesce(p, 0) + seconds;
	-- The last span that begins with less than p worked holds the instant at which p is reached first.
	SELECT c.span_start + p - c.work_before, c.span_end INTO due, closes FROM sandglass.calendar_span c
		WHERE c.calendar_id = $1 AND c.revision = $2 AND c.work_before < p ORDER BY c.work_before DESC LIMIT 1;
	IF seconds = 0 THEN
		due := start;
	END IF;
	IF due < closes THEN
		breach := due;
	ELSIF due = closes OR seconds = 0 THEN -- used up exactly at closing time: met until the next opening
		SELECT c.span_start INTO breach FROM sandglass.calendar_span c
			WHERE c.calendar_id = $1 AND c.revision = $2 AND c.work_before >= p ORDER BY c.work_before LIMIT 1;
	END IF;
	IF breach IS NULL THEN
		PERFORM sandglass.refuse('SG004', 'the calendar ends (with 2099) before this much working time is over');
	END IF;
END $$;

-- The current revision of the calendar of that name; SG003 when there is none.
CREATE FUNCTION calendar_named(name text) RETURNS calendar LANGUAGE plpgsql STABLE AS $$
DECLARE
	found_calendar sandglass.calendar;
BEGIN
	SELECT * INTO found_calendar FROM sandglass.calendar c WHERE c.name = calendar_named.name;
	IF NOT FOUND THEN
		PERFORM sandglass.refuse('SG003', format('there is no calendar "%s"; there is %s', name,
			coalesce((SELECT string_agg(format('"%s"', c.name), ', ' ORDER BY c.name) FROM sandglass.calendar c), 'none')));
	END IF;
	RETURN found_calendar;
END $$;

CREATE FUNCTION require_covered(instant timestamptz) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
	t bigint := floor(extract(epoch FROM instant))::bigint;
BEGIN
	IF t IS NULL OR t < 631152000 OR t > 4102444800 THEN
		PERFORM sandglass.refuse('SG004', format('%s is outside 1990 to 2099', instant));
	END IF;
	RETURN t;
END $$;

-- The two questions of `sandglass clock`, for viewers. Instants count as the second that they lie in.
CREATE FUNCTION clock_add(calendar text, at timestamptz, seconds bigint, OUT due_at timestamptz, OUT breach_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	c sandglass.calendar := calendar_named(calendar);
	w record;
BEGIN
	IF seconds IS NULL OR seconds < 0 THEN
		PERFORM refuse('SG004', format('%s seconds: the working time must not be negative', seconds));
	END IF;
	w := work_due(c.id, c.revision, require_covered(at), seconds);
	due_at := to_timestamp(w.due);
	breach_at := to_timestamp(w.breach);
END $$;

CREATE FUNCTION clock_between(calendar text, a timestamptz, b timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	c sandglass.calendar := calendar_named(calendar);
BEGIN
	RETURN work_between(c.id, c.revision, require_covered(a), require_covered(b));
END $$;

-- One "09:00-17:00" as the time since the day's midnight at which it begins and ends; an end that is not after its
-- beginning lies in the next day. SG007 when it is not two times of a day.
CREATE FUNCTION parse_hours(hours text, OUT opens interval, OUT closes interval) LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	IF hours !~ '^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$' THEN
		PERFORM sandglass.refuse('SG007', format('"%s" are no hours: write "09:00-17:00"', hours));
	END IF;
	opens := left(hours, 5)::interval;
	closes := right(hours, 5)::interval;
	IF closes <= opens THEN
		closes := closes + interval '24 hours';
	END IF;
END $$;

-- Makes the spans of a revision. Wall-clock times are read in the calendar's zone as PostgreSQL reads them: a time that
-- daylight saving leaves out is taken by the offset before the change, one that comes twice is the second. A span is as
-- long as it then really is. A night's hours belong to the day on which they begin; spans that touch or overlap (a night
-- shift into the next morning's, all of 24x7) become one.
CREATE FUNCTION calendar_expand(calendar int, revision int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	r sandglass.calendar_revision;
BEGIN
	SELECT * INTO r FROM sandglass.calendar_revision c WHERE c.calendar_id = $1 AND c.revision = $2;
	INSERT INTO sandglass.calendar_span
	WITH special AS ( -- the days that are not like their weekday
		SELECT (e ->> 'date')::timestamp AS day, e -> 'hours' AS hours
			FROM jsonb_array_elements(coalesce(r.definition -> 'exceptions', '[]')) AS e
		UNION ALL
		SELECT h::timestamp, '[]' FROM jsonb_array_elements_text(coalesce(r.definition -> 'holidays', '[]')) AS h
			WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(coalesce(r.definition -> 'exceptions', '[]')) AS e
				WHERE e ->> 'date' = h)
	), weekly AS MATERIALIZED ( -- else the hours are read anew for each of 40,000 days
		SELECT d.number, p.opens, p.closes
			FROM unnest(ARRAY['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']) WITH ORDINALITY AS d (name, number),
				jsonb_array_elements_text(coalesce(r.definition -> 'week' -> d.name, '[]')) AS h, parse_hours(h) AS p
	), wall AS (
		SELECT day + w.opens AS opens, day + w.closes AS closes
			FROM generate_series(timestamp '1989-12-30', timestamp '2100-01-02', interval '1 day') AS day
			JOIN weekly w ON w.number = extract(isodow FROM day)
			WHERE day NOT IN (SELECT s.day FROM special s)
		UNION ALL
		SELECT s.day + p.opens, s.day + p.closes
			FROM special s, jsonb_array_elements_text(s.hours) AS h, parse_hours(h) AS p
	), instants AS MATERIALIZED (
		SELECT greatest(extract(epoch FROM opens AT TIME ZONE r.zone)::bigint, calendar_begin()) AS opens,
			least(extract(epoch FROM closes AT TIME ZONE r.zone)::bigint, calendar_end()) AS closes
			FROM wall
	), reached AS ( -- how far those that open earlier reach
		SELECT opens, max(closes) OVER (ORDER BY opens, closes ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reach
			FROM instants WHERE closes > opens
	), span AS ( -- one begins where nothing reaches, and ends where what came before the next one reaches
		SELECT opens, lead(reach, 1, (SELECT max(i.closes) FROM instants i WHERE i.closes > i.opens)) OVER (ORDER BY opens) AS closes
			FROM reached WHERE reach IS NULL OR opens > reach
	)
	SELECT $1, $2, opens, closes,
		coalesce(sum(closes - opens) OVER (ORDER BY opens ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
		FROM span ORDER BY opens;
END $$;

-- Spans belong to a revision, and a revision that has spans stays.
CREATE FUNCTION calendar_span_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM (SELECT DISTINCT n.calendar_id, n.revision FROM made n) AS s
			WHERE NOT EXISTS (SELECT FROM sandglass.calendar_revision r
				WHERE r.calendar_id = s.calendar_id AND r.revision = s.revision FOR KEY SHARE)) THEN
		PERFORM sandglass.refuse('SG006', 'spans of a calendar revision that is not there');
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER calendar_span_revision_insert AFTER INSERT ON calendar_span REFERENCING NEW TABLE AS made
	FOR EACH STATEMENT EXECUTE FUNCTION calendar_span_revision();
CREATE TRIGGER calendar_span_revision_update AFTER UPDATE ON calendar_span REFERENCING NEW TABLE AS made
	FOR EACH STATEMENT EXECUTE FUNCTION calendar_span_revision();

CREATE FUNCTION calendar_revision_used() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM sandglass.calendar_span s WHERE s.calendar_id = OLD.calendar_id AND s.revision = OLD.revision) THEN
		PERFORM sandglass.refuse('SG006', 'a calendar revision that has spans stays');
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER calendar_revision_used AFTER DELETE OR UPDATE OF calendar_id, revision ON calendar_revision
	FOR EACH ROW EXECUTE FUNCTION calendar_revision_used();

-- Gives the calendar of that name this zone and these hours: a new calendar, a new revision, or nothing when it has them
-- already. Returns its id and whether anything changed. Running waits are the caller's business (clocks_recompute).
CREATE FUNCTION calendar_put(name text, zone text, definition jsonb, actor text, OUT id int, OUT changed boolean)
LANGUAGE plpgsql AS $$
DECLARE
	old record;
BEGIN
	SELECT c.id, c.revision, r.zone, r.definition INTO old
		FROM sandglass.calendar c JOIN sandglass.calendar_revision r ON r.calendar_id = c.id AND r.revision = c.revision
		WHERE c.name = calendar_put.name;
	id := old.id;
	changed := old.id IS NULL OR old.zone <> calendar_put.zone OR old.definition <> calendar_put.definition;
	IF NOT changed THEN
		RETURN;
	END IF;
	-- pg_timezone_names reads all of the zones' files; a zone that a calendar has was found there before.
	IF NOT EXISTS (SELECT FROM sandglass.calendar_revision k WHERE k.zone = calendar_put.zone)
			AND NOT EXISTS (SELECT FROM pg_timezone_names z WHERE z.name = calendar_put.zone) THEN
		PERFORM sandglass.refuse('SG007', format('calendar "%s": unknown time zone "%s"', name, zone));
	END IF;
	IF id IS NULL THEN
		INSERT INTO sandglass.calendar (name) VALUES (calendar_put.name) RETURNING calendar.id INTO id;
	ELSE
		UPDATE sandglass.calendar c SET revision = revision + 1 WHERE c.id = calendar_put.id;
	END IF;
	INSERT INTO sandglass.calendar_revision (calendar_id, revision, zone, definition, actor)
		VALUES (id, coalesce(old.revision, 0) + 1, calendar_put.zone, calendar_put.definition, calendar_put.actor);
	PERFORM sandglass.calendar_expand(id, coalesce(old.revision, 0) + 1);
	IF NOT EXISTS (SELECT FROM sandglass.calendar_span s WHERE s.calendar_id = calendar_put.id
			AND s.revision = coalesce(old.revision, 0) + 1) THEN
		PERFORM sandglass.refuse('SG007', format('calendar "%s" is never open', name));
	END IF;
END $$;
