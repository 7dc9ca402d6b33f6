-- The functions, views and triggers are made anew as a whole whenever one of them changes, so nothing old stays beside
-- the new. Tables and their contents are the migrations' business and are not touched.
SET LOCAL search_path = sandglass, pg_temp;
SET LOCAL client_min_messages = warning;

DO $reset$
DECLARE
	statements text[];
	statement text;
BEGIN
	-- All of them are worded before the first is dropped: CASCADE takes others along, which then have no name any more.
	SELECT array_agg(s) INTO statements FROM (
		SELECT format('DROP VIEW IF EXISTS %s CASCADE', oid::regclass)
			FROM pg_class WHERE relnamespace = 'sandglass'::regnamespace AND relkind = 'v'
		UNION ALL
		SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', oid::regprocedure)
			FROM pg_proc WHERE pronamespace = 'sandglass'::regnamespace
		UNION ALL
		SELECT format('DROP TYPE IF EXISTS %s CASCADE', oid::regclass)
			FROM pg_class WHERE relnamespace = 'sandglass'::regnamespace AND relkind = 'c') AS drops (s);
	FOREACH statement IN ARRAY coalesce(statements, '{}') LOOP
		EXECUTE statement;
	END LOOP;
END
$reset$;
