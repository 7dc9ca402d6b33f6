-- Macros. The console asks for all that the caller may use (console_macro), fills in their texts itself, and sends what
-- the agent saw: the actions travel with the request, as {"macro": name, "status", "hold_for", "priority", "tags_add": [],
-- "tags_remove": [], "assignee": login, "me" or "-"}, so a macro that was changed meanwhile does nothing unseen. ticket_reply and
-- ticket_note take the same beside their text (write_macro).

-- ---- using them ------------------------------------------------------------------------------------

-- One of an enum's words, or NULL for none; SG004 for another.
CREATE FUNCTION macro_word(actions jsonb, key text, words text[]) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	word text := actions ->> key;
BEGIN
	IF word IS NOT NULL AND word <> ALL (words) THEN
		PERFORM sandglass.refuse('SG004', format('"%s" is no %s; %s', word, key, array_to_string(words, ', ')));
	END IF;
	RETURN word;
END $$;

-- A list of tags among the actions.
CREATE FUNCTION macro_tags(actions jsonb, key text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	IF jsonb_typeof(actions -> key) IS DISTINCT FROM 'array' THEN
		RETURN '{}';
	END IF;
	RETURN sandglass.tags_normal(ARRAY(SELECT jsonb_array_elements_text(actions -> key)));
END $$;

-- The agent that the actions give a ticket to, or the row's NULL for nobody; SG004 when there is no such agent.
CREATE FUNCTION macro_assignee(login text, caller agent) RETURNS int LANGUAGE plpgsql STABLE AS $$
DECLARE
	id int;
BEGIN
	IF login = 'me' THEN
		RETURN caller.id;
	ELSIF login = '-' THEN
		RETURN NULL;
	END IF;
	SELECT a.id INTO id FROM sandglass.agent a WHERE a.login = macro_assignee.login AND a.active;
	IF NOT FOUND THEN
		PERFORM sandglass.refuse('SG004', format('there is no active agent "%s"', login));
	END IF;
	RETURN id;
END $$;

-- Puts what the macro does into the ticket in hand, and its name and deeds into the event. With status_is_chosen its status is left
-- out: an outcome that the agent chose wins. NULL does nothing.
CREATE FUNCTION write_macro(INOUT w write_context, actions jsonb, status_is_chosen boolean) LANGUAGE plpgsql AS $$
DECLARE
	word text;
BEGIN
	IF actions IS NULL THEN
		RETURN;
	END IF;
	word := sandglass.macro_word(actions, 'status', ARRAY['new', 'open', 'pending', 'hold', 'closed']);
	IF word IS NOT NULL AND NOT status_is_chosen THEN
		w.after.status := word::sandglass.status;
		w.after.hold_for := actions ->> 'hold_for';
	END IF;
	word := sandglass.macro_word(actions, 'priority', ARRAY['urgent', 'high', 'normal']);
	IF word IS NOT NULL THEN
		w.after.priority := word::sandglass.priority;
	END IF;
	IF actions ? 'tags_add' OR actions ? 'tags_remove' THEN
		w.after.tags := sandglass.tags_normal(ARRAY(SELECT t FROM unnest((w.after).tags) t
			WHERE t <> ALL (sandglass.macro_tags(actions, 'tags_remove'))) || sandglass.macro_tags(actions, 'tags_add'));
	END IF;
	IF actions ? 'assignee' THEN
		w.after.assignee_id := sandglass.macro_assignee(actions ->> 'assignee', w.agent);
	END IF;
	w.note := w.note || jsonb_build_object('macro', coalesce(actions ->> 'macro', ''), 'deeds', actions);
END $$;

-- Does what a macro without a text does, as one action with one event. A status that hides the ticket while a customer
-- waits is refused as ticket_set_status refuses it.
CREATE FUNCTION ticket_macro_at(instant timestamptz, request_id uuid, ticket_id bigint, expected_version int, actions jsonb,
	wait_goes_on boolean DEFAULT false) RETURNS write_result
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	w write_context := write_begin(request_id, 'macro', ticket_id, expected_version, instant);
BEGIN
	IF w.repeated THEN
		RETURN w.result;
	END IF;
	w := write_macro(w, require_actions(actions), false);
	PERFORM require_no_wait(w, wait_goes_on);
	RETURN write_end(w);
END $$;

CREATE FUNCTION ticket_macro(request_id uuid, ticket_id bigint, expected_version int, actions jsonb,
	wait_goes_on boolean DEFAULT false) RETURNS write_result
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ BEGIN RETURN ticket_macro_at(NULL, request_id, ticket_id, expected_version, actions, wait_goes_on); END $$;

-- Actions that do something; SG004 otherwise.
CREATE FUNCTION require_actions(actions jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	IF jsonb_typeof(actions) IS DISTINCT FROM 'object'
			OR NOT actions ?| ARRAY['status', 'priority', 'tags_add', 'tags_remove', 'assignee'] THEN
		PERFORM sandglass.refuse('SG004', 'the macro does nothing: it has no text and changes nothing on the ticket');
	END IF;
	RETURN actions;
END $$;

-- ---- keeping them -----------------------------------------------------------------------------------

-- The agent that the caller is, or NULL: the owner of the schema need not be one.
CREATE FUNCTION macro_caller() RETURNS agent LANGUAGE plpgsql STABLE AS $$
DECLARE
	me sandglass.agent;
BEGIN
	SELECT * INTO me FROM sandglass.agent a WHERE a.login = (SELECT sandglass.caller()) AND a.active;
	RETURN me;
END $$;

-- Whether the caller, who is that agent, may change macros of the place: one's own, those of one's team; a lead all but
-- other agents' own.
CREATE FUNCTION macro_may_change(me agent, of_agent int, of_team int) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
	IF NOT (pg_has_role(session_user, 'sandglass_agent', 'USAGE') OR sandglass.is_owner()) THEN
		RETURN false;
	ELSIF of_agent IS NOT NULL THEN
		RETURN coalesce(of_agent = me.id, false);
	END IF;
	RETURN coalesce(of_team = me.team_id, false) OR pg_has_role(session_user, 'sandglass_lead', 'USAGE')
		OR sandglass.is_owner();
END $$;

CREATE FUNCTION macro_require_change(me agent, of_agent int, of_team int) RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
	IF sandglass.macro_may_change(me, of_agent, of_team) THEN
		RETURN;
	ELSIF of_agent IS NOT NULL THEN
		PERFORM sandglass.refuse('SG002', 'this macro is another agent''s own');
	ELSIF of_team IS NOT NULL THEN
		PERFORM sandglass.refuse('SG002', format('macros of the team %s are kept by its members and by leads',
			(SELECT t.name FROM sandglass.team t WHERE t.id = of_team)));
	END IF;
	PERFORM sandglass.refuse('SG002', 'shared macros are kept by leads; "for: own" or "for: team" makes it yours or your team''s');
END $$;

-- What the caller may use: his own, his team's, the shared ones; own before team before shared, by name. Leads see those of all
-- teams. tags_add and tags_remove are parted by commas.
CREATE FUNCTION console_macro(OUT id int, OUT version int, OUT place text, OUT team text, OUT name text, OUT kind text,
	OUT body text, OUT status text, OUT hold_for text, OUT priority text, OUT tags_add text, OUT tags_remove text,
	OUT assignee text, OUT may_change boolean) RETURNS SETOF record
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	me agent := macro_caller();
BEGIN
	PERFORM require_role('viewer');
	RETURN QUERY SELECT m.id, m.version, CASE WHEN m.agent_id IS NOT NULL THEN 'own' WHEN m.team_id IS NOT NULL THEN 'team' ELSE 'shared' END,
			t.name, m.name, m.kind::text, m.body, m.status::text, m.hold_for, m.priority::text, array_to_string(m.tags_add, ','),
			array_to_string(m.tags_remove, ','), m.assignee, macro_may_change(me, m.agent_id, m.team_id)
		FROM macro m LEFT JOIN team t ON t.id = m.team_id
		WHERE m.agent_id = me.id OR (m.agent_id IS NULL AND (m.team_id IS NULL OR m.team_id = me.team_id
			OR pg_has_role(session_user, 'sandglass_lead', 'USAGE')))
		ORDER BY m.agent_id IS NULL, m.team_id IS NULL, m.name, m.id;
END $$;

-- The team that a macro is for: the named one, or the caller's own.
CREATE FUNCTION macro_team(me agent, team_name text) RETURNS int LANGUAGE plpgsql STABLE AS $$
DECLARE
	id int := me.team_id;
BEGIN
	IF team_name IS NOT NULL THEN
		id := sandglass.team_named(team_name);
	ELSIF id IS NULL THEN
		PERFORM sandglass.refuse('SG004', 'you are in no team: say which, "for: team NAME"');
	END IF;
	RETURN id;
END $$;

-- The row that a macro's description makes, before rights are looked at. SG004 for what it must not say.
CREATE FUNCTION macro_read(me agent, described jsonb) RETURNS macro LANGUAGE plpgsql STABLE AS $$
DECLARE
	m sandglass.macro;
	place text := coalesce(sandglass.macro_word(described, 'place', ARRAY['own', 'team', 'shared']), 'own');
BEGIN
	m.name := btrim(sandglass.require_text(described ->> 'name', 'the macro''s name'));
	IF length(m.name) > 80 OR m.name ~ '[[:cntrl:]]' THEN
		PERFORM sandglass.refuse('SG004', 'a macro''s name is one line of at most 80 characters');
	END IF;
	IF place = 'own' AND me.id IS NULL THEN
		PERFORM sandglass.refuse('SG002', format('%s is no agent and has no macros of his own', sandglass.caller()));
	END IF;
	m.agent_id := CASE place WHEN 'own' THEN me.id END;
	m.team_id := CASE place WHEN 'team' THEN sandglass.macro_team(me, described ->> 'team') END;
	m.kind := coalesce(sandglass.macro_word(described, 'kind', ARRAY['reply', 'note']), 'reply');
	m.body := coalesce(described ->> 'body', '');
	m.status := sandglass.macro_word(described, 'status', ARRAY['new', 'open', 'pending', 'hold', 'closed']);
	m.hold_for := CASE m.status WHEN 'hold' THEN btrim(sandglass.require_text(described ->> 'hold_for', 'whom the ticket waits for')) END;
	m.priority := sandglass.macro_word(described, 'priority', ARRAY['urgent', 'high', 'normal']);
	m.tags_add := sandglass.macro_tags(described, 'tags_add');
	m.tags_remove := sandglass.macro_tags(described, 'tags_remove');
	m.assignee := described ->> 'assignee';
	IF m.assignee IS NOT NULL THEN
		PERFORM sandglass.macro_assignee(m.assignee, me);
	END IF;
	IF m.body !~ '\S' THEN
		PERFORM sandglass.require_actions(described);
	ELSIF m.kind = 'reply' AND m.status = 'new' THEN
		PERFORM sandglass.refuse('SG004', 'a ticket that was answered is not new');
	END IF;
	RETURN m;
END $$;

-- The macro of that id, locked. SG003 when it is gone; SG001 when it is not at the version that the caller saw (0: any).
CREATE FUNCTION macro_take(macro_id int, expected_version int) RETURNS macro LANGUAGE plpgsql AS $$
DECLARE
	m sandglass.macro;
BEGIN
	SELECT * INTO m FROM sandglass.macro x WHERE x.id = macro_id FOR UPDATE;
	IF NOT FOUND THEN
		PERFORM sandglass.refuse('SG003', 'there is no such macro any more');
	ELSIF expected_version <> 0 AND expected_version <> m.version THEN
		PERFORM sandglass.refuse('SG001', format('%s changed the macro "%s" %s ago', m.updated_by, m.name,
			sandglass.ago(m.updated_at, clock_timestamp())));
	END IF;
	RETURN m;
END $$;

-- Keeps a macro: {"place": own, team or shared, "team": name, "name", "kind": reply or note, "body"} and the actions. With an
-- "id" that one is changed, and may get another name or place; without, the one of that name in that place, or a new one.
CREATE FUNCTION macro_save(described jsonb, expected_version int DEFAULT 0, OUT id int, OUT version int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	me agent := macro_caller();
	m macro;
	was macro;
BEGIN
	PERFORM require_role('agent');
	PERFORM pg_advisory_xact_lock(1935765091, 3); -- one of that name, not two, when two are kept at once
	m := macro_read(me, described);
	id := (described ->> 'id')::int;
	IF id IS NULL THEN
		id := (SELECT x.id FROM macro x WHERE (x.agent_id, x.team_id, x.name) IS NOT DISTINCT FROM (m.agent_id, m.team_id, m.name));
	END IF;
	IF id IS NOT NULL THEN
		was := macro_take(id, expected_version);
		PERFORM macro_require_change(me, was.agent_id, was.team_id);
	END IF;
	PERFORM macro_require_change(me, m.agent_id, m.team_id);
	IF EXISTS (SELECT FROM macro x WHERE x.id IS DISTINCT FROM macro_save.id
			AND (x.agent_id, x.team_id, x.name) IS NOT DISTINCT FROM (m.agent_id, m.team_id, m.name)) THEN
		PERFORM refuse('SG004', format('there is a macro "%s" there already', m.name));
	END IF;
	version := coalesce(was.version, 0) + 1;
	INSERT INTO macro AS x OVERRIDING SYSTEM VALUE
		VALUES (coalesce(macro_save.id, nextval(pg_get_serial_sequence('macro', 'id'))::int), m.name, m.body, m.status, macro_save.version,
			m.agent_id, m.team_id, m.kind, m.hold_for, m.priority, m.tags_add, m.tags_remove, m.assignee, caller(), clock_timestamp())
		ON CONFLICT ON CONSTRAINT macro_pkey DO UPDATE SET (name, body, status, version, agent_id, team_id, kind, hold_for, priority,
			tags_add, tags_remove, assignee, updated_by, updated_at) = (excluded.name, excluded.body, excluded.status, excluded.version,
			excluded.agent_id, excluded.team_id, excluded.kind, excluded.hold_for, excluded.priority, excluded.tags_add, excluded.tags_remove,
			excluded.assignee, excluded.updated_by, excluded.updated_at)
		RETURNING x.id INTO id;
END $$;

CREATE FUNCTION macro_delete(macro_id int, expected_version int DEFAULT 0) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	m macro;
BEGIN
	PERFORM require_role('agent');
	m := macro_take(macro_id, expected_version);
	PERFORM macro_require_change(macro_caller(), m.agent_id, m.team_id);
	DELETE FROM macro x WHERE x.id = macro_id;
END $$;
