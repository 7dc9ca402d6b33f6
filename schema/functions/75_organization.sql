-- Organizations and agents: who the desk serves and who works on it.

-- Makes an organization, or gives one of that name these values. The plan is named as in the policy (NULL: none). Domains
-- and personal mailboxes are added; one that belongs to somebody else is refused. Running waits follow a change of plan.
CREATE FUNCTION organization_put(name text, plan_name text, plan_archived boolean DEFAULT false, csm text DEFAULT '',
	analyst text DEFAULT '', domains text[] DEFAULT '{}', mailboxes text[] DEFAULT '{}') RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	found_plan int;
	organization int;
	taken text;
BEGIN
	PERFORM require_role('lead');
	PERFORM policy_lock(true);
	SELECT p.id INTO found_plan FROM plan p WHERE p.name = plan_name AND p.archived = plan_archived;
	IF found_plan IS NULL AND plan_name IS NOT NULL THEN
		PERFORM refuse('SG003', format('there is no plan "%s"%s', plan_name, CASE WHEN plan_archived THEN ' (archived)' ELSE '' END));
	END IF;
	INSERT INTO organization AS o (name, plan_id, csm, analyst)
		VALUES (require_text(organization_put.name, 'the name'), found_plan, organization_put.csm, organization_put.analyst)
		ON CONFLICT ON CONSTRAINT organization_name_key
			DO UPDATE SET plan_id = excluded.plan_id, csm = excluded.csm, analyst = excluded.analyst
		RETURNING o.id INTO organization;
	INSERT INTO organization_domain SELECT lower(d), organization FROM unnest(domains) d ON CONFLICT DO NOTHING;
	INSERT INTO mailbox SELECT lower(b), organization FROM unnest(mailboxes) b ON CONFLICT DO NOTHING;
	SELECT t.what INTO taken FROM (
			SELECT d.domain AS what, d.organization_id FROM organization_domain d WHERE d.domain IN (SELECT lower(x) FROM unnest(domains) x)
			UNION ALL
			SELECT b.address, b.organization_id FROM mailbox b WHERE b.address IN (SELECT lower(x) FROM unnest(mailboxes) x)
		) t WHERE t.organization_id <> organization LIMIT 1;
	IF taken IS NOT NULL THEN
		PERFORM refuse('SG004', format('%s belongs to another organization', taken));
	END IF;
	RETURN organization;
END $$;

-- The row of an agent and the rights of his login, which must exist as a role. Runs with the rights of the caller, who
-- must be allowed to grant the groups. Adding an agent again changes the name, the team and the group, and lets a
-- disabled one in again. Returns his id.
CREATE FUNCTION agent_add(login text, name text, lead boolean DEFAULT false, team text DEFAULT NULL, email text DEFAULT NULL)
RETURNS int LANGUAGE plpgsql SET search_path = sandglass, pg_temp AS $$
DECLARE
	team_id int;
	agent_id int;
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
		ON CONFLICT ON CONSTRAINT agent_login_key DO UPDATE SET name = excluded.name, email = coalesce(excluded.email, a.email),
			team_id = coalesce(excluded.team_id, a.team_id), active = true
		RETURNING a.id INTO agent_id;
	EXECUTE format('GRANT %I TO %I', CASE WHEN lead THEN 'sandglass_lead' ELSE 'sandglass_agent' END, login);
	IF NOT lead AND EXISTS (SELECT FROM pg_auth_members m WHERE m.roleid = 'sandglass_lead'::regrole
			AND m.member = (SELECT r.oid FROM pg_roles r WHERE r.rolname = agent_add.login)) THEN
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
