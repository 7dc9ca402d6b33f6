-- The one way in which a ticket is changed.
--
--   w := write_begin(request, action, ticket, expected version, instant);
--   IF w.repeated THEN RETURN w.result; END IF;          the request was done before: its first result
--   w.after.priority := ...;                             what is to be different
--   RETURN write_end(w);
--
-- write_begin locks the row and settles rights, repetition and conflicts; write_end lets the clocks follow, writes the
-- row once, appends the event with what was before and after, and counts the version up.
--
-- A ticket that does not exist yet begins with write_new instead. Its row, too, is written once, by write_end, so its
-- messages and waits come before it (their references to it are checked at commit).
--
-- These functions run at each write, so values come by assignment (a := f(b)), which PL/pgSQL evaluates at once; SELECT
-- INTO ... FROM f(b) runs a query each time.

CREATE TYPE write_result AS (ticket_id bigint, version int, repeated boolean);

CREATE TYPE write_context AS (
	request_id uuid,
	action text,
	at timestamptz,     -- when it happens; the clocks use date_trunc('second', at)
	actor text,         -- a login, or a customer's address
	agent agent,        -- all NULL when no agent acts
	before ticket,
	after ticket,
	is_new boolean,     -- the ticket's row is not written yet
	note jsonb,         -- goes into the event beside what changed
	undoes bigint,
	repeated boolean,
	result write_result
);

-- The columns whose change is told in the audit trail, by name.
CREATE FUNCTION ticket_told(t ticket) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	RETURN jsonb_build_object('status', t.status, 'hold_for', t.hold_for, 'priority', t.priority, 'assignee_id', t.assignee_id,
		'team_id', t.team_id, 'incident_id', t.incident_id, 'organization_id', t.organization_id, 'merged_into', t.merged_into);
END $$;

-- The same of the columns that few writes change: looked at only then.
CREATE FUNCTION ticket_told_seldom(t ticket) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	RETURN jsonb_build_object('subject', t.subject, 'requester_id', t.requester_id, 'tags', to_jsonb(t.tags));
END $$;

-- "added the tags billing, refund": what is in the one list and not in the other; '{}' for nothing.
CREATE FUNCTION tags_told(verb text, these jsonb, others jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE count(*) WHEN 0 THEN '{}' WHEN 1 THEN ARRAY[format('%s the tag %s', verb, min(t))]
			ELSE ARRAY[format('%s the tags %s', verb, string_agg(t, ', ' ORDER BY t COLLATE "C"))] END
		FROM jsonb_array_elements_text(these) t WHERE NOT others ? t
$$;

-- What an event did, in words that follow a name: "set status open -> pending", "replied, set ...". The console's lines
-- and the conflicts' messages are made of them, so they are worded here only. NULL: nothing to tell.
CREATE FUNCTION event_text(e event) RETURNS text LANGUAGE plpgsql STABLE SET search_path = sandglass, pg_temp AS $$
DECLARE
	told text[] := '{}';
	field text;
	was text;
	is_now text;
	none text;
BEGIN
	IF e.action = 'recompute' THEN
		RETURN format('%s target %s -> %s because the %s changed, due %s', replace(e.after ->> 'metric', '_', ' '),
			coalesce(((e.before ->> 'target_s')::int * interval '1 s')::text, 'none'),
			coalesce(((e.after ->> 'target_s')::int * interval '1 s')::text, 'none'), e.after ->> 'cause',
			coalesce(to_char((e.after ->> 'due_at')::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'), 'never'));
	END IF;
	CASE e.action
		WHEN 'reply' THEN told := told || CASE WHEN e.after ? 'macro' THEN format('replied with the macro "%s"', e.after ->> 'macro') ELSE 'replied' END;
		WHEN 'note' THEN told := told || CASE WHEN e.after ? 'macro' THEN format('wrote an internal note with the macro "%s"', e.after ->> 'macro')
			ELSE 'wrote an internal note' END;
		WHEN 'macro' THEN told := told || format('used the macro "%s"', e.after ->> 'macro');
		WHEN 'message' THEN told := told || 'wrote'::text;
		WHEN 'automatic' THEN told := told || 'sent an automatic message'::text;
		WHEN 'created', 'opened' THEN told := told || 'opened the ticket'::text;
		WHEN 'claim' THEN told := told || 'claimed it'::text;
		WHEN 'dismiss' THEN told := told || format('said that no reply is needed: %s', e.after ->> 'reason');
		WHEN 'recall' THEN told := told || 'recalled the reply before it was sent'::text;
		WHEN 'undo' THEN told := told || format('took back "%s"', e.after ->> 'undone');
		WHEN 'merge' THEN told := told || format('merged it into %s', e.after ->> 'merged_into');
		WHEN 'unmerge' THEN told := told || format('took the merge into %s back', e.before ->> 'merged_into');
		WHEN 'merged' THEN told := told || format('merged %s into it', e.after ->> 'from');
		WHEN 'unmerged' THEN told := told || format('took %s out of it again', e.after ->> 'from');
		WHEN 'undelivered' THEN told := told || format(CASE WHEN (e.after ->> 'unknown')::boolean
			THEN 'does not know whether the reply reached %s' ELSE 'could not deliver the reply to %s' END, e.after ->> 'recipient');
		WHEN 'delivered' THEN told := told || format('delivered the reply to %s', e.after ->> 'recipient');
		ELSE NULL;
	END CASE;
	FOREACH field IN ARRAY ARRAY['status', 'priority', 'assignee_id', 'requester_id', 'organization_id', 'team_id'] LOOP
		CONTINUE WHEN NOT e.after ? field OR NOT e.before ? field;
		was := e.before ->> field;
		is_now := e.after ->> field;
		IF field = 'assignee_id' THEN
			CONTINUE WHEN e.action = 'claim';
			was := (SELECT a.login FROM agent a WHERE a.id = was::int);
			is_now := (SELECT a.login FROM agent a WHERE a.id = is_now::int);
		ELSIF field = 'requester_id' THEN
			was := (SELECT k.email FROM contact k WHERE k.id = was::bigint);
			is_now := (SELECT k.email FROM contact k WHERE k.id = is_now::bigint);
		ELSIF field = 'organization_id' THEN
			was := (SELECT o.name FROM organization o WHERE o.id = was::int);
			is_now := (SELECT o.name FROM organization o WHERE o.id = is_now::int);
		ELSIF field = 'team_id' THEN
			was := (SELECT t.name FROM team t WHERE t.id = was::int);
			is_now := (SELECT t.name FROM team t WHERE t.id = is_now::int);
		END IF;
		none := CASE WHEN field IN ('organization_id', 'team_id') THEN 'none' ELSE 'nobody' END;
		told := told || format('set %s %s -> %s', replace(field, '_id', ''), coalesce(was, none), coalesce(is_now, none));
		IF field = 'status' AND is_now = 'hold' THEN
			told[array_upper(told, 1)] := told[array_upper(told, 1)] || format(' (waits for %s)', e.after ->> 'hold_for');
		END IF;
	END LOOP;
	IF e.before ? 'hold_for' AND NOT e.before ? 'status' THEN
		told := told || format('set hold for %s', e.after ->> 'hold_for');
	END IF;
	IF e.after ? 'subject' THEN
		told := told || format('set subject "%s" -> "%s"', e.before ->> 'subject', e.after ->> 'subject');
	END IF;
	IF e.after ? 'tags' THEN
		told := told || tags_told('added', e.after -> 'tags', e.before -> 'tags') || tags_told('took off', e.before -> 'tags', e.after -> 'tags');
	END IF;
	IF e.before ? 'incident_id' THEN
		was := incident_words((e.before ->> 'incident_id')::bigint);
		is_now := incident_words((e.after ->> 'incident_id')::bigint);
		IF was IS NULL THEN
			told := told || format('linked it to incident %s', is_now);
		ELSIF is_now IS NULL THEN
			told := told || format('unlinked it from incident %s', was);
		ELSE
			told := told || format('moved it from incident %s to incident %s', was, is_now);
		END IF;
	END IF;
	RETURN nullif(array_to_string(told, ', '), '');
END $$;

-- "ben set status open -> pending 12 s ago", or "you set ...".
CREATE FUNCTION event_told(e event, now timestamptz) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN format('%s %s %s ago', CASE WHEN e.actor = sandglass.caller() THEN 'you' ELSE e.actor END,
		coalesce(sandglass.event_text(e), 'changed it'), sandglass.ago(e.at, now));
END $$;

-- What came after the version that the caller saw: the newest of it, told.
CREATE FUNCTION conflict_text(ticket bigint, expected int, now timestamptz) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
	e sandglass.event;
BEGIN
	SELECT * INTO e FROM sandglass.event x WHERE x.ticket_id = ticket AND x.version > expected ORDER BY x.version DESC LIMIT 1;
	IF NOT FOUND THEN
		RETURN format('ticket %s is not at version %s', ticket, expected);
	END IF;
	RETURN sandglass.event_told(e, now);
END $$;

-- The first result of a request, or no row. SG004 when somebody else used that id.
CREATE FUNCTION write_replay(request uuid, actor text) RETURNS write_result LANGUAGE plpgsql STABLE AS $$
DECLARE
	e sandglass.event;
BEGIN
	SELECT * INTO e FROM sandglass.event x WHERE x.request_id = request;
	IF NOT FOUND THEN
		RETURN NULL;
	ELSIF e.actor <> actor THEN
		PERFORM sandglass.refuse('SG004', 'this request id belongs to somebody else');
	END IF;
	RETURN (e.ticket_id, e.version, true);
END $$;

-- Two calls with one request id, a retry that overtakes the first try, go one after the other.
CREATE FUNCTION write_lock_request(request uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF request IS NOT NULL THEN
		PERFORM pg_advisory_xact_lock(hashtextextended(request::text, 0));
	END IF;
END $$;

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

-- Locks the ticket and takes its row into the context; SG003 when there is none. A change of the machinery that meets a
-- merged ticket is the caller's business (write_take_followed).
CREATE FUNCTION write_take(w write_context, ticket bigint, instant timestamptz) RETURNS write_context LANGUAGE plpgsql AS $$
BEGIN
	SELECT t INTO w.before FROM sandglass.ticket t WHERE t.id = ticket FOR UPDATE;
	IF NOT FOUND THEN
		PERFORM sandglass.refuse('SG003', format('there is no ticket %s', ticket));
	END IF;
	w.after := w.before;
	w.at := coalesce(instant, clock_timestamp()); -- after the lock: nothing that came first is later
	w.is_new := false;
	w.note := '{}';
	w.repeated := false;
	RETURN w;
END $$;

-- The same of the ticket where the conversation goes on: a merge may have committed while this waited for the lock.
CREATE FUNCTION write_take_followed(w write_context, ticket bigint, instant timestamptz) RETURNS write_context
LANGUAGE plpgsql AS $$
BEGIN
	w := sandglass.write_take(w, ticket, instant);
	WHILE (w.before).merged_into IS NOT NULL LOOP
		w := sandglass.write_take(w, (w.before).merged_into, instant);
	END LOOP;
	RETURN w;
END $$;

-- Takes a ticket that is to be made into the context, under the next number.
CREATE FUNCTION write_new(w write_context, t ticket, instant timestamptz) RETURNS write_context LANGUAGE plpgsql AS $$
BEGIN
	w.at := coalesce(instant, clock_timestamp());
	t.id := nextval('sandglass.ticket_id_seq');
	t.version := 0;
	t.status := 'new';
	t.priority := coalesce(t.priority, 'normal');
	t.precedence := coalesce(t.precedence, 1);
	t.message_count := 0;
	t.mentioned := '{}';
	t.reply_token := left(replace(gen_random_uuid()::text, '-', ''), 20);
	t.created_at := w.at;
	t.updated_at := w.at;
	w.before := t;
	w.after := t;
	w.is_new := true;
	w.note := '{}';
	w.repeated := false;
	RETURN w;
END $$;

-- An agent acts: his rights, and whether the request was done before (repeated, with its result).
CREATE FUNCTION write_enter(request uuid, action text) RETURNS write_context LANGUAGE plpgsql AS $$
DECLARE
	w sandglass.write_context;
BEGIN
	PERFORM sandglass.policy_lock(false);
	w.request_id := request;
	w.action := action;
	w.agent := sandglass.require_agent();
	w.actor := (w.agent).login;
	PERFORM sandglass.write_lock_request(request);
	w.repeated := false;
	IF request IS NOT NULL THEN
		w.result := sandglass.write_replay(request, w.actor);
		w.repeated := (w.result).repeated IS TRUE;
	END IF;
	RETURN w;
END $$;

-- An agent's write begins. expected 0: whatever the version is now. instant NULL: now.
CREATE FUNCTION write_begin(request uuid, action text, ticket bigint, expected int, instant timestamptz)
RETURNS write_context LANGUAGE plpgsql AS $$
DECLARE
	w sandglass.write_context := sandglass.write_enter(request, action);
BEGIN
	IF w.repeated THEN
		RETURN w;
	END IF;
	w := sandglass.write_take(w, ticket, instant);
	IF expected <> 0 AND expected <> (w.before).version THEN
		PERFORM sandglass.refuse('SG001', sandglass.conflict_text(ticket, expected, w.at));
	ELSIF (w.before).merged_into IS NOT NULL AND action NOT IN ('unmerge', 'undo') THEN
		PERFORM sandglass.refuse('SG006', format('ticket %s was merged into %s', ticket, (w.before).merged_into));
	END IF;
	RETURN w;
END $$;

-- Writes w.after: the clocks first, then the row, then the event.
CREATE FUNCTION write_end(w write_context) RETURNS write_result LANGUAGE plpgsql AS $$
DECLARE
	t sandglass.ticket := w.after;
	was jsonb;
	is_now jsonb;
	shown record;
BEGIN
	IF t.status <> 'hold' THEN
		t.hold_for := NULL;
	ELSIF NOT sandglass.text_shows(t.hold_for) THEN
		PERFORM sandglass.refuse('SG004', 'hold needs to know whom the ticket waits for');
	END IF;
	PERFORM sandglass.clock_follow_status(t.id, t.status, date_trunc('second', w.at), w.request_id);
	IF t.priority <> (w.before).priority OR t.organization_id IS DISTINCT FROM (w.before).organization_id THEN
		PERFORM sandglass.clock_retarget(t, date_trunc('second', w.at), w.actor,
			CASE WHEN t.priority <> (w.before).priority THEN 'priority' ELSE 'organization' END);
	END IF;
	t.version := t.version + 1;
	t.updated_at := greatest(w.at, t.updated_at);
	shown := sandglass.clock_shown(t.id);
	t.clock_id := shown.clock_id;
	t.due_at := shown.due_at;
	IF w.is_new THEN
		INSERT INTO sandglass.ticket (id, version, subject, status, priority, channel, precedence, requester_id, organization_id,
				assignee_id, team_id, incident_id, hold_for, clock_id, due_at, created_at, updated_at, last_message_at, last_author,
				message_count, reply_token, tags, mentioned)
			VALUES (t.id, t.version, t.subject, t.status, t.priority, t.channel, t.precedence, t.requester_id, t.organization_id,
				t.assignee_id, t.team_id, t.incident_id, t.hold_for, t.clock_id, t.due_at, t.created_at, t.updated_at,
				t.last_message_at, t.last_author, t.message_count, t.reply_token, coalesce(t.tags, '{}'),
				t.mentioned);
	ELSE
		UPDATE sandglass.ticket k SET version = t.version, status = t.status, priority = t.priority, precedence = t.precedence,
				organization_id = t.organization_id, assignee_id = t.assignee_id, team_id = t.team_id, incident_id = t.incident_id,
				hold_for = t.hold_for, updated_at = t.updated_at, last_message_at = t.last_message_at, last_author = t.last_author,
				message_count = t.message_count, merged_into = t.merged_into, clock_id = t.clock_id, due_at = t.due_at,
				subject = t.subject, requester_id = t.requester_id, tags = t.tags, mentioned = t.mentioned
			WHERE k.id = t.id;
	END IF;
	was := sandglass.ticket_told(w.before);
	is_now := sandglass.ticket_told(t);
	IF (t.subject, t.requester_id, t.tags) IS DISTINCT FROM ((w.before).subject, (w.before).requester_id, (w.before).tags) THEN
		was := was || sandglass.ticket_told_seldom(w.before);
		is_now := is_now || sandglass.ticket_told_seldom(t);
	END IF;
	IF was = is_now THEN
		was := '{}';
		is_now := '{}';
	ELSE
		SELECT coalesce(jsonb_object_agg(b.key, b.value), '{}'), coalesce(jsonb_object_agg(b.key, a.value), '{}') INTO was, is_now
			FROM jsonb_each(was) b JOIN jsonb_each(is_now) a USING (key) WHERE a.value <> b.value;
	END IF;
	INSERT INTO sandglass.event (request_id, ticket_id, version, actor, agent_id, action, before, after, undoes, at)
		VALUES (w.request_id, t.id, t.version, w.actor, (w.agent).id, w.action, was, is_now || w.note, w.undoes, w.at);
	RETURN (t.id, t.version, false);
END $$;

-- Puts a message on the ticket in hand and keeps the counts of public messages in w.after.
CREATE FUNCTION write_message(INOUT w write_context, m message, OUT id bigint) LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO sandglass.message (ticket_id, kind, author_kind, author, agent_id, contact_id, body, html, message_id, in_reply_to,
			refs, reply_to, created_at, search)
		VALUES ((w.after).id, m.kind, m.author_kind, m.author, m.agent_id, m.contact_id, m.body, coalesce(m.html, false),
			m.message_id, m.in_reply_to, coalesce(m.refs, '{}'), m.reply_to, w.at,
			sandglass.search_words((w.after).subject, sandglass.search_who(w.after), m.body))
		RETURNING message.id INTO id;
	w.note := w.note || jsonb_build_object('message_id', id);
	IF m.kind = 'public' THEN
		w.after.message_count := (w.after).message_count + 1;
		w.after.last_message_at := w.at;
		IF m.author_kind <> 'third_party' THEN
			w.after.last_author := m.author_kind;
		END IF;
	END IF;
END $$;

-- Characters that nobody sees, as a class of a regular expression: blanks, controls, what has no width or only turns the direction, and
-- fillers. The console has the same (core/text.h, text_shows).
CREATE FUNCTION unseen() RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT '\u0001-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f-\u1160\u1680\u17b4-\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff'
$$;

-- Whether there is anything to see in the text.
CREATE FUNCTION text_shows(value text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	RETURN coalesce(value, '') ~ ('[^' || sandglass.unseen() || ']');
END $$;

-- A body that says something; SG004 otherwise.
CREATE FUNCTION require_text(value text, what text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	IF NOT sandglass.text_shows(value) THEN
		PERFORM sandglass.refuse('SG004', format(CASE WHEN coalesce(value, '') ~ '\S' THEN '%s has no visible character' ELSE '%s is empty' END, what));
	END IF;
	RETURN value;
END $$;
