-- A draft that is taken up on another machine is whole, or says what it lacks.
SET LOCAL search_path = sandglass, pg_temp;

ALTER TABLE draft
	ADD COLUMN macro jsonb,                        -- what a macro does when it is sent, as ticket_reply takes it; NULL: nothing
	ADD COLUMN files jsonb NOT NULL DEFAULT '[]';  -- what lies beside it there: [{"name", "size", "part", "host"}]

UPDATE draft d SET files = f.files
	FROM (SELECT a.message_id, jsonb_agg(jsonb_build_object('name', a.name, 'size', a.size, 'part', a.part) ORDER BY a.part) AS files
		FROM (SELECT x.*, row_number() OVER (PARTITION BY x.message_id ORDER BY x.id) AS part FROM attachment x) a GROUP BY 1) f
	WHERE f.message_id = d.message_id AND d.place LIKE 'recalled %';
