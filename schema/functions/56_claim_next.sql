-- The next ticket: the most urgent one that nobody has, for an agent who does not choose.

-- Whether an agent of that team (NULL: of none) gets a ticket of that team as his next one. A ticket of no team is everybody's. One of
-- a team is its agents', and theirs who are in no team: on a desk that has some teams they are those who help wherever it is
-- needed. A lead is an agent like others here. The rule is about what claim_next gives; whoever chooses a ticket himself
-- (ticket_claim, ticket_assign, a reply) may take any. core/claim.h has it too.
CREATE FUNCTION team_may_take(of_ticket int, of_agent int) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT of_ticket IS NULL OR of_agent IS NULL OR of_ticket = of_agent
$$;

-- Claims the first unassigned new or open ticket in the order of the queue that the caller's team may take: of these ids, in whatever
-- order they stand, or of all (NULL). Tickets that somebody else is just claiming are passed over. SG003 when there is none.
--
-- All of them are a walk along ticket_unassigned to the first that is free. Ids are looked up and put in order first: with a LIMIT the
-- planner hopes that one of them comes early on that walk, and walks it to the end when the list is of what is not urgent.
CREATE FUNCTION claim_next_at(instant timestamptz, request_id uuid, ids bigint[] DEFAULT NULL) RETURNS write_result
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	w write_context := write_enter(request_id, 'claim');
	my_team int := (w.agent).team_id;
	candidate bigint;
	next bigint;
	others bigint;
BEGIN
	IF w.repeated THEN
		RETURN w.result;
	END IF;
	IF ids IS NULL THEN
		SELECT t.id INTO next FROM ticket t
			WHERE t.status IN ('new', 'open') AND t.assignee_id IS NULL AND team_may_take(t.team_id, my_team)
			ORDER BY t.priority, t.precedence, coalesce(t.due_at, 'infinity'::timestamptz), t.id LIMIT 1 FOR UPDATE SKIP LOCKED;
	ELSE
		FOR candidate IN SELECT t.id FROM ticket t
				WHERE t.id = ANY (ids) AND t.status IN ('new', 'open') AND t.assignee_id IS NULL AND team_may_take(t.team_id, my_team)
				ORDER BY t.priority, t.precedence, coalesce(t.due_at, 'infinity'::timestamptz), t.id LOOP
			SELECT t.id INTO next FROM ticket t
				WHERE t.id = candidate AND t.status IN ('new', 'open') AND t.assignee_id IS NULL AND team_may_take(t.team_id, my_team)
				FOR UPDATE SKIP LOCKED;
			EXIT WHEN FOUND;
		END LOOP;
	END IF;
	IF next IS NULL THEN
		SELECT count(*) INTO others FROM ticket t
			WHERE t.status IN ('new', 'open') AND t.assignee_id IS NULL AND NOT team_may_take(t.team_id, my_team)
				AND (ids IS NULL OR t.id = ANY (ids));
		IF others > 0 THEN
			PERFORM refuse('SG003', format('no unassigned ticket is waiting for you; of other teams: %s', others));
		END IF;
		PERFORM refuse('SG003', 'no unassigned ticket is waiting');
	END IF;
	RETURN write_claim(write_take(w, next, instant));
END $$;

CREATE FUNCTION claim_next(request_id uuid, ids bigint[] DEFAULT NULL)
RETURNS write_result LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ BEGIN RETURN claim_next_at(NULL, request_id, ids); END $$;
