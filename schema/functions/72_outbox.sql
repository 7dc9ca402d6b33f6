-- Replies on their way out: the login of the delivery may call these and nothing else.
--
--   waiting -> taken -> sending -> sent
--      ^---------+---------+---> failed, unknown: back to the ticket, with a message that says why
-- waiting, taken -> recalled: the agent took it back in time (62_recall.sql)
--
-- One copy of each. A row that was only taken may be taken again by anybody as soon as its deliverer is gone: a mail server
-- throws away a message whose end never came. A row that was being handed over is never sent again by itself: whether the mail
-- server has it, nobody here can know, so the agent is told and decides.

CREATE TYPE outbox_mail AS (
	id bigint,
	lease uuid,
	ticket_id bigint,
	sender text,       -- the support address; '' when the policy names none
	recipient text,
	recipient_name text,
	reply_to text,
	subject text,
	header_id text,
	in_reply_to text,
	cc text,           -- addresses parted by blanks
	refs text,         -- parted by blanks, oldest first
	body text,
	created_at bigint, -- seconds since 1970 UTC
	attachments int    -- how many there are: outbox_attachments() gives them
);

-- Whether nobody is at work on a taken row: its time is over, or the session that took it has ended.
CREATE FUNCTION outbox_left(o outbox, instant timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT o.leased_until <= instant OR NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.pid = o.holder)
$$;

-- Gives a row that is not going to be delivered back to its ticket: a message that says why, and the ticket is open, with the
-- agent it has. The customer has not written, so no clock is opened or restarted. Of no effect unless the row is still in one of
-- the states `from` under this lease. The ticket is locked before the row, as everywhere.
CREATE FUNCTION outbox_give_back(id bigint, lease uuid, "from" outbox_state[], becomes outbox_state, reason text, instant timestamptz)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	o sandglass.outbox;
	w sandglass.write_context;
	m sandglass.message;
	written record;
	about text;
BEGIN
	PERFORM sandglass.policy_lock(false);
	SELECT * INTO o FROM sandglass.outbox x WHERE x.id = outbox_give_back.id;
	w.action := 'undelivered';
	w.actor := session_user;
	w := sandglass.write_take_followed(w, o.ticket_id, instant);
	UPDATE sandglass.outbox x SET state = becomes, answer = reason
		WHERE x.id = outbox_give_back.id AND x.lease = outbox_give_back.lease AND x.state = ANY ("from");
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	about := format('the reply of %s to %s', to_char(o.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'), o.recipient);
	m.kind := 'system';
	m.author_kind := 'system';
	m.author := 'delivery';
	m.body := CASE becomes
		WHEN 'failed' THEN format(E'Not delivered: %s.\n%s\nIt is not tried again. Check the address, or reach the customer another way.',
			about, reason)
		ELSE format(E'Perhaps not delivered: %s.\n%s\nThe mail server may have it or not. It is not sent again by itself, so that the '
			'customer does not get it twice: ask the customer, or send it again.', about, reason) END;
	written := sandglass.write_message(w, m);
	w := written.w;
	w.note := w.note || jsonb_build_object('recipient', o.recipient, 'unknown', becomes = 'unknown');
	w.after.status := CASE (w.after).status WHEN 'new' THEN 'new'::sandglass.status ELSE 'open' END;
	PERFORM sandglass.write_end(w);
	RETURN true;
END $$;

-- At most n rows whose time has come, oldest first, for lease_s seconds; rows that others take at this moment are passed over.
-- Rows whose handing-over was never finished come back to their tickets first.
CREATE FUNCTION outbox_take_at(instant timestamptz, n int, lease_s int) RETURNS SETOF outbox_mail
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	now_at timestamptz := coalesce(instant, clock_timestamp());
	mine uuid := gen_random_uuid();
	lost outbox;
BEGIN
	PERFORM require_role('deliver');
	FOR lost IN SELECT * FROM outbox o WHERE o.state = 'sending' AND o.leased_until <= now_at ORDER BY o.id LOOP
		PERFORM outbox_give_back(lost.id, lost.lease, '{sending}', 'unknown',
			'The delivery was interrupted while it handed the message over.', now_at);
	END LOOP;
	RETURN QUERY
		WITH due AS (
			SELECT o.id FROM outbox o
				WHERE o.send_after <= now_at AND (o.state = 'waiting' OR o.state = 'taken' AND outbox_left(o, now_at))
				ORDER BY o.send_after, o.id LIMIT n FOR UPDATE SKIP LOCKED
		), taken AS (
			UPDATE outbox o SET state = 'taken', lease = mine, leased_until = now_at + lease_s * interval '1 s',
					holder = pg_backend_pid(), first_tried_at = coalesce(o.first_tried_at, now_at)
				FROM due WHERE o.id = due.id RETURNING o.*
		)
		SELECT t.id, t.lease, t.ticket_id, coalesce((SELECT s.value FROM setting s WHERE s.name = 'support_address'), ''), t.recipient,
				t.recipient_name, coalesce(t.reply_to, ''), t.subject, t.header_id, coalesce(t.in_reply_to, ''),
				array_to_string(t.cc, ' '), array_to_string(t.refs, ' '), t.body, epoch(t.created_at), t.attachments
			FROM taken t ORDER BY t.send_after, t.id;
END $$;

-- To be asked when all of a message but its last bytes is with the mail server: true, and from now on the row is never sent
-- again; false, and the deliverer must not end the message, because the row is not his any more.
CREATE FUNCTION outbox_sending_at(instant timestamptz, id bigint, lease uuid, lease_s int) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	now_at timestamptz := coalesce(instant, clock_timestamp());
BEGIN
	PERFORM require_role('deliver');
	UPDATE outbox o SET state = 'sending', attempts = o.attempts + 1, leased_until = now_at + lease_s * interval '1 s'
		WHERE o.id = outbox_sending_at.id AND o.lease = outbox_sending_at.lease AND o.state = 'taken' AND o.leased_until > now_at;
	RETURN FOUND;
END $$;

-- The mail server has it; asked again, it answers again. missed: who of the copies' recipients was refused, in the server's words;
-- '' for nobody. That, and that a row which was taken for lost arrived after all, the agent is told on the ticket.
CREATE FUNCTION outbox_sent_at(instant timestamptz, id bigint, lease uuid, answer text, missed text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	o outbox;
	w write_context;
	m message;
	written record;
	about text;
BEGIN
	PERFORM require_role('deliver');
	SELECT * INTO o FROM outbox x WHERE x.id = outbox_sent_at.id AND x.lease = outbox_sent_at.lease;
	IF o.state = 'unknown' OR o.state = 'sending' AND missed <> '' THEN
		PERFORM policy_lock(false);
		w.action := 'delivered';
		w.actor := session_user;
		w := write_take_followed(w, o.ticket_id, instant);
	END IF;
	UPDATE outbox x SET state = 'sent', sent_at = coalesce(instant, clock_timestamp()), answer = outbox_sent_at.answer
		WHERE x.id = o.id AND x.lease = o.lease AND x.state IN ('sending', 'unknown');
	IF FOUND AND w.action IS NOT NULL THEN
		about := format('the reply of %s to %s', to_char(o.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'), o.recipient);
		m.kind := 'system';
		m.author_kind := 'system';
		m.author := 'delivery';
		m.body := CASE WHEN o.state = 'unknown' THEN format('Delivered after all: %s.', about)
			ELSE format('Delivered: %s.', about) END
			|| CASE WHEN missed <> '' THEN format(E'\nBut not its copy:\n%s', missed) ELSE '' END;
		written := write_message(w, m);
		w := written.w;
		w.note := w.note || jsonb_build_object('recipient', o.recipient);
		PERFORM write_end(w);
	END IF;
	RETURN coalesce((SELECT x.state = 'sent' FROM outbox x WHERE x.id = o.id AND x.lease = o.lease), false);
END $$;

-- It was not sent. outcome: permanent (back to the ticket), unknown (nobody knows whether it was: the same), temporary (again
-- after a minute, doubling up to an hour) or server (nothing about this message: again as soon as the server can be used).
-- What was tried for five days is permanent. Returns the row's state, or NULL when it is not this deliverer's any more.
CREATE FUNCTION outbox_failed_at(instant timestamptz, id bigint, lease uuid, outcome text, reason text) RETURNS outbox_state
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	now_at timestamptz := coalesce(instant, clock_timestamp());
	o outbox;
	becomes outbox_state := CASE outcome WHEN 'permanent' THEN 'failed' WHEN 'unknown' THEN 'unknown' ELSE 'waiting' END;
	failures int;
BEGIN
	PERFORM require_role('deliver');
	IF outcome NOT IN ('permanent', 'unknown', 'temporary', 'server') THEN
		PERFORM refuse('SG004', format('"%s" is not permanent, unknown, temporary or server', outcome));
	END IF;
	SELECT * INTO o FROM outbox x
		WHERE x.id = outbox_failed_at.id AND x.lease = outbox_failed_at.lease AND x.state IN ('taken', 'sending');
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	IF becomes = 'waiting' AND o.first_tried_at <= now_at - interval '5 days' THEN
		becomes := 'failed';
		reason := 'It was tried for five days. The last time: ' || reason;
	END IF;
	IF becomes <> 'waiting' THEN
		RETURN CASE WHEN outbox_give_back(o.id, o.lease, '{taken,sending}', becomes, reason, now_at) THEN becomes END;
	END IF;
	failures := o.attempts + CASE WHEN o.state = 'taken' AND outcome = 'temporary' THEN 1 ELSE 0 END;
	UPDATE outbox x SET state = 'waiting', answer = reason, attempts = failures, send_after = CASE outcome WHEN 'server' THEN x.send_after
			ELSE now_at + least(60 * 2 ^ least(failures - 1, 10), 3600) * interval '1 s' END
		WHERE x.id = o.id AND x.lease = o.lease AND x.state IN ('taken', 'sending');
	RETURN becomes;
END $$;

-- What was taken under this lease and not touched goes back: the deliverer stops. Returns how many.
CREATE FUNCTION outbox_release(lease uuid) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	released int;
BEGIN
	PERFORM require_role('deliver');
	UPDATE outbox o SET state = 'waiting' WHERE o.lease = outbox_release.lease AND o.state = 'taken';
	GET DIAGNOSTICS released = ROW_COUNT;
	RETURN released;
END $$;

-- How many are still to be sent, now or later, whoever has them.
CREATE FUNCTION outbox_remaining() RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
BEGIN
	PERFORM require_role('deliver');
	RETURN (SELECT count(*) FROM outbox o WHERE o.state IN ('waiting', 'taken', 'sending'));
END $$;

-- ---- the same, now ----------------------------------------------------------------------------------

CREATE FUNCTION outbox_take(n int, lease_s int) RETURNS SETOF outbox_mail
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ BEGIN RETURN QUERY SELECT * FROM outbox_take_at(NULL, n, lease_s); END $$;

CREATE FUNCTION outbox_sending(id bigint, lease uuid, lease_s int) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ BEGIN RETURN outbox_sending_at(NULL, id, lease, lease_s); END $$;

CREATE FUNCTION outbox_sent(id bigint, lease uuid, answer text, missed text DEFAULT '') RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ BEGIN RETURN outbox_sent_at(NULL, id, lease, answer, missed); END $$;

CREATE FUNCTION outbox_failed(id bigint, lease uuid, outcome text, reason text) RETURNS outbox_state
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ BEGIN RETURN outbox_failed_at(NULL, id, lease, outcome, reason); END $$;
