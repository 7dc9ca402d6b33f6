-- Messages from customers: the login of the intake may call these and nothing else.

-- Refuses unless the caller may hand in messages.
CREATE FUNCTION intake_settings(OUT support_address text, OUT attachment_limit bigint, OUT message_limit bigint,
	OUT token_pattern text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
	SELECT (SELECT value FROM setting WHERE name = 'support_address'),
		(SELECT value::bigint FROM setting WHERE name = 'attachment_limit'),
		(SELECT value::bigint FROM setting WHERE name = 'message_limit'), '[0-9a-f]{20}'
$$;

-- Where a merged ticket's conversation goes on.
CREATE FUNCTION ticket_follow(ticket bigint) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
	next bigint;
BEGIN
	LOOP
		SELECT t.merged_into INTO next FROM sandglass.ticket t WHERE t.id = ticket;
		IF next IS NULL THEN
			RETURN ticket;
		END IF;
		ticket := next;
	END LOOP;
END $$;

-- The ticket that a message belongs to: by the message that it answers, by the newest known of its References, by the
-- token in its address or subject. NULL: none.
CREATE FUNCTION intake_thread(message jsonb) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
	ticket bigint;
BEGIN
	SELECT m.ticket_id INTO ticket FROM sandglass.message m WHERE m.message_id = nullif(message ->> 'in_reply_to', '');
	IF NOT FOUND AND message -> 'references' <> '[]' THEN
		SELECT m.ticket_id INTO ticket
			FROM jsonb_array_elements_text(coalesce(message -> 'references', '[]')) WITH ORDINALITY AS r (id, place)
			JOIN sandglass.message m ON m.message_id = r.id ORDER BY r.place DESC LIMIT 1;
	END IF;
	IF ticket IS NULL AND coalesce(message ->> 'token', '') <> '' THEN
		SELECT t.id INTO ticket FROM sandglass.ticket t WHERE t.reply_token = lower(message ->> 'token');
	END IF;
	RETURN sandglass.ticket_follow(ticket);
END $$;

-- The organization that has one of the message's recipients as its personal mailbox.
CREATE FUNCTION intake_mailbox(message jsonb) RETURNS int LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN (SELECT b.organization_id FROM sandglass.mailbox b
		WHERE b.address IN (SELECT lower(a) FROM jsonb_array_elements_text(
			coalesce(message -> 'to', '[]') || coalesce(message -> 'cc', '[]')) a) LIMIT 1);
END $$;

CREATE FUNCTION intake_attachments(id bigint, message jsonb, contents bytea[]) RETURNS void LANGUAGE sql AS $$
	INSERT INTO sandglass.attachment (message_id, name, type, size, sha256, content)
		SELECT id, a.item ->> 'name', a.item ->> 'type', coalesce((a.item ->> 'size')::bigint, 0), a.item ->> 'sha256',
			CASE WHEN coalesce((a.item ->> 'stored')::boolean, true) THEN contents[a.place] END
			FROM jsonb_array_elements(coalesce(message -> 'attachments', '[]')) WITH ORDINALITY AS a (item, place)
$$;

-- The first message of a conversation: the ticket, without the message yet.
CREATE FUNCTION intake_ticket(message jsonb, instant timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	by_mailbox int := sandglass.intake_mailbox(message);
	requester sandglass.contact := sandglass.contact_for(message #>> '{from,email}', message #>> '{from,name}', by_mailbox);
	entitled boolean := by_mailbox = requester.organization_id AND EXISTS (
		SELECT FROM sandglass.organization o JOIN sandglass.plan p ON p.id = o.plan_id
			WHERE o.id = by_mailbox AND 'priority_answers' = ANY (p.entitlements));
	ticket bigint;
BEGIN
	INSERT INTO sandglass.ticket AS t (subject, channel, version, precedence, requester_id, organization_id, created_at, updated_at)
		VALUES (coalesce(nullif(btrim(message ->> 'subject'), ''), '(no subject)'),
			coalesce(nullif(message ->> 'channel', ''), 'email')::channel, 0, CASE WHEN entitled THEN 0 ELSE 1 END,
			requester.id, requester.organization_id, instant, instant)
		RETURNING t.id INTO ticket;
	RETURN ticket;
END $$;

-- Puts a message on a ticket. Who wrote it decides what it does: the customer (the requester, or somebody of the same
-- organization) opens a wait and turns pending and closed into open; machines and third parties only speak.
CREATE FUNCTION intake_append(action text, ticket bigint, message jsonb, contents bytea[], instant timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	w sandglass.write_context;
	m sandglass.message;
	written record;
	sender sandglass.contact;
	automatic boolean := coalesce((message ->> 'auto')::boolean, false);
BEGIN
	w.action := CASE WHEN automatic THEN 'automatic' ELSE action END;
	w.actor := lower(message #>> '{from,email}');
	w := sandglass.write_take(w, ticket, instant);
	sender := CASE WHEN automatic THEN NULL ELSE sandglass.contact_for(message #>> '{from,email}', message #>> '{from,name}') END;
	m.kind := CASE WHEN automatic THEN 'system'::message_kind ELSE 'public' END;
	m.author_kind := CASE WHEN automatic THEN 'system'
		WHEN sender.id = (w.before).requester_id THEN 'customer'
		WHEN EXISTS (SELECT FROM sandglass.agent a WHERE a.email = sender.email) THEN 'third_party'
		WHEN sender.organization_id = (w.before).organization_id THEN 'customer'
		ELSE 'third_party' END;
	m.author := coalesce(nullif(message #>> '{from,name}', ''), message #>> '{from,email}', '');
	m.contact_id := sender.id;
	m.body := coalesce(message ->> 'body', '');
	m.html := coalesce((message ->> 'html')::boolean, false);
	m.message_id := message ->> 'message_id';
	m.in_reply_to := nullif(message ->> 'in_reply_to', '');
	m.refs := ARRAY(SELECT jsonb_array_elements_text(coalesce(message -> 'references', '[]')));
	m.reply_to := nullif(lower(message ->> 'reply_to'), '');
	SELECT * INTO written FROM sandglass.write_message(w, m);
	w := written.w;
	IF message -> 'attachments' <> '[]' THEN
		PERFORM sandglass.intake_attachments(written.id, message, contents);
	END IF;
	IF m.author_kind = 'customer' THEN
		IF (w.after).status IN ('pending', 'closed') THEN
			w.after.status := 'open';
		END IF;
		PERFORM sandglass.clock_follow_status(ticket, (w.after).status, date_trunc('second', w.at), NULL);
		PERFORM sandglass.clock_customer_wrote(w.after, written.id, date_trunc('second', w.at));
	END IF;
	PERFORM sandglass.write_end(w);
END $$;

-- One message: created (a new ticket), appended (to the ticket it belongs to), duplicate (it was here before; also a reply
-- of ours that came back) or ignored, with the reason. Whatever the outcome, the raw message is kept once. Two processes
-- that hand in the same message at the same moment make one ticket.
CREATE FUNCTION intake_message_at(instant timestamptz, message jsonb, raw bytea, contents bytea[],
	OUT outcome text, OUT ticket_id bigint, OUT reason text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	header_id text := message ->> 'message_id';
	kept bigint;
BEGIN
	PERFORM require_role('intake');
	PERFORM policy_lock(false);
	IF coalesce(header_id, '') = '' OR coalesce(message #>> '{from,email}', '') = '' AND NOT coalesce((message ->> 'auto')::boolean, false) THEN
		PERFORM refuse('SG007', 'a message needs a message_id and a sender');
	END IF;
	reason := '';
	INSERT INTO raw_message (message_id, raw, received_at) VALUES (header_id, intake_message_at.raw, coalesce(instant, clock_timestamp()))
		ON CONFLICT DO NOTHING RETURNING raw_message.id INTO kept;
	outcome := CASE WHEN kept IS NULL THEN 'duplicate' END;
	SELECT ticket_follow(m.ticket_id) INTO ticket_id FROM message m WHERE m.message_id = header_id;
	IF FOUND OR kept IS NULL THEN
		DELETE FROM raw_message r WHERE r.id = kept;
		outcome := 'duplicate';
		RETURN;
	END IF;
	ticket_id := intake_thread(message);
	IF lower(message #>> '{from,email}') = (SELECT lower(s.value) FROM setting s WHERE s.name = 'support_address') THEN
		outcome := 'ignored';
		reason := 'sent by the support address itself';
	ELSIF ticket_id IS NULL AND coalesce((message ->> 'auto')::boolean, false) THEN
		outcome := 'ignored';
		reason := coalesce(nullif(message ->> 'auto_reason', ''), 'automatic message');
	ELSIF ticket_id IS NULL THEN
		outcome := 'created';
		ticket_id := intake_ticket(message, coalesce(instant, clock_timestamp()));
	ELSE
		outcome := 'appended';
	END IF;
	IF outcome <> 'ignored' THEN
		PERFORM intake_append(CASE outcome WHEN 'created' THEN 'created' ELSE 'message' END, ticket_id, message, contents, instant);
	END IF;
	UPDATE raw_message r SET outcome = intake_message_at.outcome, reason = intake_message_at.reason,
		ticket_id = intake_message_at.ticket_id WHERE r.id = kept;
END $$;

CREATE FUNCTION intake_message(message jsonb, raw bytea, contents bytea[], OUT outcome text, OUT ticket_id bigint, OUT reason text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
BEGIN
	SELECT i.outcome, i.ticket_id, i.reason INTO outcome, ticket_id, reason FROM intake_message_at(NULL, message, raw, contents) i;
END $$;

-- Keeps a message that could not be read.
CREATE FUNCTION intake_aside(raw bytea, reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
BEGIN
	PERFORM require_role('intake');
	INSERT INTO intake_failure (reason, raw) VALUES (intake_aside.reason, intake_aside.raw);
END $$;
