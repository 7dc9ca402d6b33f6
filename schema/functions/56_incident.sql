-- Incidents: what several tickets are about at once. An incident has a number and a title; a ticket is linked to one at most.

CREATE TRIGGER incident_directory AFTER INSERT OR UPDATE OR DELETE ON incident
	FOR EACH STATEMENT EXECUTE FUNCTION directory_mark_changed();
CREATE TRIGGER incident_wake AFTER INSERT OR UPDATE OR DELETE ON incident
	FOR EACH STATEMENT EXECUTE FUNCTION wake();

-- "3 (Google Ads imports fail)"; NULL for none.
CREATE FUNCTION incident_words(incident bigint) RETURNS text LANGUAGE sql STABLE AS $$
	SELECT format('%s (%s)', i.id, i.title) FROM sandglass.incident i WHERE i.id = incident
$$;

-- Opens an incident; its number. Asked again with the same request id, it is the same one. The title becomes one line.
CREATE FUNCTION incident_open_at(instant timestamptz, request_id uuid, title text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	w write_context := write_enter(request_id, 'incident');
	one_line text := btrim(regexp_replace(require_text(title, 'the title'), '[\s[:cntrl:]]+', ' ', 'g'));
	incident_id bigint;
BEGIN
	IF w.repeated THEN
		SELECT e.after ->> 'incident_id' INTO STRICT incident_id FROM event e
			WHERE e.request_id = incident_open_at.request_id AND e.action = 'incident';
		RETURN incident_id;
	END IF;
	IF length(one_line) > 120 THEN
		PERFORM refuse('SG004', 'the title of an incident has at most 120 characters');
	END IF;
	w.at := coalesce(instant, clock_timestamp());
	INSERT INTO incident AS i (title, opened_at, opened_by) VALUES (one_line, w.at, (w.agent).id) RETURNING i.id INTO incident_id;
	INSERT INTO event (request_id, actor, agent_id, action, after, at)
		VALUES (incident_open_at.request_id, w.actor, (w.agent).id, w.action,
			jsonb_build_object('incident_id', incident_id, 'title', one_line), w.at);
	RETURN incident_id;
END $$;

-- Links the ticket to an open incident, or to none (NULL). With a title it is to a new one, which is opened with the first of
-- the tickets that bring the same incident_request.
CREATE FUNCTION ticket_link_at(instant timestamptz, request_id uuid, ticket_id bigint, expected_version int, incident_id bigint,
	title text DEFAULT NULL, incident_request uuid DEFAULT NULL) RETURNS write_result
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	w write_context := write_begin(request_id, 'link', ticket_id, expected_version, instant);
	target incident;
BEGIN
	IF w.repeated THEN
		RETURN w.result;
	END IF;
	w.after.incident_id := incident_id;
	IF title IS NOT NULL THEN
		w.after.incident_id := incident_open_at(w.at, incident_request, title);
		w.note := jsonb_build_object('opens', true);
	END IF;
	IF (w.after).incident_id IS NOT NULL THEN
		SELECT * INTO target FROM incident i WHERE i.id = (w.after).incident_id FOR SHARE; -- nobody closes it meanwhile
		IF NOT FOUND THEN
			PERFORM refuse('SG003', format('there is no incident %s', incident_id));
		ELSIF target.closed_at IS NOT NULL THEN
			PERFORM refuse('SG006', format('incident %s is closed', incident_words(target.id)));
		END IF;
	END IF;
	RETURN write_end(w);
END $$;

-- A link was taken back: the incident that was opened with it is closed again when no ticket is left in it.
CREATE FUNCTION incident_abandon(e event, instant timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	incident bigint := (e.after ->> 'incident_id')::bigint;
BEGIN
	IF e.after ? 'opens' THEN
		PERFORM FROM sandglass.incident i WHERE i.id = incident FOR UPDATE; -- waits for a link that is just being made
		UPDATE sandglass.incident i SET closed_at = instant WHERE i.id = incident AND i.closed_at IS NULL
			AND NOT EXISTS (SELECT FROM sandglass.ticket t WHERE t.incident_id = i.id);
		IF FOUND THEN
			INSERT INTO sandglass.event (actor, agent_id, action, after, at)
				VALUES (e.actor, e.agent_id, 'incident', jsonb_build_object('incident_id', incident, 'closed', true), instant);
		END IF;
	END IF;
END $$;

-- ---- the same, now --------------------------------------------------------------------------------

CREATE FUNCTION incident_open(request_id uuid, title text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ BEGIN RETURN incident_open_at(NULL, request_id, title); END $$;

CREATE FUNCTION ticket_link(request_id uuid, ticket_id bigint, expected_version int, incident_id bigint, title text DEFAULT NULL,
	incident_request uuid DEFAULT NULL) RETURNS write_result
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ BEGIN RETURN ticket_link_at(NULL, request_id, ticket_id, expected_version, incident_id, title, incident_request); END $$;
