-- Who calls, what he may, and the words of a refusal.
--
-- Every function that writes runs with the rights of the schema's owner (SECURITY DEFINER), so it asks here what the
-- *session's* login may do: SET ROLE changes nothing.

-- One line to the caller. Codes: SG001 conflict, SG002 not permitted, SG003 not found, SG004 bad value, SG005 a customer
-- is waiting, SG006 refused by a rule, SG007 input refused.
CREATE FUNCTION refuse(code text, message text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message;
END $$;

-- Whether the session belongs to the owner of the schema (or to a superuser), who may do everything.
CREATE FUNCTION is_owner() RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN (SELECT pg_has_role(session_user, nspowner, 'USAGE') FROM pg_catalog.pg_namespace WHERE nspname = 'sandglass');
END $$;

-- The login that acts. The owner may act for another one, for imports, samples and tests: SET sandglass.act_as = 'anna'.
CREATE FUNCTION caller() RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
	IF coalesce(current_setting('sandglass.act_as', true), '') <> '' AND sandglass.is_owner() THEN
		RETURN current_setting('sandglass.act_as');
	END IF;
	RETURN session_user;
END $$;

-- Refuses (SG002) unless the session has the group role sandglass_<needed>.
CREATE FUNCTION require_role(needed text) RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
	IF NOT (pg_has_role(session_user, 'sandglass_' || needed, 'USAGE') OR sandglass.is_owner()) THEN
		PERFORM sandglass.refuse('SG002', format('%s may not do this: it needs the role sandglass_%s', session_user, needed));
	END IF;
END $$;

-- The agent that the caller is; SG002 when he is none.
CREATE FUNCTION require_agent() RETURNS agent LANGUAGE plpgsql STABLE AS $$
DECLARE
	acting text := sandglass.caller(); -- asked once, not for each agent in the table
	found_agent sandglass.agent;
BEGIN
	PERFORM sandglass.require_role('agent');
	SELECT * INTO found_agent FROM sandglass.agent a WHERE a.login = acting AND a.active;
	IF NOT FOUND THEN
		PERFORM sandglass.refuse('SG002', format('%s is not an agent here: sandglass agent add %1$s', acting));
	END IF;
	RETURN found_agent;
END $$;

-- Whole seconds since 1970 UTC: the second that the instant lies in.
CREATE FUNCTION epoch(instant timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
	SELECT floor(extract(epoch FROM instant))::bigint
$$;

-- How long ago, roughly, in words: "12 s", "5 min", "3 h", "2 d".
CREATE FUNCTION ago(instant timestamptz, now timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN s < 100 THEN s || ' s' WHEN s < 6000 THEN s / 60 || ' min' WHEN s < 172800 THEN s / 3600 || ' h'
		ELSE s / 86400 || ' d' END
	FROM (SELECT greatest(0, epoch(now) - epoch(instant)) AS s) AS age
$$;

-- Held (shared) by whoever writes to a ticket, and (exclusively) by whoever changes targets or takes an agent's rights: no
-- wait can slip in with a target that was just replaced, and no ticket goes to an agent who is just leaving. Taken before
-- any row is locked, and before what it protects is read.
CREATE FUNCTION policy_lock(exclusive boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF exclusive THEN
		PERFORM pg_advisory_xact_lock(1935765091, 1);
	ELSE
		PERFORM pg_advisory_xact_lock_shared(1935765091, 1);
	END IF;
END $$;

-- Whatever changes where conversations are (merging, and taking that back) goes one after the other, and locks a ticket
-- before the one that it points to: so an incoming message that follows from the one to the other cannot meet it crosswise.
CREATE FUNCTION merge_lock() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_advisory_xact_lock(1935765091, 2);
END $$;
