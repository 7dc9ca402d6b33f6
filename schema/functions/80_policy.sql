-- The policy: plans, targets, calendars, the agreement's words. One JSON document of the shape of the policy file.

-- Refuses the policy with one line (SG007).
CREATE FUNCTION policy_require(holds boolean, message text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF holds IS NOT TRUE THEN
		PERFORM sandglass.refuse('SG007', message);
	END IF;
END $$;

-- A calendar's hours as they are stored: days without hours left out, days in order, so that equal ones compare equal.
CREATE FUNCTION policy_calendar_definition(calendar jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
	SELECT jsonb_build_object(
		'week', (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(coalesce(calendar -> 'week', '{}'))
			WHERE value <> '[]'),
		'holidays', (SELECT coalesce(jsonb_agg(d ORDER BY d), '[]') FROM (
			SELECT DISTINCT h AS d FROM jsonb_array_elements_text(coalesce(calendar -> 'holidays', '[]')) h) x),
		'exceptions', (SELECT coalesce(jsonb_agg(jsonb_build_object('date', e ->> 'date', 'hours', coalesce(e -> 'hours', '[]'))
			ORDER BY e ->> 'date'), '[]') FROM jsonb_array_elements(coalesce(calendar -> 'exceptions', '[]')) e))
$$;

CREATE FUNCTION policy_check_calendar(calendar jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	name text := calendar ->> 'name';
	day text;
	hours text;
BEGIN
	PERFORM sandglass.policy_require(name ~ '\S', 'a calendar has no name');
	FOR day IN SELECT jsonb_object_keys(coalesce(calendar -> 'week', '{}')) LOOP
		PERFORM sandglass.policy_require(day IN ('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'),
			format('calendar "%s": "%s" is no day of the week', name, day));
	END LOOP;
	FOR day IN SELECT jsonb_array_elements_text(coalesce(calendar -> 'holidays', '[]'))
			UNION ALL SELECT e ->> 'date' FROM jsonb_array_elements(coalesce(calendar -> 'exceptions', '[]')) e LOOP
		BEGIN
			PERFORM sandglass.policy_require(day ~ '^\d{4}-\d\d-\d\d$' AND day::date IS NOT NULL, 'no date');
		EXCEPTION WHEN OTHERS THEN
			PERFORM sandglass.refuse('SG007', format('calendar "%s": "%s" is no date', name, day));
		END;
	END LOOP;
	SELECT min(x) INTO day FROM (SELECT e ->> 'date' AS x FROM jsonb_array_elements(coalesce(calendar -> 'exceptions', '[]')) e
		GROUP BY 1 HAVING count(*) > 1) twice;
	PERFORM sandglass.policy_require(day IS NULL, format('calendar "%s": two exceptions for %s', name, day));
	FOR hours IN SELECT jsonb_array_elements_text(value) FROM jsonb_each(coalesce(calendar -> 'week', '{}'))
			UNION ALL SELECT jsonb_array_elements_text(coalesce(e -> 'hours', '[]'))
				FROM jsonb_array_elements(coalesce(calendar -> 'exceptions', '[]')) e LOOP
		PERFORM sandglass.parse_hours(hours);
	END LOOP;
END $$;

-- Calendars: puts those that are named, takes away those that are not. Returns the ids of the changed ones.
CREATE FUNCTION policy_apply_calendars(calendars jsonb, actor text) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
	c jsonb;
	put record;
	changed int[] := '{}';
BEGIN
	FOR c IN SELECT jsonb_array_elements(calendars) LOOP
		PERFORM sandglass.policy_check_calendar(c);
		SELECT * INTO put FROM sandglass.calendar_put(c ->> 'name', c ->> 'zone', sandglass.policy_calendar_definition(c), actor);
		IF put.changed THEN
			changed := changed || put.id;
		END IF;
	END LOOP;
	RETURN changed;
END $$;

-- The targets of one plan: put as a set.
CREATE FUNCTION policy_apply_targets(plan int, plan_name text, targets jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	t jsonb;
	calendar int;
BEGIN
	DELETE FROM sandglass.sla_policy p WHERE p.plan_id = plan;
	FOR t IN SELECT jsonb_array_elements(coalesce(targets, '[]')) LOOP
		SELECT c.id INTO calendar FROM sandglass.calendar c WHERE c.name = t ->> 'calendar';
		PERFORM sandglass.policy_require(calendar IS NOT NULL,
			format('plan "%s": there is no calendar "%s"', plan_name, t ->> 'calendar'));
		PERFORM sandglass.policy_require((t ->> 'time_s')::numeric BETWEEN 1 AND 2147483647,
			format('plan "%s": a target must be positive and below 68 years', plan_name));
		BEGIN
			INSERT INTO sandglass.sla_policy (plan_id, metric, target_s, calendar_id, priority, channel, pause_on)
				VALUES (plan, (t ->> 'metric')::clock_metric, (t ->> 'time_s')::int, calendar, (t ->> 'priority')::priority,
					(t ->> 'channel')::channel, CASE WHEN jsonb_typeof(t -> 'pause_on') = 'array'
						THEN ARRAY(SELECT DISTINCT jsonb_array_elements_text(t -> 'pause_on')::status ORDER BY 1)
						WHEN t ->> 'metric' = 'resolution' THEN '{pending,hold}' ELSE '{}' END);
		EXCEPTION
			WHEN unique_violation THEN
				PERFORM sandglass.refuse('SG007', format('plan "%s": two targets for the same %s', plan_name, t ->> 'metric'));
			WHEN invalid_text_representation OR not_null_violation THEN
				PERFORM sandglass.refuse('SG007', format('plan "%s": a target names an unknown metric, priority, channel or status: %s', plan_name, t));
		END;
	END LOOP;
	PERFORM sandglass.policy_require(EXISTS (SELECT FROM sandglass.sla_policy p WHERE p.plan_id = plan),
		format('plan "%s" has no target', plan_name));
END $$;

-- Takes away the plans that the policy does not name; one that somebody uses is refused.
CREATE FUNCTION policy_drop_plans(plans jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	p sandglass.plan;
	users text;
BEGIN
	FOR p IN SELECT * FROM sandglass.plan x WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(plans) j
			WHERE j ->> 'name' = x.name AND coalesce((j ->> 'archived')::boolean, false) = x.archived) LOOP
		SELECT string_agg(o.name, ', ' ORDER BY o.name) INTO users
			FROM (SELECT k.name FROM sandglass.organization k WHERE k.plan_id = p.id ORDER BY k.name LIMIT 5) o;
		IF users IS NULL AND EXISTS (SELECT FROM sandglass.sla_clock c WHERE c.plan_id = p.id) THEN
			users := 'waits in the ledger';
		END IF;
		PERFORM sandglass.policy_require(users IS NULL, format('plan "%s"%s cannot go, it is used by %s', p.name,
			CASE WHEN p.archived THEN ' (archived)' ELSE '' END, users));
		DELETE FROM sandglass.sla_policy t WHERE t.plan_id = p.id;
		DELETE FROM sandglass.plan x WHERE x.id = p.id;
	END LOOP;
END $$;

-- The same for calendars. The plans' targets are those of the new policy by now.
CREATE FUNCTION policy_drop_calendars(calendars jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	c sandglass.calendar;
	users text;
BEGIN
	FOR c IN SELECT * FROM sandglass.calendar x
			WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(calendars) j WHERE j ->> 'name' = x.name) LOOP
		SELECT string_agg(DISTINCT format('plan "%s"', p.name), ', ') INTO users
			FROM sandglass.sla_policy t JOIN sandglass.plan p ON p.id = t.plan_id WHERE t.calendar_id = c.id;
		IF users IS NULL AND EXISTS (SELECT FROM sandglass.sla_clock k WHERE k.calendar_id = c.id) THEN
			users := 'waits in the ledger';
		END IF;
		PERFORM sandglass.policy_require(users IS NULL, format('calendar "%s" cannot go, it is used by %s', c.name, users));
		DELETE FROM sandglass.calendar_span s WHERE s.calendar_id = c.id;
		DELETE FROM sandglass.calendar_revision r WHERE r.calendar_id = c.id;
		DELETE FROM sandglass.calendar x WHERE x.id = c.id;
	END LOOP;
END $$;

CREATE FUNCTION policy_apply_plans(plans jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	p jsonb;
	plan int;
BEGIN
	FOR p IN SELECT jsonb_array_elements(plans) LOOP
		PERFORM sandglass.policy_require(p ->> 'name' ~ '\S', 'a plan has no name');
		INSERT INTO sandglass.plan AS x (name, archived, short_name, entitlements)
			VALUES (p ->> 'name', coalesce((p ->> 'archived')::boolean, false), coalesce(nullif(p ->> 'short', ''), left(p ->> 'name', 4)),
				ARRAY(SELECT jsonb_array_elements_text(coalesce(p -> 'entitlements', '[]'))))
			ON CONFLICT ON CONSTRAINT plan_name_archived_key
				DO UPDATE SET short_name = excluded.short_name, entitlements = excluded.entitlements
			RETURNING x.id INTO plan;
		PERFORM sandglass.policy_apply_targets(plan, p ->> 'name', p -> 'targets');
	END LOOP;
END $$;

-- The words of priorities and statuses; a list that is not there leaves its words as they are.
CREATE FUNCTION policy_apply_words(policy jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF jsonb_typeof(policy -> 'priorities') = 'array' THEN
		DELETE FROM sandglass.priority_definition;
		INSERT INTO sandglass.priority_definition
			SELECT (d ->> 'name')::priority, coalesce(d ->> 'label', d ->> 'name'), coalesce(d ->> 'when', '')
				FROM jsonb_array_elements(policy -> 'priorities') d;
	END IF;
	IF jsonb_typeof(policy -> 'statuses') = 'array' THEN
		DELETE FROM sandglass.status_definition;
		INSERT INTO sandglass.status_definition
			SELECT (d ->> 'name')::status, coalesce(d ->> 'label', d ->> 'name'), coalesce(d ->> 'meaning', '')
				FROM jsonb_array_elements(policy -> 'statuses') d;
	END IF;
EXCEPTION
	WHEN invalid_text_representation OR unique_violation OR not_null_violation THEN
		PERFORM sandglass.refuse('SG007', format('priorities or statuses: %s', SQLERRM));
END $$;

-- The policy as a document: what policy_apply made of the last one, in a fixed order, so that two can be compared.
CREATE FUNCTION policy_export() RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
	SELECT jsonb_build_object(
		'revision', (SELECT s.value::bigint FROM setting s WHERE s.name = 'policy_revision'),
		'support_address', (SELECT s.value FROM setting s WHERE s.name = 'support_address'),
		'send_delay_s', (SELECT s.value::int FROM setting s WHERE s.name = 'send_delay'),
		'calendars', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', c.name, 'zone', r.zone) || r.definition ORDER BY c.id), '[]')
			FROM calendar c JOIN calendar_revision r ON r.calendar_id = c.id AND r.revision = c.revision),
		'plans', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', p.name, 'short', p.short_name, 'archived', p.archived,
				'entitlements', to_jsonb(p.entitlements), 'targets', (
					SELECT coalesce(jsonb_agg(jsonb_build_object('metric', t.metric, 'time_s', t.target_s, 'calendar', c.name,
							'priority', t.priority, 'channel', t.channel, 'pause_on', to_jsonb(t.pause_on))
						ORDER BY t.metric, t.priority NULLS FIRST, t.channel NULLS FIRST), '[]')
					FROM sla_policy t JOIN calendar c ON c.id = t.calendar_id WHERE t.plan_id = p.id)) ORDER BY p.id), '[]')
			FROM plan p),
		'priorities', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', d.priority, 'label', d.label, 'when', d.meaning)
			ORDER BY d.priority), '[]') FROM priority_definition d),
		'statuses', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', d.status, 'label', d.label, 'meaning', d.meaning)
			ORDER BY d.status), '[]') FROM status_definition d))
$$;

-- Makes this the policy: calendars, plans and targets as the document says, nothing else left; support address, the delay of
-- replies and words where it names them. Running waits follow, each with an event; finished ones are not touched. Returns how many waits
-- changed. Applying the same again changes nothing. expected_revision: the "revision" of the policy_export that the new
-- policy was made from; when somebody applied another one since, SG001 says who. NULL: whatever is there.
CREATE FUNCTION policy_apply_at(instant timestamptz, policy jsonb, expected_revision bigint DEFAULT NULL) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	was jsonb;
	is_now jsonb;
	changed int[];
	waits int := 0;
BEGIN
	PERFORM require_role('lead');
	PERFORM policy_lock(true);
	PERFORM policy_require(jsonb_typeof(policy -> 'calendars') = 'array' AND jsonb_typeof(policy -> 'plans') = 'array',
		'a policy needs calendars and plans');
	was := policy_export();
	IF expected_revision <> (was ->> 'revision')::bigint THEN
		PERFORM refuse('SG001', coalesce((SELECT format('%s applied another policy %s ago', e.actor,
				ago(e.at, coalesce(instant, clock_timestamp()))) FROM event e
			WHERE e.ticket_id IS NULL AND e.action = 'policy' ORDER BY e.id DESC LIMIT 1), 'this is not the revision of the policy'));
	END IF;
	PERFORM policy_require(coalesce((policy ->> 'send_delay_s')::numeric, 0) IN (SELECT generate_series(0, 3600)),
		'send_delay is from 0 s to 1 h, in whole seconds');
	UPDATE setting s SET value = policy ->> 'send_delay_s' WHERE s.name = 'send_delay' AND policy ->> 'send_delay_s' IS NOT NULL;
	UPDATE setting s SET value = lower(policy ->> 'support_address')
		WHERE s.name = 'support_address' AND policy ->> 'support_address' IS NOT NULL;
	changed := policy_apply_calendars(policy -> 'calendars', caller());
	PERFORM policy_apply_plans(policy -> 'plans');
	PERFORM policy_drop_plans(policy -> 'plans');
	PERFORM policy_drop_calendars(policy -> 'calendars');
	PERFORM policy_apply_words(policy);
	is_now := policy_export();
	IF was <> is_now THEN
		UPDATE setting s SET value = s.value::bigint + 1 WHERE s.name = 'policy_revision';
		INSERT INTO event (actor, action, before, after, at)
			VALUES (caller(), 'policy', was, is_now, coalesce(instant, clock_timestamp()));
		waits := clocks_recompute(NULL, coalesce(instant, clock_timestamp()), caller(),
			CASE WHEN changed <> '{}' AND was -> 'plans' = is_now -> 'plans' THEN 'calendar' ELSE 'policy' END);
	END IF;
	RETURN waits;
END $$;

CREATE FUNCTION policy_apply(policy jsonb, expected_revision bigint DEFAULT NULL) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ BEGIN RETURN policy_apply_at(NULL, policy, expected_revision); END $$;
