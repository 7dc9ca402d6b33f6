-- Taking back: the last action of an agent, and a merge.

-- Ends that are taken back: each wait that the request ended runs again as it was, as a new row of the ledger; the ended
-- row stays, so both facts are kept. What the policy promises may have changed meanwhile, so the caller retargets.
CREATE FUNCTION clock_reopen(ticket bigint, request uuid) RETURNS void LANGUAGE sql AS $$
	INSERT INTO sandglass.sla_clock (ticket_id, metric, message_id, plan_id, target_s, calendar_id, calendar_revision, pause_on,
			started_at, resumed_at, used_s, paused_at, due_at, breach_at, resumes, superseded_by)
		SELECT ticket_id, metric, message_id, plan_id, target_s, calendar_id, calendar_revision, pause_on,
			started_at, resumed_at, used_s, paused_at, due_at, breach_at, id, superseded_by
			FROM sandglass.sla_clock WHERE ticket_id = ticket AND ended_by = request
$$;

-- What stands in the way of taking back an event: the newest of what came after it on its ticket, or no row. What the same
-- actor did and took back since is as if it had not been: several actions are taken back one after the other, newest first.
CREATE FUNCTION undo_obstacle(e event) RETURNS event LANGUAGE sql STABLE AS $$
	SELECT x.* FROM sandglass.event x
		WHERE x.ticket_id = e.ticket_id AND x.version > e.version AND NOT (x.actor = e.actor
			AND (x.undoes IS NOT NULL OR EXISTS (SELECT FROM sandglass.event u WHERE u.undoes = x.id)))
		ORDER BY x.version DESC LIMIT 1
$$;

-- Takes back the caller's own request: a change of status, priority, assignee, tags, subject, requester, organization, team or incident, a claim,
-- a dismissal or a merge, as long as nothing else came after it on that ticket (SG006 says what did); a reply, as long as it has not left (62_recall.sql). Asked again,
-- it answers again.
CREATE FUNCTION undo_at(instant timestamptz, request_id uuid) RETURNS write_result
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	me agent := require_agent();
	e event;
	again event;
	obstacle event;
	w write_context;
BEGIN
	SELECT * INTO e FROM event x WHERE x.request_id = undo_at.request_id AND x.actor = me.login;
	IF NOT FOUND THEN
		PERFORM refuse('SG006', 'there is no such action of yours to take back');
	END IF;
	PERFORM policy_lock(e.action = 'organization');
	IF e.action = 'merge' THEN
		PERFORM merge_lock();
	END IF;
	w := write_begin(NULL, CASE e.action WHEN 'reply' THEN 'recall' ELSE 'undo' END, e.ticket_id, 0, instant);
	SELECT * INTO again FROM event x WHERE x.undoes = e.id;
	IF FOUND THEN
		RETURN (again.ticket_id, again.version, true);
	END IF;
	IF e.action NOT IN ('status', 'priority', 'assign', 'claim', 'tag', 'macro', 'subject', 'requester', 'organization', 'team', 'link',
			'merge', 'dismiss', 'reply') THEN
		PERFORM refuse('SG006', format('this cannot be taken back: you %s', event_text(e)));
	END IF;
	w.undoes := e.id;
	w.note := jsonb_build_object('undone', event_text(e));
	IF e.action = 'reply' THEN
		w := write_recall(w, e);
	ELSE
		obstacle := undo_obstacle(e);
		IF obstacle.id IS NOT NULL THEN
			PERFORM refuse('SG006', format('nothing is taken back, since then %s', event_told(obstacle, w.at)));
		END IF;
	END IF;
	IF e.action = 'merge' THEN
		RETURN write_unmerge(w, e, instant);
	ELSIF e.action = 'organization' THEN
		PERFORM organization_undo_check(w.before, e);
	ELSIF e.action = 'requester' THEN
		PERFORM requester_swap_back(e);
		w.after := ticket_recount(w.after);
	END IF;
	w.after := jsonb_populate_record(w.after, undo_columns(w.before, e));
	IF e.action = 'requester' THEN
		w.after.organization_id := requester_back_in(w.after, e);
	END IF;
	PERFORM clock_reopen(e.ticket_id, e.request_id);
	PERFORM clock_earliest_stands(e.ticket_id); -- the customer may have written since a reply
	PERFORM clock_retarget(w.after, date_trunc('second', w.at), w.actor,
		CASE WHEN (w.after).organization_id IS DISTINCT FROM (w.before).organization_id THEN 'organization'
			WHEN (w.after).priority <> (w.before).priority THEN 'priority' ELSE 'policy' END);
	w.result := write_end(w);
	IF e.action = 'organization' THEN -- his other tickets
		PERFORM contact_settle((e.after ->> 'contact')::bigint, (e.after ->> 'contact_was')::int, NULL, e.request_id);
	ELSIF e.action = 'link' THEN
		PERFORM incident_abandon(e, w.at);
	END IF;
	RETURN w.result;
END $$;

CREATE FUNCTION undo(request_id uuid) RETURNS write_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ BEGIN RETURN undo_at(NULL, request_id); END $$;

-- ---- merging --------------------------------------------------------------------------------------

-- Counts a ticket's public messages, and who is mentioned, anew after messages came or went.
CREATE FUNCTION ticket_recount(INOUT t ticket) LANGUAGE plpgsql STABLE AS $$
BEGIN
	SELECT count(*), max(m.created_at) INTO t.message_count, t.last_message_at
		FROM sandglass.message m WHERE m.ticket_id = t.id AND m.kind = 'public';
	t.last_author := (SELECT m.author_kind FROM sandglass.message m WHERE m.ticket_id = t.id AND m.kind = 'public'
		AND m.author_kind <> 'third_party' ORDER BY m.created_at DESC, m.id DESC LIMIT 1);
	t.mentioned := sandglass.ticket_mentioned(t.id);
END $$;

-- Of the running waits of one kind on a ticket (replies, or resolution) the earliest stands for the others.
CREATE FUNCTION clock_earliest_stands(ticket bigint) RETURNS void LANGUAGE sql AS $$
	WITH ranked AS (
		SELECT c.id, first_value(c.id) OVER (PARTITION BY c.metric = 'resolution' ORDER BY c.started_at, c.id) AS first
			FROM sandglass.sla_clock c WHERE c.ticket_id = ticket AND c.ended_at IS NULL
	)
	UPDATE sandglass.sla_clock c SET superseded_by = nullif(r.first, r.id) FROM ranked r WHERE c.id = r.id
$$;

-- Puts the conversation and the running waits of the ticket onto `into`; the ticket is closed and points there. The
-- earliest wait of the two goes on; the other is set aside and ends with it.
CREATE FUNCTION ticket_merge_at(instant timestamptz, request_id uuid, ticket_id bigint, expected_version int, into_id bigint)
RETURNS write_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	w write_context;
	target write_context;
	moved bigint[];
	clocks bigint[];
	result write_result;
BEGIN
	PERFORM policy_lock(false);
	PERFORM require_agent();
	PERFORM merge_lock();
	w := write_begin(request_id, 'merge', ticket_id, expected_version, instant);
	IF w.repeated THEN
		RETURN w.result;
	END IF;
	IF ticket_id = into_id THEN
		PERFORM refuse('SG004', 'a ticket cannot be merged into itself');
	ELSIF ticket_follow(into_id) <> into_id THEN -- said before its row is locked
		PERFORM refuse('SG006', format('ticket %s was merged into %s', into_id, ticket_follow(into_id)));
	END IF;
	target := write_begin(NULL, 'merged', into_id, 0, instant);
	IF (target.before).status = 'closed' THEN
		PERFORM refuse('SG006', format('ticket %s is closed', into_id));
	END IF;
	WITH m AS (UPDATE message SET ticket_id = into_id WHERE message.ticket_id = ticket_merge_at.ticket_id RETURNING id)
		SELECT array_agg(id) INTO moved FROM m;
	WITH c AS (UPDATE sla_clock SET ticket_id = into_id
			WHERE sla_clock.ticket_id = ticket_merge_at.ticket_id AND ended_at IS NULL RETURNING id)
		SELECT array_agg(id) INTO clocks FROM c;
	PERFORM clock_earliest_stands(into_id);
	w.after := ticket_recount(w.after);
	w.after.status := 'closed';
	w.after.merged_into := into_id;
	w.note := jsonb_build_object('messages', coalesce(moved, '{}'), 'clocks', coalesce(clocks, '{}'));
	result := write_end(w);
	target.after := ticket_recount(target.after);
	IF (target.after).status = 'pending' AND waiting_since(into_id) IS NOT NULL THEN
		target.after.status := 'open';
	END IF;
	target.note := jsonb_build_object('from', ticket_id);
	PERFORM write_end(target);
	RETURN result;
END $$;

-- What a merge did on the ticket that it went into.
CREATE FUNCTION merge_counterpart(e event) RETURNS event LANGUAGE sql STABLE AS $$
	SELECT x.* FROM sandglass.event x WHERE x.ticket_id = (e.after ->> 'merged_into')::bigint AND x.action = 'merged'
			AND (x.after ->> 'from')::bigint = e.ticket_id
		ORDER BY x.id DESC LIMIT 1
$$;

-- What stands in the way of taking back a merge, on the ticket that it went into. What else the same actor merged into it is none:
-- each takes its own messages with it.
CREATE FUNCTION merge_obstacle(counterpart event) RETURNS event LANGUAGE sql STABLE AS $$
	SELECT x.* FROM sandglass.event x
		WHERE x.ticket_id = counterpart.ticket_id AND x.version > counterpart.version AND NOT (x.actor = counterpart.actor
			AND (x.action IN ('merged', 'unmerged') OR x.undoes IS NOT NULL
				OR EXISTS (SELECT FROM sandglass.event u WHERE u.undoes = x.id)))
		ORDER BY x.version DESC LIMIT 1
$$;

-- Takes the merge of the ticket in hand apart: its messages and those of its waits that still run return to it, with the
-- status it had. What came after the merge stays where it is. `undone`, the merge's event, when it is an undo: then nothing
-- may have come after it.
CREATE FUNCTION write_unmerge(w write_context, undone event, instant timestamptz) RETURNS write_result LANGUAGE plpgsql AS $$
DECLARE
	ticket bigint := (w.before).id;
	into_id bigint := (w.before).merged_into;
	target sandglass.write_context;
	e sandglass.event;
	counterpart sandglass.event;
	obstacle sandglass.event;
	was sandglass.ticket;
	result sandglass.write_result;
BEGIN
	IF into_id IS NULL THEN
		PERFORM sandglass.refuse('SG006', format('ticket %s is not merged into another', ticket));
	END IF;
	target := sandglass.write_begin(NULL, 'unmerged', into_id, 0, instant); -- refused when it was merged further
	SELECT * INTO e FROM sandglass.event x WHERE x.ticket_id = ticket AND x.action = 'merge' ORDER BY x.id DESC LIMIT 1;
	IF undone.id IS NOT NULL THEN
		counterpart := sandglass.merge_counterpart(e);
		obstacle := sandglass.merge_obstacle(counterpart);
		IF obstacle.id IS NOT NULL THEN
			PERFORM sandglass.refuse('SG006', format('nothing is taken back, since then on %s %s', into_id,
				sandglass.event_told(obstacle, w.at)));
		END IF;
	END IF;
	UPDATE sandglass.message m SET ticket_id = ticket
		WHERE m.ticket_id = into_id AND m.id IN (SELECT jsonb_array_elements_text(e.after -> 'messages')::bigint);
	WITH RECURSIVE brought AS (
		SELECT jsonb_array_elements_text(e.after -> 'clocks')::bigint AS id
		UNION
		SELECT c.id FROM sandglass.sla_clock c JOIN brought b ON c.resumes = b.id
	)
	UPDATE sandglass.sla_clock c SET ticket_id = ticket
		WHERE c.ticket_id = into_id AND c.ended_at IS NULL AND c.id IN (SELECT b.id FROM brought b);
	PERFORM sandglass.clock_earliest_stands(into_id);
	PERFORM sandglass.clock_earliest_stands(ticket);
	w.after := sandglass.ticket_recount(w.after);
	was := jsonb_populate_record(w.before, e.before);
	w.after.status := was.status;
	w.after.hold_for := was.hold_for;
	w.after.merged_into := NULL;
	result := sandglass.write_end(w);
	target.after := sandglass.ticket_recount(target.after);
	IF undone.id IS NOT NULL THEN
		target.undoes := counterpart.id;
		IF sandglass.waiting_since(into_id) IS NULL THEN
			target.after.status := coalesce((counterpart.before ->> 'status')::sandglass.status, (target.after).status);
		END IF;
	END IF;
	target.note := jsonb_build_object('from', ticket);
	PERFORM sandglass.write_end(target);
	RETURN result;
END $$;

CREATE FUNCTION ticket_unmerge_at(instant timestamptz, request_id uuid, ticket_id bigint, expected_version int)
RETURNS write_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	w write_context;
BEGIN
	PERFORM policy_lock(false);
	PERFORM require_agent();
	PERFORM merge_lock();
	w := write_begin(request_id, 'unmerge', ticket_id, expected_version, instant);
	RETURN CASE WHEN w.repeated THEN w.result ELSE write_unmerge(w, NULL, instant) END;
END $$;

CREATE FUNCTION ticket_merge(request_id uuid, ticket_id bigint, expected_version int, into_id bigint) RETURNS write_result
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ BEGIN RETURN ticket_merge_at(NULL, request_id, ticket_id, expected_version, into_id); END $$;

CREATE FUNCTION ticket_unmerge(request_id uuid, ticket_id bigint, expected_version int) RETURNS write_result
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ BEGIN RETURN ticket_unmerge_at(NULL, request_id, ticket_id, expected_version); END $$;
