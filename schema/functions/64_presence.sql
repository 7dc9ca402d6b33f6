-- Who is at which ticket now: leases, so that a console whose session died is gone when its time is over. Reading works on a
-- standby; nothing here touches the ticket, so it wakes nobody.

-- The caller's console `place` views the ticket, or writes on it (activity 'replying'), for lease_s seconds; ticket 0: it is at
-- none any more. Said again, it goes on since when it began.
CREATE FUNCTION presence_put_at(instant timestamptz, place text, ticket_id bigint, activity text, lease_s int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
#variable_conflict use_column
DECLARE
	me agent := require_agent();
	now_at timestamptz := coalesce(instant, clock_timestamp());
BEGIN
	IF presence_put_at.ticket_id = 0 THEN
		DELETE FROM presence p WHERE p.agent_id = me.id AND p.place = presence_put_at.place;
		RETURN;
	END IF;
	IF lease_s NOT BETWEEN 1 AND 300 OR presence_put_at.activity NOT IN ('viewing', 'replying') OR length(presence_put_at.place) > 100 THEN
		PERFORM refuse('SG004', 'presence is viewing or replying, for 1 to 300 seconds');
	END IF;
	UPDATE presence p SET ticket_id = presence_put_at.ticket_id, activity = presence_put_at.activity,
			until = now_at + lease_s * interval '1 s', at = CASE WHEN p.until > now_at AND (p.ticket_id, p.activity)
				= (presence_put_at.ticket_id, presence_put_at.activity) THEN p.at ELSE now_at END
		WHERE p.agent_id = me.id AND p.place = presence_put_at.place
			AND EXISTS (SELECT FROM ticket t WHERE t.id = presence_put_at.ticket_id);
	IF NOT FOUND THEN
		DELETE FROM presence p WHERE p.until < now_at - interval '1 hour'; -- of consoles that never said goodbye
		INSERT INTO presence (agent_id, place, ticket_id, activity, at, until)
			SELECT me.id, presence_put_at.place, t.id, presence_put_at.activity, now_at, now_at + lease_s * interval '1 s'
				FROM ticket t WHERE t.id = presence_put_at.ticket_id
			ON CONFLICT DO NOTHING;
	END IF;
END $$;

-- Who else is at which ticket: of an agent with several consoles what counts more. since: seconds since 1970 UTC.
CREATE FUNCTION console_presence_at(instant timestamptz, OUT ticket_id bigint, OUT agent_id int, OUT writes boolean, OUT since bigint)
RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
	SELECT p.ticket_id, p.agent_id, bool_or(p.activity = 'replying'), epoch(coalesce(min(p.at) FILTER (WHERE p.activity = 'replying'), min(p.at)))
		FROM presence p JOIN agent a ON a.id = p.agent_id
		WHERE p.until > coalesce(instant, clock_timestamp()) AND a.login <> (SELECT caller())
		GROUP BY p.ticket_id, p.agent_id ORDER BY p.ticket_id, 3 DESC, 4, p.agent_id
$$;

-- ---- the same, now ----------------------------------------------------------------------------------

CREATE FUNCTION presence_put(place text, ticket_id bigint, activity text, lease_s int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ BEGIN PERFORM presence_put_at(NULL, place, ticket_id, activity, lease_s); END $$;

CREATE FUNCTION console_presence(OUT ticket_id bigint, OUT agent_id int, OUT writes boolean, OUT since bigint) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ SELECT * FROM console_presence_at(NULL) $$;
