-- The group roles, made once for a whole cluster. Run before the migrations by a role with CREATEROLE; running it again,
-- or in two databases of one cluster at the same moment, changes nothing more.
--
--   sandglass_viewer   reads the queue and the conversations
--   sandglass_agent    a viewer who works on tickets
--   sandglass_lead     an agent who may also change the policy and the organizations
--   sandglass_intake   may only hand in messages
--   sandglass_deliver  may only take mail out of the outbox
--
-- An agent's own login is a role that was granted one of these (function agent_add).
DO $roles$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY ARRAY['viewer', 'agent', 'lead', 'intake', 'deliver'] LOOP
		IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sandglass_' || name) THEN
			BEGIN
				EXECUTE format('CREATE ROLE %I NOLOGIN', 'sandglass_' || name);
			EXCEPTION WHEN duplicate_object OR unique_violation THEN
				NULL; -- the other database's init was first
			END;
		END IF;
	END LOOP;
END
$roles$;

DO $members$
DECLARE
	pair text[];
BEGIN
	FOREACH pair SLICE 1 IN ARRAY ARRAY[ARRAY['sandglass_viewer', 'sandglass_agent'], ARRAY['sandglass_agent', 'sandglass_lead']] LOOP
		IF NOT EXISTS (SELECT FROM pg_auth_members m WHERE m.roleid = pair[1]::regrole AND m.member = pair[2]::regrole) THEN
			BEGIN
				EXECUTE format('GRANT %I TO %I', pair[1], pair[2]);
			EXCEPTION WHEN unique_violation OR internal_error THEN
				NULL; -- the same
			END;
		END IF;
	END LOOP;
END
$members$;
