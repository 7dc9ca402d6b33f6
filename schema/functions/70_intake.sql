-- Messages from customers: the login of the intake may call these and nothing else.

-- What whoever hands in messages has to know. Refuses unless the caller may.
CREATE FUNCTION intake_settings(OUT support_address text, OUT attachment_limit bigint, OUT message_limit bigint,
	OUT token_pattern text) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
BEGIN
	PERFORM require_role('intake');
	support_address := (SELECT s.value FROM setting s WHERE s.name = 'support_address');
	attachment_limit := (SELECT s.value::bigint FROM setting s WHERE s.name = 'attachment_limit');
	message_limit := (SELECT s.value::bigint FROM setting s WHERE s.name = 'message_limit');
	token_pattern := '[0-9a-f]{20}';
END $$;

-- The ticket of a message known by its Message-ID, as `sender` means it: where several messages share the id, his own comes
-- first, then the newest. NULL: none.
CREATE FUNCTION intake_known(header_id text, sender text) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN (SELECT m.ticket_id FROM sandglass.message m LEFT JOIN sandglass.contact k ON k.id = m.contact_id
		WHERE m.message_id = header_id ORDER BY k.email = lower(sender) DESC NULLS LAST, m.id DESC LIMIT 1);
END $$;

-- What makes two messages of one Message-ID the same: sender, subject, text and attachments.
CREATE FUNCTION intake_content(message jsonb) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN encode(sha256(convert_to(jsonb_build_array(lower(message #>> '{from,email}'), message -> 'subject', message -> 'body',
		message -> 'attachments')::text, 'UTF8')), 'hex');
END $$;

-- The ticket that a message belongs to: by the message that it answers, by the newest known of its References, by the
-- token in its address or subject. NULL: none.
CREATE FUNCTION intake_thread(message jsonb) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
	ticket bigint;
BEGIN
	IF coalesce(message ->> 'in_reply_to', '') <> '' THEN
		ticket := sandglass.intake_known(message ->> 'in_reply_to', message #>> '{from,email}');
	END IF;
	IF ticket IS NULL AND message -> 'references' <> '[]' THEN
		SELECT m.ticket_id INTO ticket
			FROM jsonb_array_elements_text(coalesce(message -> 'references', '[]')) WITH ORDINALITY AS r (id, place)
			JOIN sandglass.message m ON m.message_id = r.id ORDER BY r.place DESC LIMIT 1;
	END IF;
	IF ticket IS NULL AND coalesce(message ->> 'token', '') <> '' THEN
		SELECT t.id INTO ticket FROM sandglass.ticket t WHERE t.reply_token = lower(message ->> 'token');
	END IF;
	IF ticket IS NULL THEN -- what its sender sent before under the same id: a mailing list's copy
		SELECT m.ticket_id INTO ticket FROM sandglass.message m JOIN sandglass.contact k ON k.id = m.contact_id
			WHERE m.message_id = message ->> 'message_id' AND k.email = lower(message #>> '{from,email}') ORDER BY m.id DESC LIMIT 1;
	END IF;
	RETURN CASE WHEN ticket IS NOT NULL THEN sandglass.ticket_follow(ticket) END;
END $$;

-- The organization that has one of the message's recipients as its personal mailbox.
CREATE FUNCTION intake_mailbox(message jsonb) RETURNS int LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN (SELECT b.organization_id FROM sandglass.mailbox b
		WHERE b.address IN (SELECT lower(a) FROM jsonb_array_elements_text(
			coalesce(message -> 'to', '[]') || coalesce(message -> 'cc', '[]')) a) LIMIT 1);
END $$;

CREATE FUNCTION intake_attachments(id bigint, message jsonb, contents bytea[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO sandglass.attachment (message_id, name, type, size, sha256, content)
		SELECT intake_attachments.id, a.item ->> 'name', a.item ->> 'type', coalesce((a.item ->> 'size')::bigint, 0), a.item ->> 'sha256',
			CASE WHEN coalesce((a.item ->> 'stored')::boolean, true) THEN contents[a.place] END
			FROM jsonb_array_elements(coalesce(message -> 'attachments', '[]')) WITH ORDINALITY AS a (item, place);
END $$;

-- The ticket that the first message of a conversation opens; its row is not written yet.
CREATE FUNCTION intake_ticket(message jsonb, requester contact, by_mailbox int) RETURNS ticket LANGUAGE plpgsql STABLE AS $$
DECLARE
	t sandglass.ticket;
BEGIN
	t.subject := CASE WHEN text_shows(message ->> 'subject') THEN btrim(message ->> 'subject') ELSE '(no subject)' END;
	t.channel := coalesce(nullif(message ->> 'channel', ''), 'email');
	t.requester_id := requester.id;
	t.organization_id := requester.organization_id;
	IF by_mailbox = requester.organization_id AND EXISTS (
			SELECT FROM sandglass.organization o JOIN sandglass.plan p ON p.id = o.plan_id
				WHERE o.id = by_mailbox AND 'priority_answers' = ANY (p.entitlements)) THEN
		t.precedence := 0;
	END IF;
	RETURN t;
END $$;

-- Puts a message on a ticket, on the one that it was merged into, or on a new one (NULL), and returns which. Who wrote it decides what it does: the customer
-- (the requester, or somebody of the same organization) opens a wait and turns pending and closed into open; machines and
-- third parties only speak.
CREATE FUNCTION intake_append(ticket bigint, message jsonb, contents bytea[], instant timestamptz)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	w sandglass.write_context;
	m sandglass.message;
	written record;
	sender sandglass.contact;
	by_mailbox int;
	automatic boolean := coalesce((message ->> 'auto')::boolean, false);
BEGIN
	w.action := CASE WHEN automatic THEN 'automatic' WHEN ticket IS NULL THEN 'created' ELSE 'message' END;
	w.actor := lower(message #>> '{from,email}');
	IF ticket IS NULL THEN
		by_mailbox := sandglass.intake_mailbox(message);
	ELSE
		w := sandglass.write_take_followed(w, ticket, instant);
	END IF;
	IF NOT automatic THEN
		sender := sandglass.contact_for(message #>> '{from,email}', message #>> '{from,name}', by_mailbox);
	END IF;
	IF ticket IS NULL THEN
		w := sandglass.write_new(w, sandglass.intake_ticket(message, sender, by_mailbox), instant);
	END IF;
	m.kind := CASE WHEN automatic THEN 'system'::message_kind ELSE 'public' END;
	IF automatic THEN
		m.author_kind := 'system';
	ELSIF sender.id = (w.before).requester_id THEN
		m.author_kind := 'customer';
	ELSIF (sender.organization_id = (w.before).organization_id OR EXISTS (SELECT FROM sandglass.message k -- a merge brought him
				WHERE k.ticket_id = (w.before).id AND k.contact_id = sender.id AND k.author_kind = 'customer'))
			AND NOT EXISTS (SELECT FROM sandglass.agent a WHERE a.email = sender.email) THEN
		m.author_kind := 'customer';
	ELSE
		m.author_kind := 'third_party';
	END IF;
	m.author := coalesce(nullif(message #>> '{from,name}', ''), message #>> '{from,email}', '');
	m.contact_id := sender.id;
	m.body := coalesce(message ->> 'body', '');
	m.html := coalesce((message ->> 'html')::boolean, false);
	m.message_id := message ->> 'message_id';
	m.in_reply_to := nullif(message ->> 'in_reply_to', '');
	IF message -> 'references' <> '[]' THEN
		m.refs := ARRAY(SELECT jsonb_array_elements_text(message -> 'references'));
	END IF;
	m.reply_to := nullif(lower(message ->> 'reply_to'), '');
	written := sandglass.write_message(w, m);
	w := written.w;
	IF message -> 'attachments' <> '[]' THEN
		PERFORM sandglass.intake_attachments(written.id, message, contents);
	END IF;
	IF m.author_kind = 'customer' THEN
		IF (w.after).status IN ('pending', 'closed') THEN
			w.after.status := 'open';
		END IF;
		PERFORM sandglass.clock_customer_wrote(w.after, written.id, date_trunc('second', w.at));
	END IF;
	RETURN (sandglass.write_end(w)).ticket_id;
END $$;

-- One message: created (a new ticket), appended (to the ticket it belongs to), duplicate (it was here before; also a reply
-- of ours that came back) or ignored, with the reason. Another message under a Message-ID that was here is a message of its
-- own, and the reason says so. Whatever the outcome, the raw message is kept once. Two processes
-- that hand in the same message at the same moment make one ticket.
CREATE FUNCTION intake_message_at(instant timestamptz, message jsonb, raw bytea, contents bytea[],
	OUT outcome text, OUT ticket_id bigint, OUT reason text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	header_id text := message ->> 'message_id';
	content text := intake_content(message);
	known record;
BEGIN
	PERFORM require_role('intake');
	PERFORM policy_lock(false);
	IF coalesce(header_id, '') = '' OR coalesce(message #>> '{from,email}', '') = '' AND NOT coalesce((message ->> 'auto')::boolean, false) THEN
		PERFORM refuse('SG007', 'a message needs a message_id and a sender');
	END IF;
	reason := '';
	PERFORM pg_advisory_xact_lock(hashtextextended(header_id, 1)); -- the same message twice at once: one after the other
	SELECT k.ticket_id, k.same INTO known FROM (
			SELECT r.ticket_id, r.content_sha256 IN (content, '') AS same FROM raw_message r WHERE r.message_id = header_id
			UNION ALL
			SELECT m.ticket_id, btrim(m.body, E' \t\r\n') = btrim(message ->> 'body', E' \t\r\n') FROM message m
				WHERE m.message_id = header_id AND m.author_kind = 'agent') AS k
		ORDER BY k.same DESC NULLS LAST LIMIT 1;
	IF known.same THEN
		outcome := 'duplicate';
		ticket_id := CASE WHEN known.ticket_id IS NOT NULL THEN ticket_follow(known.ticket_id) END;
		RETURN;
	ELSIF FOUND THEN
		reason := 'another message had this Message-ID';
	END IF;
	ticket_id := intake_thread(message);
	IF lower(message #>> '{from,email}') = (SELECT lower(s.value) FROM setting s WHERE s.name = 'support_address') THEN
		outcome := 'ignored';
		reason := 'sent by the support address itself';
	ELSIF ticket_id IS NULL AND coalesce((message ->> 'auto')::boolean, false) THEN
		outcome := 'ignored';
		reason := coalesce(nullif(message ->> 'auto_reason', ''), 'automatic message');
	ELSE
		outcome := CASE WHEN ticket_id IS NULL THEN 'created' ELSE 'appended' END;
		ticket_id := intake_append(ticket_id, message, contents, instant);
	END IF;
	INSERT INTO raw_message (message_id, content_sha256, outcome, reason, ticket_id, raw, received_at)
		VALUES (header_id, content, intake_message_at.outcome, intake_message_at.reason, intake_message_at.ticket_id, intake_message_at.raw,
			coalesce(instant, clock_timestamp()));
END $$;

CREATE FUNCTION intake_message(message jsonb, raw bytea, contents bytea[], OUT outcome text, OUT ticket_id bigint, OUT reason text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	done record := intake_message_at(NULL, message, raw, contents);
BEGIN
	outcome := done.outcome;
	ticket_id := done.ticket_id;
	reason := done.reason;
END $$;

-- Keeps a message that could not be read.
CREATE FUNCTION intake_aside(raw bytea, reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
BEGIN
	PERFORM require_role('intake');
	INSERT INTO intake_failure (reason, raw) VALUES (intake_aside.reason, intake_aside.raw);
END $$;
