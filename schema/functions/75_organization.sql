-- Organizations and agents: who the desk serves and who works on it.

-- Where a contact belongs from now on, and with him his open tickets: their running waits get what his plan promises now, from
-- the start that they have. The caller holds policy_lock(true). cause: the request that says so, which the tickets' events name;
-- undone: the request that this takes back, so that theirs are taken back with it. Returns how many tickets moved.
CREATE FUNCTION contact_settle(contact bigint, organization int, cause uuid DEFAULT NULL, undone uuid DEFAULT NULL) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
	ticket bigint;
	w sandglass.write_context;
	moved int := 0;
BEGIN
	UPDATE sandglass.contact k SET organization_id = organization WHERE k.id = contact;
	w.action := 'organization';
	w.actor := sandglass.caller();
	SELECT a INTO w.agent FROM sandglass.agent a WHERE a.login = w.actor AND a.active;
	FOR ticket IN SELECT t.id FROM sandglass.ticket t WHERE t.requester_id = contact AND t.status <> 'closed'
			AND t.organization_id IS DISTINCT FROM organization ORDER BY t.id LOOP
		w := sandglass.write_take(w, ticket, NULL);
		CONTINUE WHEN (w.before).status = 'closed';
		w.after.organization_id := organization;
		w.note := jsonb_strip_nulls(jsonb_build_object('with', cause));
		w.undoes := (SELECT x.id FROM sandglass.event x WHERE x.ticket_id = ticket AND x.action = 'organization'
			AND x.after ->> 'with' = undone::text);
		PERFORM sandglass.write_end(w);
		moved := moved + 1;
	END LOOP;
	RETURN moved;
END $$;

-- Gives a contact to an organization by hand (NULL: to none), before and against what his domain says. With none he is
-- looked up by his domain again when he next writes.
CREATE FUNCTION contact_move(email text, organization_name text) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	moved bigint;
	target int;
BEGIN
	PERFORM require_role('lead');
	PERFORM policy_lock(true);
	SELECT k.id INTO moved FROM contact k WHERE k.email = lower(btrim(contact_move.email));
	IF moved IS NULL THEN
		PERFORM refuse('SG003', format('there is no contact %s: nobody has written from that address yet', contact_move.email));
	END IF;
	SELECT o.id INTO target FROM organization o WHERE o.name = organization_name;
	IF target IS NULL AND organization_name IS NOT NULL THEN
		PERFORM refuse('SG003', format('there is no organization "%s"', organization_name));
	END IF;
	RETURN contact_settle(moved, target);
END $$;

-- The plan of that name (NULL: none), or a refusal that names those that there are.
CREATE FUNCTION plan_named(name text, archived boolean) RETURNS int LANGUAGE plpgsql STABLE AS $$
DECLARE
	found int;
BEGIN
	SELECT p.id INTO found FROM sandglass.plan p WHERE p.name = plan_named.name AND p.archived = plan_named.archived;
	IF found IS NULL AND name IS NOT NULL THEN
		PERFORM sandglass.refuse('SG003', format('there is no plan "%s"%s; there is %s', name, CASE WHEN archived THEN ' (archived)' ELSE '' END,
			coalesce((SELECT string_agg(format('"%s"%s', p.name, CASE WHEN p.archived THEN ' (archived)' ELSE '' END), ', '
				ORDER BY p.archived, p.name) FROM sandglass.plan p), 'none')));
	END IF;
	RETURN found;
END $$;

-- Refuses what is no domain or no address, or somebody else's. What is new of them is entered already.
CREATE FUNCTION organization_check(organization int, domains text[], mailboxes text[]) RETURNS void LANGUAGE plpgsql STABLE AS $$
DECLARE
	wrong text;
BEGIN
	SELECT w.text INTO wrong FROM (
			SELECT format('"%s" is no mail domain such as example.com', d) AS text FROM unnest(domains) d WHERE d !~ '^[^@\s.]+(\.[^@\s.]+)+$'
			UNION ALL
			SELECT format('"%s" is no mail address', b) FROM unnest(mailboxes) b WHERE b !~ '^[^@\s]+@[^@\s]+$'
			UNION ALL
			SELECT format('%s belongs to the organization "%s"', t.what, o.name) FROM (
					SELECT d.domain AS what, d.organization_id FROM sandglass.organization_domain d WHERE d.domain = ANY (domains)
					UNION ALL
					SELECT b.address, b.organization_id FROM sandglass.mailbox b WHERE b.address = ANY (mailboxes)
				) t JOIN sandglass.organization o ON o.id = t.organization_id WHERE o.id <> organization
		) w LIMIT 1;
	IF wrong IS NOT NULL THEN
		PERFORM sandglass.refuse('SG004', wrong);
	END IF;
END $$;

-- Makes an organization, or gives one of that name these values. The plan is named as in the policy (NULL: none); csm and
-- analyst stay when they are NULL. Domains and personal mailboxes are added; one that belongs to somebody else is refused.
-- Running waits follow a change of plan, and who wrote from a new domain before belongs here with his open tickets.
CREATE FUNCTION organization_put(name text, plan_name text, plan_archived boolean DEFAULT false, csm text DEFAULT NULL,
	analyst text DEFAULT NULL, domains text[] DEFAULT '{}', mailboxes text[] DEFAULT '{}') RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	found_plan int;
	organization int;
BEGIN
	PERFORM require_role('lead');
	PERFORM policy_lock(true);
	found_plan := plan_named(plan_name, plan_archived);
	domains := ARRAY(SELECT lower(d) FROM unnest(domains) d);
	mailboxes := ARRAY(SELECT lower(b) FROM unnest(mailboxes) b);
	INSERT INTO organization AS o (name, plan_id, csm, analyst)
		VALUES (require_text(organization_put.name, 'the name'), found_plan, coalesce(organization_put.csm, ''),
			coalesce(organization_put.analyst, ''))
		ON CONFLICT ON CONSTRAINT organization_name_key DO UPDATE SET plan_id = excluded.plan_id,
			csm = coalesce(organization_put.csm, o.csm), analyst = coalesce(organization_put.analyst, o.analyst)
		RETURNING o.id INTO organization;
	INSERT INTO organization_domain SELECT d, organization FROM unnest(domains) d ON CONFLICT DO NOTHING;
	INSERT INTO mailbox SELECT b, organization FROM unnest(mailboxes) b ON CONFLICT DO NOTHING;
	PERFORM organization_check(organization, domains, mailboxes);
	PERFORM contact_settle(k.id, organization) FROM contact k
		WHERE k.organization_id IS NULL AND split_part(k.email, '@', 2) = ANY (domains);
	RETURN organization;
END $$;

-- All organizations with what the desk has of them: for `sandglass organization list`.
CREATE FUNCTION organization_list(OUT name text, OUT plan text, OUT archived boolean, OUT csm text, OUT analyst text,
	OUT domains text[], OUT mailboxes text[], OUT contacts bigint, OUT open_tickets bigint) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
	SELECT o.name, p.name, p.archived, o.csm, o.analyst,
			ARRAY(SELECT d.domain FROM organization_domain d WHERE d.organization_id = o.id ORDER BY d.domain),
			ARRAY(SELECT b.address FROM mailbox b WHERE b.organization_id = o.id ORDER BY b.address),
			(SELECT count(*) FROM contact k WHERE k.organization_id = o.id),
			(SELECT count(*) FROM ticket t WHERE t.organization_id = o.id AND t.status <> 'closed')
		FROM organization o LEFT JOIN plan p ON p.id = o.plan_id ORDER BY o.name
$$;

-- The row of an agent and the rights of his login, which must exist as a role. Runs with the rights of the caller, who
-- must be allowed to grant the groups. Adding an agent again changes what is given and leaves what is NULL (a new one is named by
-- his login and is no lead), and lets a disabled one in again. Returns his id.
CREATE FUNCTION agent_add(login text, name text, lead boolean DEFAULT NULL, team text DEFAULT NULL, email text DEFAULT NULL)
RETURNS int LANGUAGE plpgsql SET search_path = sandglass, pg_temp AS $$
DECLARE
	team_id int;
	agent_id int;
	leads boolean := EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member
		WHERE m.roleid = 'sandglass_lead'::regrole AND r.rolname = agent_add.login);
BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = agent_add.login) THEN
		PERFORM refuse('SG003', format('there is no role %s on this server', login));
	END IF;
	IF team IS NOT NULL THEN
		INSERT INTO team AS t (name) VALUES (agent_add.team)
			ON CONFLICT ON CONSTRAINT team_name_key DO UPDATE SET name = excluded.name RETURNING t.id INTO team_id;
	END IF;
	INSERT INTO agent AS a (login, name, email, team_id)
		VALUES (agent_add.login, coalesce(nullif(agent_add.name, ''), agent_add.login), lower(agent_add.email), team_id)
		ON CONFLICT ON CONSTRAINT agent_login_key DO UPDATE SET name = coalesce(nullif(agent_add.name, ''), a.name), email = coalesce(excluded.email, a.email),
			team_id = coalesce(excluded.team_id, a.team_id), active = true
		RETURNING a.id INTO agent_id;
	EXECUTE format('GRANT %I TO %I', CASE WHEN coalesce(lead, leads) THEN 'sandglass_lead' ELSE 'sandglass_agent' END, login);
	IF leads AND NOT lead THEN
		EXECUTE format('REVOKE sandglass_lead FROM %I', login);
	END IF;
	RETURN agent_id;
END $$;

-- Takes an agent's rights; his row stays, because the history names him. His open tickets go back to nobody.
CREATE FUNCTION agent_disable(login text) RETURNS int LANGUAGE plpgsql SET search_path = sandglass, pg_temp AS $$
DECLARE
	gone agent;
	held text;
	t ticket;
	w write_context;
	released int := 0;
BEGIN
	PERFORM policy_lock(true);
	UPDATE agent a SET active = false WHERE a.login = agent_disable.login RETURNING * INTO gone;
	IF NOT FOUND THEN
		PERFORM refuse('SG003', format('there is no agent %s', login));
	END IF;
	FOR held IN SELECT m.roleid::regrole::text FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member
			WHERE r.rolname = agent_disable.login AND m.roleid IN ('sandglass_viewer'::regrole, 'sandglass_agent'::regrole,
				'sandglass_lead'::regrole) LOOP
		EXECUTE format('REVOKE %s FROM %I', held, login);
	END LOOP;
	FOR t IN SELECT * FROM ticket k WHERE k.assignee_id = gone.id AND k.status <> 'closed' ORDER BY k.id LOOP
		w.action := 'assign';
		w.actor := caller();
		w := write_take(w, t.id, NULL);
		CONTINUE WHEN (w.before).assignee_id IS DISTINCT FROM gone.id;
		w.after.assignee_id := NULL;
		PERFORM write_end(w);
		released := released + 1;
	END LOOP;
	RETURN released;
END $$;

-- All agents with what they may: for `sandglass agent list`.
CREATE FUNCTION agent_list(OUT login text, OUT name text, OUT team text, OUT role text, OUT active boolean) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
	SELECT a.login, a.name, t.name, CASE WHEN r.oid IS NULL THEN 'none' WHEN pg_has_role(r.oid, 'sandglass_lead', 'USAGE') THEN 'lead'
			WHEN pg_has_role(r.oid, 'sandglass_agent', 'USAGE') THEN 'agent' ELSE 'none' END, a.active
		FROM agent a LEFT JOIN team t ON t.id = a.team_id LEFT JOIN pg_roles r ON r.rolname = a.login ORDER BY a.login
$$;
