-- What a ticket is about, for whom and whose: its subject, its requester, the requester's organization, its team.

CREATE FUNCTION ticket_set_subject_at(instant timestamptz, request_id uuid, ticket_id bigint, expected_version int, subject text)
RETURNS write_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	w write_context := write_begin(request_id, 'subject', ticket_id, expected_version, instant);
BEGIN
	IF w.repeated THEN
		RETURN w.result;
	END IF;
	w.after.subject := btrim(regexp_replace(require_text(subject, 'the subject'), '\s+', ' ', 'g'));
	RETURN write_end(w);
END $$;

-- ---- requester ------------------------------------------------------------------------------------

-- Who of those who wrote on the ticket is a customer there when it goes from one requester to another: the new one and who is
-- of his organization, and no longer the old one and his, unless that is the same. The others (a merge brought them) stay what
-- they are. `changed`: the messages whose author is another kind now.
CREATE FUNCTION requester_swap(ticket bigint, was contact, is_now contact, OUT changed bigint[]) LANGUAGE plpgsql AS $$
BEGIN
	WITH m AS (
		UPDATE sandglass.message x
			SET author_kind = CASE x.author_kind WHEN 'customer' THEN 'third_party'::sandglass.author_kind ELSE 'customer' END
			FROM sandglass.contact k
			WHERE x.ticket_id = ticket AND k.id = x.contact_id AND x.kind = 'public' AND CASE
				WHEN k.id = is_now.id OR k.organization_id = is_now.organization_id THEN x.author_kind = 'third_party'
					AND NOT EXISTS (SELECT FROM sandglass.agent a WHERE a.email = k.email)
				ELSE x.author_kind = 'customer' AND (k.id = was.id OR k.organization_id = was.organization_id) END
			RETURNING x.id)
	SELECT coalesce(array_agg(m.id ORDER BY m.id), '{}') INTO changed FROM m;
END $$;

-- Takes that back.
CREATE FUNCTION requester_swap_back(e event) RETURNS void LANGUAGE sql AS $$
	UPDATE sandglass.message x
		SET author_kind = CASE x.author_kind WHEN 'customer' THEN 'third_party'::sandglass.author_kind ELSE 'customer' END
		WHERE x.ticket_id = e.ticket_id AND x.id IN (SELECT jsonb_array_elements_text(e.after -> 'authors')::bigint)
$$;

-- Where the ticket belongs whose requester is the old one again: where it belonged, unless he was moved since, which his open
-- tickets follow (function contact_settle).
CREATE FUNCTION requester_back_in(t ticket, e event) RETURNS int LANGUAGE plpgsql STABLE AS $$
DECLARE
	is_now int := (SELECT k.organization_id FROM sandglass.contact k WHERE k.id = t.requester_id);
BEGIN
	RETURN CASE WHEN t.status <> 'closed' AND e.after ? 'organization_was'
			AND is_now IS DISTINCT FROM (e.after ->> 'organization_was')::int THEN is_now ELSE t.organization_id END;
END $$;

-- Makes the ticket this person's, who is entered when he is not known. His organization's plan holds for the waits that run;
-- their start stays, and answers go to him (function reply_route).
CREATE FUNCTION ticket_set_requester_at(instant timestamptz, request_id uuid, ticket_id bigint, expected_version int, email text,
	name text DEFAULT NULL) RETURNS write_result
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	w write_context := write_begin(request_id, 'requester', ticket_id, expected_version, instant);
	was contact;
	is_now contact;
BEGIN
	IF w.repeated THEN
		RETURN w.result;
	END IF;
	IF NOT is_address(btrim(email)) THEN
		PERFORM refuse('SG004', format('"%s" is no mail address', email));
	END IF;
	is_now := contact_for(email, coalesce(name, ''));
	SELECT * INTO was FROM contact k WHERE k.id = (w.before).requester_id;
	IF is_now.id <> was.id THEN
		w.after.requester_id := is_now.id;
		w.after.organization_id := is_now.organization_id;
		w.note := jsonb_build_object('authors', requester_swap(ticket_id, was, is_now), 'organization_was', was.organization_id);
		w.after := ticket_recount(w.after);
	END IF;
	RETURN write_end(w);
END $$;

-- ---- organization ---------------------------------------------------------------------------------

-- Says where the requester belongs, and with him all of his open tickets (function contact_settle). An agent may say it of
-- somebody who belongs nowhere; to move somebody, or to take him out (NULL), is a lead's.
CREATE FUNCTION ticket_set_organization_at(instant timestamptz, request_id uuid, ticket_id bigint, expected_version int,
	organization text) RETURNS write_result
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	w write_context;
	requester contact;
	target int;
	result write_result;
BEGIN
	PERFORM require_agent();
	PERFORM policy_lock(true); -- other tickets change with this one
	w := write_begin(request_id, 'organization', ticket_id, expected_version, instant);
	IF w.repeated THEN
		RETURN w.result;
	END IF;
	SELECT o.id INTO target FROM organization o WHERE o.name = organization;
	IF target IS NULL AND organization IS NOT NULL THEN
		PERFORM refuse('SG003', format('there is no organization "%s"', organization));
	END IF;
	SELECT * INTO requester FROM contact k WHERE k.id = (w.before).requester_id FOR UPDATE;
	IF requester.organization_id IS NOT NULL AND requester.organization_id IS DISTINCT FROM target
			AND NOT (pg_has_role(session_user, 'sandglass_lead', 'USAGE') OR is_owner()) THEN
		PERFORM refuse('SG002', format('%s belongs to %s: moving somebody is a lead''s to do', requester.email,
			(SELECT o.name FROM organization o WHERE o.id = requester.organization_id)));
	END IF;
	w.after.organization_id := target;
	w.note := jsonb_build_object('contact', requester.id, 'contact_was', requester.organization_id);
	result := write_end(w);
	PERFORM contact_settle(requester.id, target, request_id);
	RETURN result;
END $$;

-- Refuses to take that event back when its person was moved again since, on whatever way.
CREATE FUNCTION organization_undo_check(t ticket, e event) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	requester sandglass.contact;
BEGIN
	SELECT * INTO requester FROM sandglass.contact k WHERE k.id = (e.after ->> 'contact')::bigint FOR UPDATE;
	IF requester.organization_id IS DISTINCT FROM t.organization_id THEN
		PERFORM sandglass.refuse('SG006', format('nothing is taken back, since then %s was moved elsewhere', requester.email));
	END IF;
END $$;

-- ---- team -----------------------------------------------------------------------------------------

-- The team of that name; SG003 names those that there are.
CREATE FUNCTION team_named(team_name text) RETURNS int LANGUAGE plpgsql STABLE AS $$
DECLARE
	id int := (SELECT t.id FROM sandglass.team t WHERE t.name = team_name);
BEGIN
	IF id IS NULL THEN
		PERFORM sandglass.refuse('SG003', format('there is no team "%s"; there is %s', team_name,
			coalesce((SELECT string_agg(format('"%s"', t.name), ', ' ORDER BY t.name) FROM sandglass.team t), 'none')));
	END IF;
	RETURN id;
END $$;

-- Gives the ticket to a team, or to none (NULL): who gets it as his next one. Whoever has it keeps it.
CREATE FUNCTION ticket_set_team_at(instant timestamptz, request_id uuid, ticket_id bigint, expected_version int, team text)
RETURNS write_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	w write_context := write_begin(request_id, 'team', ticket_id, expected_version, instant);
BEGIN
	IF w.repeated THEN
		RETURN w.result;
	END IF;
	w.after.team_id := CASE WHEN team IS NOT NULL THEN team_named(team) END;
	RETURN write_end(w);
END $$;

-- ---- the same, now --------------------------------------------------------------------------------

CREATE FUNCTION ticket_set_subject(request_id uuid, ticket_id bigint, expected_version int, subject text) RETURNS write_result
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ BEGIN RETURN ticket_set_subject_at(NULL, request_id, ticket_id, expected_version, subject); END $$;

CREATE FUNCTION ticket_set_requester(request_id uuid, ticket_id bigint, expected_version int, email text, name text DEFAULT NULL)
RETURNS write_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ BEGIN RETURN ticket_set_requester_at(NULL, request_id, ticket_id, expected_version, email, name); END $$;

CREATE FUNCTION ticket_set_organization(request_id uuid, ticket_id bigint, expected_version int, organization text)
RETURNS write_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ BEGIN RETURN ticket_set_organization_at(NULL, request_id, ticket_id, expected_version, organization); END $$;

CREATE FUNCTION ticket_set_team(request_id uuid, ticket_id bigint, expected_version int, team text) RETURNS write_result
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ BEGIN RETURN ticket_set_team_at(NULL, request_id, ticket_id, expected_version, team); END $$;

-- People whose address or name has this in it, those whose address begins with it first: for completion.
CREATE FUNCTION console_contacts(part text, OUT email text, OUT name text, OUT organization_id int) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
	SELECT k.email, k.name, k.organization_id FROM contact k
		WHERE position(lower(part) IN k.email) > 0 OR position(lower(part) IN lower(k.name)) > 0
		ORDER BY NOT starts_with(k.email, lower(part)), k.email LIMIT 20
$$;
