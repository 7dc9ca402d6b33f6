-- Whose ticket it is: what the console's customer pane shows beside the names that it knows.

-- Of the organization of the ticket's requester, or of the requester alone when he belongs nowhere, in this order:
--   tickets      open and all of them
--   attainment   name: first_reply, next_reply; of the waits that ended in the last 90 days and had a target: open is those that
--                were met, all those that count: answered, closed without an answer, or dismissed when it was too late already
--   person       the requester first, then who has most open ones; at: the last message; at most 8
--   ticket       what changed last; name: the subject; at: when; at most 10
CREATE FUNCTION console_customer_at(instant timestamptz, ticket_id bigint, OUT kind text, OUT id bigint, OUT name text, OUT email text,
	OUT status text, OUT open bigint, OUT "all" bigint, OUT at bigint) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
	WITH here AS (
		SELECT t.requester_id, t.organization_id FROM ticket t WHERE t.id = ticket_id
	), theirs AS MATERIALIZED (
		SELECT t.* FROM here h JOIN ticket t ON t.organization_id = h.organization_id WHERE h.organization_id IS NOT NULL
		UNION ALL
		SELECT t.* FROM here h JOIN ticket t ON t.requester_id = h.requester_id WHERE h.organization_id IS NULL
	), waits AS (
		SELECT c.metric, c.outcome FROM theirs t JOIN sla_clock c ON c.ticket_id = t.id
			WHERE c.ended_at > coalesce(instant, clock_timestamp()) - interval '90 days' AND c.target_s IS NOT NULL
				AND c.superseded_by IS NULL AND (c.outcome <> 'dismissed' OR c.breached)
				AND NOT EXISTS (SELECT FROM sla_clock again WHERE again.resumes = c.id) -- the end was taken back
	), people AS (
		SELECT t.requester_id, count(*) FILTER (WHERE t.status <> 'closed') AS open, count(*) AS all, max(t.updated_at) AS at
			FROM theirs t GROUP BY t.requester_id
	), line AS (
		SELECT 1 AS part, 0::bigint AS place, 'tickets' AS kind, NULL::bigint AS id, NULL AS name, NULL AS email, NULL AS status,
				count(*) FILTER (WHERE t.status <> 'closed') AS open, count(*) AS all, NULL::timestamptz AS at FROM theirs t
		UNION ALL
		SELECT 2, m.place, 'attainment', NULL, m.metric::text, NULL, NULL, count(w.metric) FILTER (WHERE w.outcome = 'met'),
				count(w.metric), NULL
			FROM unnest('{first_reply,next_reply}'::clock_metric[]) WITH ORDINALITY AS m (metric, place)
			LEFT JOIN waits w ON w.metric = m.metric GROUP BY m.metric, m.place
		UNION ALL
		(SELECT 3, row_number() OVER (ORDER BY k.id <> h.requester_id, p.open DESC, p.at DESC, k.id), 'person', k.id, k.name, k.email,
				NULL, p.open, p.all, p.at
			FROM here h, people p JOIN contact k ON k.id = p.requester_id ORDER BY 2 LIMIT 8)
		UNION ALL
		(SELECT 4, row_number() OVER (ORDER BY t.updated_at DESC, t.id DESC), 'ticket', t.id, t.subject, NULL, t.status::text, NULL, NULL,
				t.updated_at
			FROM theirs t WHERE t.merged_into IS NULL ORDER BY 2 LIMIT 10)
	)
	SELECT l.kind, l.id, l.name, l.email, l.status, l.open, l.all, floor(extract(epoch FROM l.at))::bigint FROM line l
		WHERE EXISTS (SELECT FROM here) AND EXISTS (SELECT require_role('viewer')) ORDER BY l.part, l.place
$$;

CREATE FUNCTION console_customer(ticket_id bigint, OUT kind text, OUT id bigint, OUT name text, OUT email text, OUT status text,
	OUT open bigint, OUT "all" bigint, OUT at bigint) RETURNS SETOF record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = sandglass, pg_temp AS
$$ SELECT * FROM console_customer_at(NULL, ticket_id) $$;
