-- The reply clocks: when a wait opens, runs, stands still and ends. Nothing else writes to sla_clock.
--
-- The callers hold the ticket's row lock and, shared or exclusive, policy_lock(). Instants given here are whole seconds.

-- The promise of a plan for one metric: the most specific target wins, one for the priority before one for the channel.
-- No row (all NULL) when the plan promises nothing, or there is no plan.
CREATE FUNCTION policy_target(plan int, metric clock_metric, priority priority, channel channel) RETURNS sla_policy
LANGUAGE plpgsql STABLE AS $$
DECLARE
	target sandglass.sla_policy;
BEGIN
	SELECT * INTO target FROM sandglass.sla_policy p
		WHERE p.plan_id = $1 AND p.metric = $2 AND (p.priority = $3 OR p.priority IS NULL)
			AND (p.channel = $4 OR p.channel IS NULL)
		ORDER BY (p.priority IS NOT NULL)::int + (p.channel IS NOT NULL)::int DESC, p.priority LIMIT 1;
	RETURN target;
END $$;

-- Computes due_at and breach_at of a wait from its target, calendar and what is used; both NULL when it is paused or has
-- no target.
CREATE FUNCTION clock_schedule(c sla_clock) RETURNS sla_clock LANGUAGE plpgsql STABLE AS $$
DECLARE
	w record;
BEGIN
	c.due_at := NULL;
	c.breach_at := NULL;
	IF c.target_s IS NOT NULL AND c.paused_at IS NULL THEN
		w := sandglass.work_due(c.calendar_id, c.calendar_revision,
			extract(epoch FROM c.resumed_at)::bigint, c.target_s - c.used_s);
		c.due_at := to_timestamp(w.due);
		c.breach_at := to_timestamp(w.breach);
	END IF;
	RETURN c;
END $$;

-- Working seconds used up to the instant; NULL without a calendar.
CREATE FUNCTION clock_used(c sla_clock, instant timestamptz) RETURNS int LANGUAGE plpgsql STABLE AS $$
BEGIN
	IF c.calendar_id IS NULL THEN
		RETURN NULL;
	ELSIF c.paused_at IS NOT NULL THEN
		RETURN c.used_s;
	END IF;
	RETURN c.used_s + sandglass.work_between(c.calendar_id, c.calendar_revision, extract(epoch FROM c.resumed_at)::bigint,
		greatest(extract(epoch FROM c.resumed_at), extract(epoch FROM instant))::bigint);
END $$;

CREATE FUNCTION organization_plan(organization int) RETURNS int LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN (SELECT o.plan_id FROM sandglass.organization o WHERE o.id = organization);
END $$;

-- Opens a wait of this metric at a customer's message, with what the plan promises (`target`, all NULL: nothing).
-- clock_follow_status, which every write calls, stops it if the ticket is in a status that pauses it.
CREATE FUNCTION clock_open(ticket bigint, metric clock_metric, plan int, target sla_policy, message bigint, instant timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	c sandglass.sla_clock;
BEGIN
	c.resumed_at := instant;
	c.used_s := 0;
	c.target_s := target.target_s;
	IF target.id IS NOT NULL THEN
		SELECT k.id, k.revision INTO c.calendar_id, c.calendar_revision FROM sandglass.calendar k
			WHERE k.id = target.calendar_id;
	END IF;
	c := sandglass.clock_schedule(c);
	INSERT INTO sandglass.sla_clock (ticket_id, metric, message_id, plan_id, target_s, calendar_id, calendar_revision, pause_on,
			started_at, resumed_at, due_at, breach_at)
		VALUES (ticket, metric, message, plan, c.target_s, c.calendar_id, c.calendar_revision, coalesce(target.pause_on, '{}'),
			instant, instant, c.due_at, c.breach_at);
END $$;

-- A public message of the customer: opens the reply wait unless one runs already (rule: the oldest unanswered message
-- counts), and the resolution clock unless it runs. The ticket's first customer message opens first_reply. A reply wait
-- opens always, a resolution clock only where it has a target.
CREATE FUNCTION clock_customer_wrote(t ticket, message bigint, instant timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	plan int;
	target sandglass.sla_policy;
	waited boolean;
	waits boolean;
	resolving boolean;
	metric sandglass.clock_metric;
BEGIN
	SELECT coalesce(bool_or(c.metric <> 'resolution'), false),
			coalesce(bool_or(c.metric <> 'resolution' AND c.ended_at IS NULL), false),
			coalesce(bool_or(c.metric = 'resolution' AND c.ended_at IS NULL), false)
		INTO waited, waits, resolving FROM sandglass.sla_clock c WHERE c.ticket_id = t.id;
	plan := sandglass.organization_plan(t.organization_id);
	IF NOT waits THEN
		metric := CASE WHEN waited THEN 'next_reply' ELSE 'first_reply' END;
		target := sandglass.policy_target(plan, metric, t.priority, t.channel);
		PERFORM sandglass.clock_open(t.id, metric, plan, target, message, instant);
	END IF;
	IF NOT resolving THEN
		target := sandglass.policy_target(plan, 'resolution', t.priority, t.channel);
		IF target.id IS NOT NULL THEN
			PERFORM sandglass.clock_open(t.id, 'resolution', plan, target, message, instant);
		END IF;
	END IF;
END $$;

-- Ends one running wait. outcome NULL: met or breached, as the ledger says. Returns nothing; a wait without target is met.
CREATE FUNCTION clock_end(c sla_clock, outcome clock_outcome, instant timestamptz, request uuid, reason text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	used int := sandglass.clock_used(c, instant);
BEGIN
	UPDATE sandglass.sla_clock k SET ended_at = greatest(instant, c.started_at), elapsed_s = used, ended_by = request,
			reason = clock_end.reason, outcome = coalesce(clock_end.outcome,
				CASE WHEN used > c.target_s THEN 'breached'::clock_outcome ELSE 'met' END)
		WHERE k.id = c.id;
END $$;

-- Ends the ticket's reply waits, also those that a merge has set aside: by a public reply (outcome NULL), a dismissal, or
-- closing. Returns how many there were.
CREATE FUNCTION clock_end_replies(ticket bigint, outcome clock_outcome, instant timestamptz, request uuid,
	reason text DEFAULT NULL) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	c sandglass.sla_clock;
	ended int := 0;
BEGIN
	FOR c IN SELECT * FROM sandglass.sla_clock k WHERE k.ticket_id = ticket AND k.ended_at IS NULL
			AND k.metric <> 'resolution' LOOP
		PERFORM sandglass.clock_end(c, outcome, instant, request, reason);
		ended := ended + 1;
	END LOOP;
	RETURN ended;
END $$;

-- What the ticket's status means for its running waits: closing ends them (a reply wait as closed_unanswered), a status in
-- which the policy pauses a wait stops it with its remaining time kept to the second, leaving it starts it again.
CREATE FUNCTION clock_follow_status(ticket bigint, status status, instant timestamptz, request uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	c sandglass.sla_clock;
BEGIN
	FOR c IN SELECT * FROM sandglass.sla_clock k WHERE k.ticket_id = ticket AND k.ended_at IS NULL LOOP
		IF status = 'closed' THEN
			PERFORM sandglass.clock_end(c, CASE WHEN c.metric <> 'resolution' THEN 'closed_unanswered'::clock_outcome END,
				instant, request);
			CONTINUE;
		ELSIF status = ANY (c.pause_on) AND c.paused_at IS NULL THEN
			c.used_s := coalesce(sandglass.clock_used(c, instant), 0);
			c.paused_at := instant;
		ELSIF NOT status = ANY (c.pause_on) AND c.paused_at IS NOT NULL THEN
			c.paused_at := NULL;
			c.resumed_at := instant;
		ELSE
			CONTINUE;
		END IF;
		c := sandglass.clock_schedule(c);
		UPDATE sandglass.sla_clock k SET used_s = c.used_s, paused_at = c.paused_at, resumed_at = c.resumed_at, due_at = c.due_at,
			breach_at = c.breach_at WHERE k.id = c.id;
	END LOOP;
END $$;

-- Whether more than the target is used at the instant: from then on nothing may change the wait's target.
CREATE FUNCTION clock_is_breached(c sla_clock, instant timestamptz) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN coalesce(CASE WHEN c.paused_at IS NULL THEN c.breach_at < instant ELSE c.used_s > c.target_s END, false);
END $$;

-- Applies the targets and calendars that hold now to the running waits of one ticket: the start stays, the time used stays,
-- the target is new. A wait that is breached already keeps the promise that was broken. Each change leaves an event.
-- Returns how many changed.
CREATE FUNCTION clock_retarget(t ticket, instant timestamptz, actor text, cause text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	plan int := sandglass.organization_plan(t.organization_id);
	target sandglass.sla_policy;
	old sandglass.sla_clock;
	c sandglass.sla_clock;
	changed int := 0;
BEGIN
	FOR old IN SELECT * FROM sandglass.sla_clock k WHERE k.ticket_id = t.id AND k.ended_at IS NULL LOOP
		CONTINUE WHEN sandglass.clock_is_breached(old, instant);
		c := old;
		target := sandglass.policy_target(plan, c.metric, t.priority, t.channel);
		c.plan_id := plan;
		c.target_s := target.target_s;
		c.calendar_id := target.calendar_id;
		c.calendar_revision := (SELECT k.revision FROM sandglass.calendar k WHERE k.id = target.calendar_id);
		c.pause_on := coalesce(target.pause_on, '{}');
		CONTINUE WHEN (c.plan_id, c.target_s, c.calendar_id, c.calendar_revision, c.pause_on) IS NOT DISTINCT FROM
			(old.plan_id, old.target_s, old.calendar_id, old.calendar_revision, old.pause_on);
		IF t.status = ANY (c.pause_on) AND c.paused_at IS NULL THEN
			c.used_s := coalesce(sandglass.clock_used(c, instant), 0);
			c.paused_at := instant;
		ELSIF NOT t.status = ANY (c.pause_on) AND c.paused_at IS NOT NULL THEN
			c.paused_at := NULL;
			c.resumed_at := instant;
		END IF;
		c := sandglass.clock_schedule(c);
		UPDATE sandglass.sla_clock k SET plan_id = c.plan_id, target_s = c.target_s, calendar_id = c.calendar_id,
				calendar_revision = c.calendar_revision, pause_on = c.pause_on, used_s = c.used_s, paused_at = c.paused_at,
				resumed_at = c.resumed_at, due_at = c.due_at, breach_at = c.breach_at
			WHERE k.id = c.id;
		INSERT INTO sandglass.event (ticket_id, actor, action, before, after, at)
			VALUES (t.id, actor, 'recompute',
				jsonb_build_object('metric', old.metric, 'target_s', old.target_s, 'due_at', old.due_at, 'clock_id', old.id),
				jsonb_build_object('metric', c.metric, 'target_s', c.target_s, 'due_at', c.due_at, 'cause', cause), instant);
		changed := changed + 1;
	END LOOP;
	RETURN changed;
END $$;

-- The wait that the queue shows and sorts by: of those that run, the one that is due first.
CREATE FUNCTION clock_shown(ticket bigint, OUT clock_id bigint, OUT due_at timestamptz) LANGUAGE plpgsql STABLE AS $$
BEGIN
	SELECT c.id, c.due_at INTO clock_id, due_at FROM sandglass.sla_clock c
		WHERE c.ticket_id = ticket AND c.ended_at IS NULL AND c.superseded_by IS NULL
		ORDER BY c.due_at, c.target_s IS NULL, c.metric, c.id LIMIT 1;
END $$;

-- Applies changed targets or calendars to the running waits of an organization's tickets, or of all tickets (NULL).
-- The caller holds policy_lock(true). Returns how many waits changed.
CREATE FUNCTION clocks_recompute(organization int, instant timestamptz, actor text, cause text) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
	t sandglass.ticket;
	n int;
	changed int := 0;
BEGIN
	FOR t IN SELECT * FROM sandglass.ticket k
			WHERE k.id IN (SELECT c.ticket_id FROM sandglass.sla_clock c WHERE c.ended_at IS NULL)
				AND (organization IS NULL OR k.organization_id = organization)
			ORDER BY k.id FOR UPDATE LOOP
		n := sandglass.clock_retarget(t, date_trunc('second', instant), actor, cause);
		IF n > 0 THEN
			UPDATE sandglass.ticket k SET (clock_id, due_at) = (SELECT s.clock_id, s.due_at FROM sandglass.clock_shown(t.id) s)
				WHERE k.id = t.id;
			changed := changed + n;
		END IF;
	END LOOP;
	RETURN changed;
END $$;
