-- What agents do to tickets. Each action has a twin `…_at(instant, …)` for the owner: imports, samples and tests.
-- All return (ticket_id, version after it, repeated).

-- The oldest reply wait of the ticket that runs, or no row.
CREATE FUNCTION waiting_since(ticket bigint) RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN (SELECT min(c.started_at) FROM sandglass.sla_clock c
		WHERE c.ticket_id = ticket AND c.ended_at IS NULL AND c.metric <> 'resolution');
END $$;

-- Refuses (SG005) a change of the ticket in hand that hides it (pending, hold, closed) while a customer waits, unless the
-- wait goes on.
CREATE FUNCTION require_no_wait(w write_context, wait_goes_on boolean) RETURNS void LANGUAGE plpgsql STABLE AS $$
DECLARE
	since timestamptz;
BEGIN
	IF coalesce(wait_goes_on, false) OR (w.after).status = (w.before).status OR (w.after).status IN ('new', 'open') THEN
		RETURN;
	END IF;
	since := sandglass.waiting_since((w.after).id);
	IF since IS NOT NULL THEN
		PERFORM sandglass.refuse('SG005', format('a customer has been waiting for an answer for %s: reply, say that no reply is needed, '
			'or let the wait go on', sandglass.ago(since, w.at)));
	END IF;
END $$;

-- Sets the status. While a customer waits, pending, hold and closed are refused (SG005) unless the wait goes on: then its
-- clock runs on, and closing records closed_unanswered. hold needs hold_for.
CREATE FUNCTION ticket_set_status_at(instant timestamptz, request_id uuid, ticket_id bigint, expected_version int,
	status status, hold_for text DEFAULT NULL, wait_goes_on boolean DEFAULT false) RETURNS write_result
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	w write_context := write_begin(request_id, 'status', ticket_id, expected_version, instant);
BEGIN
	IF w.repeated THEN
		RETURN w.result;
	END IF;
	w.after.status := status;
	w.after.hold_for := hold_for;
	PERFORM require_no_wait(w, wait_goes_on);
	RETURN write_end(w);
END $$;

-- Sets the priority. The reply target changes only if the plan has one for that priority.
CREATE FUNCTION ticket_set_priority_at(instant timestamptz, request_id uuid, ticket_id bigint, expected_version int,
	priority priority) RETURNS write_result
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	w write_context := write_begin(request_id, 'priority', ticket_id, expected_version, instant);
BEGIN
	IF w.repeated THEN
		RETURN w.result;
	END IF;
	w.after.priority := priority;
	RETURN write_end(w);
END $$;

-- Gives the ticket to an active agent, or to nobody (NULL).
CREATE FUNCTION ticket_assign_at(instant timestamptz, request_id uuid, ticket_id bigint, expected_version int, agent_id int)
RETURNS write_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	w write_context := write_begin(request_id, 'assign', ticket_id, expected_version, instant);
BEGIN
	IF w.repeated THEN
		RETURN w.result;
	END IF;
	IF agent_id IS NOT NULL AND NOT EXISTS (SELECT FROM agent a WHERE a.id = agent_id AND a.active) THEN
		PERFORM refuse('SG004', format('there is no active agent %s', agent_id));
	END IF;
	w.after.assignee_id := agent_id;
	RETURN write_end(w);
END $$;

-- A claim in hand: to the caller, and a new ticket opens.
CREATE FUNCTION write_claim(w write_context) RETURNS write_result LANGUAGE plpgsql AS $$
BEGIN
	w.after.assignee_id := (w.agent).id;
	IF (w.after).status = 'new' THEN
		w.after.status := 'open';
	END IF;
	RETURN sandglass.write_end(w);
END $$;

-- Takes the ticket unless another agent has it: then SG001 says who and since when, whatever the version.
CREATE FUNCTION ticket_claim_at(instant timestamptz, request_id uuid, ticket_id bigint, expected_version int)
RETURNS write_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	w write_context := write_begin(request_id, 'claim', ticket_id, 0, instant);
	holder agent;
	since timestamptz;
BEGIN
	IF w.repeated THEN
		RETURN w.result;
	END IF;
	IF (w.before).assignee_id <> (w.agent).id THEN
		SELECT * INTO holder FROM agent a WHERE a.id = (w.before).assignee_id;
		SELECT max(e.at) INTO since FROM event e
			WHERE e.ticket_id = (w.before).id AND e.after ->> 'assignee_id' = (w.before).assignee_id::text;
		PERFORM refuse('SG001', format('%s took it %s ago', holder.login, ago(coalesce(since, (w.before).created_at), w.at)));
	ELSIF expected_version <> 0 AND expected_version <> (w.before).version THEN
		PERFORM refuse('SG001', conflict_text((w.before).id, expected_version, w.at));
	END IF;
	RETURN write_claim(w);
END $$;

-- Whether mail can be sent to this: one address without quoting, and nothing that a header would read as more than one.
CREATE FUNCTION is_address(value text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	RETURN coalesce(length(value) <= 254
		AND value ~ '^[^@[:space:][:cntrl:]<>(),;:"\\]+@[^@[:space:][:cntrl:]<>(),;:"\\]+$', false);
END $$;

CREATE TYPE reply_route AS (recipient text, recipient_name text, cc text[], subject text, flagged boolean, in_reply_to text,
	refs text[]);

-- Where a reply goes that is written now, and in which thread. To the customer who wrote last: to his Reply-To when that is
-- an address and not our own, or else to where he wrote from. In copy: the requester when he is of the same organization,
-- and everybody else whose wait the reply ends or who has had no answer yet (a merge brings several together). flagged:
-- the recipient is not the requester's address, or a copy leaves his organization, so whoever sends should look twice. Since
-- the ticket was made somebody else's it is to him, until a customer writes.
CREATE FUNCTION reply_route(t ticket) RETURNS reply_route LANGUAGE plpgsql STABLE AS $$
DECLARE
	r sandglass.reply_route;
	asked sandglass.message;
	answered sandglass.message;
	requester sandglass.contact;
	author sandglass.contact;
	leaves boolean;
BEGIN
	SELECT * INTO requester FROM sandglass.contact c WHERE c.id = t.requester_id;
	SELECT * INTO asked FROM sandglass.message m WHERE m.ticket_id = t.id AND m.author_kind = 'customer' AND m.contact_id IS NOT NULL
		ORDER BY m.created_at DESC, m.id DESC LIMIT 1;
	SELECT * INTO answered FROM sandglass.message m WHERE m.ticket_id = t.id AND m.author_kind = 'agent' AND m.kind = 'public'
		ORDER BY m.created_at DESC, m.id DESC LIMIT 1;
	author := requester;
	IF asked.created_at > (SELECT coalesce(max(e.at), '-infinity') FROM sandglass.event e WHERE e.ticket_id = t.id AND e.action = 'requester'
			AND e.before ? 'requester_id' AND NOT EXISTS (SELECT FROM sandglass.event u WHERE u.undoes = e.id)) THEN
		SELECT * INTO author FROM sandglass.contact c WHERE c.id = asked.contact_id;
	END IF;
	r.recipient := CASE WHEN author.id = asked.contact_id AND sandglass.is_address(asked.reply_to) AND regexp_replace(asked.reply_to, '\+[^@]*@', '@')
			<> (SELECT lower(s.value) FROM sandglass.setting s WHERE s.name = 'support_address')
		THEN asked.reply_to ELSE author.email END;
	r.recipient_name := author.name;
	SELECT coalesce(array_agg(k.email ORDER BY k.email), '{}'),
			coalesce(bool_or(k.organization_id IS DISTINCT FROM requester.organization_id), false) INTO r.cc, leaves
		FROM (SELECT requester.id WHERE requester.organization_id = author.organization_id
			UNION
			SELECT m.contact_id FROM sandglass.message m WHERE m.ticket_id = t.id AND m.author_kind = 'customer'
				AND (answered.id IS NULL OR (m.created_at, m.id) > (answered.created_at, answered.id))
			UNION
			SELECT m.contact_id FROM sandglass.sla_clock c JOIN sandglass.message m ON m.id = c.message_id
				WHERE c.ticket_id = t.id AND c.ended_at IS NULL AND c.metric <> 'resolution' AND m.author_kind = 'customer') AS waiting (id)
		JOIN sandglass.contact k ON k.id = waiting.id
		WHERE k.id <> author.id AND k.email <> r.recipient AND sandglass.is_address(k.email);
	r.flagged := leaves OR r.recipient <> requester.email;
	r.subject := CASE WHEN t.subject ~* '^re:' OR asked.id IS NULL THEN t.subject ELSE 'Re: ' || t.subject END;
	r.in_reply_to := asked.message_id;
	r.refs := array_remove(array_append(coalesce(asked.refs, '{}'), asked.message_id), NULL);
	RETURN r;
END $$;

-- What a reply to this ticket would say on its envelope: exactly what ticket_reply sends. cc: addresses parted by ", ".
-- merged_into: where its conversation goes on, and so the reply; NULL: here.
CREATE FUNCTION reply_preview(ticket_id bigint, OUT recipient text, OUT cc text, OUT subject text, OUT flagged boolean,
	OUT merged_into bigint) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	t ticket;
	r reply_route;
BEGIN
	PERFORM require_role('viewer');
	SELECT * INTO t FROM ticket k WHERE k.id = reply_preview.ticket_id;
	IF NOT FOUND THEN
		PERFORM refuse('SG003', format('there is no ticket %s', ticket_id));
	END IF;
	r := reply_route(t);
	recipient := r.recipient;
	cc := array_to_string(r.cc, ', ');
	subject := r.subject;
	flagged := r.flagged;
	merged_into := t.merged_into;
END $$;

-- Puts the reply into the outbox, where it stays for the policy's delay at least.
CREATE FUNCTION outbox_add(t ticket, r reply_route, message bigint, header_id text, body text, instant timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	support text := (SELECT s.value FROM sandglass.setting s WHERE s.name = 'support_address');
BEGIN
	INSERT INTO sandglass.outbox (ticket_id, message_id, recipient, recipient_name, cc, reply_to, subject, header_id, in_reply_to,
			refs, body, created_at, send_after)
		VALUES (t.id, message, r.recipient, r.recipient_name, r.cc, regexp_replace(support, '@', '+' || t.reply_token || '@'),
			r.subject, header_id, r.in_reply_to, r.refs, body, instant,
			instant + (SELECT s.value FROM sandglass.setting s WHERE s.name = 'send_delay')::int * interval '1 s');
END $$;

-- A message id of our own, under the support address's domain.
CREATE FUNCTION make_header_id(ticket bigint) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
	RETURN (SELECT format('%s.%s@%s', ticket, gen_random_uuid(), coalesce(nullif(split_part(s.value, '@', 2), ''), 'sandglass.invalid'))
		FROM sandglass.setting s WHERE s.name = 'support_address');
END $$;

-- A public message by an agent, in hand: ends the customer's wait and goes to the outbox.
CREATE FUNCTION write_public(INOUT w write_context, body text) LANGUAGE plpgsql AS $$
DECLARE
	m sandglass.message;
	written record;
	route sandglass.reply_route := sandglass.reply_route(w.after); -- as it is before this message answers
BEGIN
	m.kind := 'public';
	m.author_kind := 'agent';
	m.author := (w.agent).name;
	m.agent_id := (w.agent).id;
	m.body := body;
	m.message_id := sandglass.make_header_id((w.after).id);
	written := sandglass.write_message(w, m);
	w := written.w;
	PERFORM sandglass.outbox_add(w.after, route, written.id, m.message_id, body, w.at);
	PERFORM sandglass.draft_sent((w.agent).id, (w.after).id, 'public', body);
	PERFORM sandglass.clock_end_replies((w.after).id, NULL, date_trunc('second', w.at), w.request_id);
END $$;

-- Answers the customer: ends his wait, sets the status, and takes the ticket if nobody has it. attachments and contents:
-- see write_attachments. macro: what else is done with it (78_macro.sql); the status given here wins over the macro's.
CREATE FUNCTION ticket_reply_at(instant timestamptz, request_id uuid, ticket_id bigint, expected_version int, body text,
	status status DEFAULT 'pending', hold_for text DEFAULT NULL, attachments jsonb DEFAULT '[]', contents bytea[] DEFAULT '{}',
	macro jsonb DEFAULT NULL)
RETURNS write_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	w write_context := write_begin(request_id, 'reply', ticket_id, expected_version, instant);
BEGIN
	IF w.repeated AND EXISTS (SELECT FROM event e JOIN event x ON x.undoes = e.id WHERE e.request_id = ticket_reply_at.request_id) THEN
		PERFORM refuse('SG006', 'this reply was sent and taken back; a new one can be sent');
	ELSIF w.repeated THEN
		RETURN w.result;
	END IF;
	IF status = 'new' THEN
		PERFORM refuse('SG004', 'a ticket that was answered is not new');
	END IF;
	w := write_public(w, require_text(body, 'the reply'));
	w := write_files(w, attachments, contents);
	w.after.assignee_id := coalesce((w.after).assignee_id, (w.agent).id);
	w.after.status := status;
	w.after.hold_for := hold_for;
	RETURN write_end(write_macro(w, macro, true));
END $$;

-- An internal note by the agent, in hand.
CREATE FUNCTION write_internal(INOUT w write_context, body text) LANGUAGE plpgsql AS $$
DECLARE
	m sandglass.message;
	written record;
BEGIN
	m.kind := 'note';
	m.author_kind := 'agent';
	m.author := (w.agent).name;
	m.agent_id := (w.agent).id;
	m.body := sandglass.require_text(body, 'the note');
	written := sandglass.write_message(w, m);
	w := sandglass.write_mentions(written.w, body);
	PERFORM sandglass.draft_sent((w.agent).id, (w.after).id, 'note', body);
END $$;

-- Writes an internal note. Touches neither status nor clocks, unless a macro comes with it (78_macro.sql), which may set the
-- status as ticket_set_status does.
CREATE FUNCTION ticket_note_at(instant timestamptz, request_id uuid, ticket_id bigint, expected_version int, body text,
	attachments jsonb DEFAULT '[]', contents bytea[] DEFAULT '{}', macro jsonb DEFAULT NULL, wait_goes_on boolean DEFAULT false)
RETURNS write_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	w write_context := write_begin(request_id, 'note', ticket_id, expected_version, instant);
BEGIN
	IF w.repeated THEN
		RETURN w.result;
	END IF;
	w := write_macro(write_files(write_internal(w, body), attachments, contents), macro, false);
	PERFORM require_no_wait(w, wait_goes_on);
	RETURN write_end(w);
END $$;

-- "No reply needed": ends the wait as dismissed, with the reason. SG006 when nobody waits.
CREATE FUNCTION ticket_dismiss_at(instant timestamptz, request_id uuid, ticket_id bigint, expected_version int, reason text)
RETURNS write_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	w write_context := write_begin(request_id, 'dismiss', ticket_id, expected_version, instant);
BEGIN
	IF w.repeated THEN
		RETURN w.result;
	END IF;
	PERFORM require_text(reason, 'the reason');
	IF clock_end_replies((w.after).id, 'dismissed', date_trunc('second', w.at), request_id, reason) = 0 THEN
		PERFORM refuse('SG006', 'no customer is waiting on this ticket');
	END IF;
	w.note := jsonb_build_object('reason', reason);
	RETURN write_end(w);
END $$;

-- The contact of that address, made when it is new; a name that was empty is filled in. The organization of a contact
-- without one is that of his domain, unless it is a public one, or else `fallback`.
CREATE FUNCTION contact_for(email text, name text, fallback int DEFAULT NULL) RETURNS contact LANGUAGE plpgsql AS $$
DECLARE
	address text := lower(btrim(email));
	c sandglass.contact;
	organization int;
BEGIN
	IF address !~ '^[^@\s]+@[^@\s]+$' THEN
		PERFORM sandglass.refuse('SG004', format('"%s" is no address', email));
	END IF;
	SELECT * INTO c FROM sandglass.contact k WHERE k.email = address;
	IF c.organization_id IS NULL THEN
		SELECT d.organization_id INTO organization FROM sandglass.organization_domain d WHERE d.domain = split_part(address, '@', 2);
		organization := coalesce(organization, fallback);
	END IF;
	IF c.id IS NULL THEN
		INSERT INTO sandglass.contact AS k (email, name, organization_id) VALUES (address, coalesce(contact_for.name, ''), organization)
			ON CONFLICT ON CONSTRAINT contact_email_key DO UPDATE SET name = k.name RETURNING * INTO c;
	ELSIF (c.name = '' AND contact_for.name <> '') OR organization IS NOT NULL THEN
		UPDATE sandglass.contact k SET name = coalesce(nullif(k.name, ''), contact_for.name),
			organization_id = coalesce(k.organization_id, organization) WHERE k.id = c.id RETURNING * INTO c;
	END IF;
	RETURN c;
END $$;

-- A ticket that an agent opens: no wait runs until the customer writes. By mail the body goes out to the requester and the
-- ticket is pending; otherwise it is the note of a call or a chat and the ticket is open. The agent has it.
CREATE FUNCTION ticket_open_at(instant timestamptz, request_id uuid, requester_email text, requester_name text, subject text,
	body text, channel channel, priority priority) RETURNS write_result
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	w write_context := write_enter(request_id, 'opened');
	requester contact;
	t ticket;
BEGIN
	IF w.repeated THEN
		RETURN w.result;
	END IF;
	requester := contact_for(requester_email, requester_name);
	t.subject := require_text(subject, 'the subject');
	t.channel := channel;
	t.priority := priority;
	t.requester_id := requester.id;
	t.organization_id := requester.organization_id;
	t.assignee_id := (w.agent).id;
	t.team_id := (w.agent).team_id;
	w := write_new(w, t, instant);
	IF channel = 'email' THEN
		w.after.status := 'pending';
		w := write_public(w, require_text(body, 'the message'));
	ELSE
		w.after.status := 'open';
		w := write_internal(w, body);
	END IF;
	RETURN write_end(w);
END $$;

-- Everything up to this message is read by the caller. Of no effect for a login that is not an agent.
CREATE FUNCTION mark_read(ticket_id bigint, message_id bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
	INSERT INTO reading AS r SELECT a.id, mark_read.ticket_id, mark_read.message_id
		FROM agent a WHERE a.login = (SELECT caller()) AND a.active AND EXISTS (SELECT FROM ticket t WHERE t.id = mark_read.ticket_id)
	ON CONFLICT (agent_id, ticket_id) DO UPDATE SET message_id = greatest(r.message_id, excluded.message_id);
	UPDATE ticket t SET mentioned = ticket_mentioned(t.id) FROM agent a
		WHERE t.id = mark_read.ticket_id AND a.login = (SELECT caller()) AND a.id = ANY (t.mentioned)
			AND ticket_mentioned(t.id) <> t.mentioned
$$;

-- ---- the same, now ----------------------------------------------------------------------------------

CREATE FUNCTION ticket_set_status(request_id uuid, ticket_id bigint, expected_version int, status status,
	hold_for text DEFAULT NULL, wait_goes_on boolean DEFAULT false) RETURNS write_result
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ BEGIN RETURN ticket_set_status_at(NULL, request_id, ticket_id, expected_version, status, hold_for, wait_goes_on); END $$;

CREATE FUNCTION ticket_set_priority(request_id uuid, ticket_id bigint, expected_version int, priority priority)
RETURNS write_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ BEGIN RETURN ticket_set_priority_at(NULL, request_id, ticket_id, expected_version, priority); END $$;

CREATE FUNCTION ticket_assign(request_id uuid, ticket_id bigint, expected_version int, agent_id int)
RETURNS write_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ BEGIN RETURN ticket_assign_at(NULL, request_id, ticket_id, expected_version, agent_id); END $$;

CREATE FUNCTION ticket_claim(request_id uuid, ticket_id bigint, expected_version int)
RETURNS write_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ BEGIN RETURN ticket_claim_at(NULL, request_id, ticket_id, expected_version); END $$;

CREATE FUNCTION ticket_reply(request_id uuid, ticket_id bigint, expected_version int, body text,
	status status DEFAULT 'pending', hold_for text DEFAULT NULL, attachments jsonb DEFAULT '[]', contents bytea[] DEFAULT '{}',
	macro jsonb DEFAULT NULL)
RETURNS write_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ BEGIN RETURN ticket_reply_at(NULL, request_id, ticket_id, expected_version, body, status, hold_for, attachments, contents, macro); END $$;

CREATE FUNCTION ticket_note(request_id uuid, ticket_id bigint, expected_version int, body text,
	attachments jsonb DEFAULT '[]', contents bytea[] DEFAULT '{}', macro jsonb DEFAULT NULL, wait_goes_on boolean DEFAULT false)
RETURNS write_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ BEGIN RETURN ticket_note_at(NULL, request_id, ticket_id, expected_version, body, attachments, contents, macro, wait_goes_on); END $$;

CREATE FUNCTION ticket_dismiss(request_id uuid, ticket_id bigint, expected_version int, reason text)
RETURNS write_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ BEGIN RETURN ticket_dismiss_at(NULL, request_id, ticket_id, expected_version, reason); END $$;

CREATE FUNCTION ticket_open(request_id uuid, requester_email text, requester_name text, subject text, body text,
	channel channel, priority priority) RETURNS write_result
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ BEGIN RETURN ticket_open_at(NULL, request_id, requester_email, requester_name, subject, body, channel, priority); END $$;
