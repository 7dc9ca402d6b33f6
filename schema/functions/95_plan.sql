-- Every statement of a write finds its rows by an index.
--
-- PL/pgSQL keeps the plans of a session, and those that are made while the tables hold a few rows read whole tables: right then,
-- and wrong a minute later, when five thousand tickets are changed and taken back by a console that was opened on a new desk. The
-- twins that the owner calls are where all writes pass.
DO $plan$
DECLARE
	write regprocedure;
BEGIN
	FOR write IN SELECT p.oid::regprocedure FROM pg_proc p
			WHERE p.pronamespace = 'sandglass'::regnamespace AND p.prosecdef AND p.proname LIKE '%\_at'
				AND (p.prorettype = 'sandglass.write_result'::regtype OR p.proname = 'intake_message_at' OR p.proname LIKE 'outbox\_%') LOOP
		EXECUTE format('ALTER FUNCTION %s SET enable_seqscan = off', write);
		EXECUTE format('ALTER FUNCTION %s SET jit = off', write); -- what has no index would look too dear to be run as it is
	END LOOP;
END
$plan$;
