-- Data for measuring: :open open and :closed closed tickets of :people customers, every open one with a running wait. Written
-- straight into the tables with the triggers off, because it is the size that matters and not how it came to be.
BEGIN;
SET LOCAL search_path = sandglass, pg_temp;
SET LOCAL session_replication_role = replica;

INSERT INTO organization (name, plan_id)
	SELECT 'Organization ' || n, (SELECT id FROM plan ORDER BY id OFFSET n % (SELECT count(*) FROM plan) LIMIT 1)
	FROM generate_series(1, 200) n;
INSERT INTO contact (email, name, organization_id)
	SELECT format('customer%s@org%s.example', n, n % 200), 'Customer Number ' || n, 1 + n % 200 FROM generate_series(1, :people) n;

INSERT INTO ticket (id, subject, status, priority, channel, precedence, requester_id, organization_id, assignee_id, created_at, updated_at,
		last_message_at, last_author, message_count, due_at, tags)
	SELECT n, (ARRAY['The export is stuck at 99 %', 'Данные за ночь не загрузились', 'Attribution model shows zero revenue',
			'Як підключити імпорт витрат', 'Question about the invoice'])[1 + n % 5] || ' (' || n || ')',
		CASE WHEN n > :open THEN 'closed' WHEN n % 3 = 0 THEN 'open' ELSE 'new' END::status,
		CASE WHEN n % 50 = 0 THEN 'urgent' WHEN n % 10 = 0 THEN 'high' ELSE 'normal' END::priority,
		'email', 1, c, 1 + c % 200, CASE WHEN n % 3 = 0 AND n <= :open THEN (SELECT min(id) FROM agent) END,
		at, at, at, 'customer', 1, CASE WHEN n <= :open THEN date_trunc('second', at + interval '9 days') END,
		CASE n % 4 WHEN 0 THEN '{}' WHEN 1 THEN '{billing}' WHEN 2 THEN '{bigquery,outage}' ELSE ARRAY['tag' || n % 30] END::text[]
	FROM (SELECT n, 1 + (n::bigint * 7919) % :people AS c, now() - make_interval(secs => (n::bigint * 104729) % 864000) AS at
		FROM generate_series(1, :open + :closed) n) AS made;
INSERT INTO sla_clock (id, ticket_id, metric, plan_id, target_s, calendar_id, calendar_revision, started_at, resumed_at, due_at, breach_at)
	OVERRIDING SYSTEM VALUE
	SELECT t.id, t.id, 'first_reply', o.plan_id, 259200, c.id, c.revision, date_trunc('second', t.created_at),
		date_trunc('second', t.created_at), t.due_at, t.due_at
	FROM ticket t JOIN organization o ON o.id = t.organization_id, (SELECT * FROM calendar ORDER BY id LIMIT 1) c
	WHERE t.status <> 'closed';
UPDATE ticket SET clock_id = id WHERE status <> 'closed';
INSERT INTO message (ticket_id, kind, author_kind, author, contact_id, body, created_at)
	SELECT id, 'public', 'customer', 'Customer', requester_id, 'The figures of last night are not there. Since when? Since two.', created_at
	FROM ticket WHERE status <> 'closed';
SELECT setval(pg_get_serial_sequence('ticket', 'id'), :open + :closed), setval(pg_get_serial_sequence('sla_clock', 'id'), :open + 1);
COMMIT;
VACUUM ANALYZE;
