-- Saved views: a filter with a name. An agent has his own, the leads make the shared ones. What a filter means is the console's
-- business; here it is text. Every change makes the consoles read the list again, as they do when a name changes.

CREATE TRIGGER saved_view_directory AFTER INSERT OR UPDATE OR DELETE ON saved_view
	FOR EACH STATEMENT EXECUTE FUNCTION directory_mark_changed();
CREATE TRIGGER saved_view_wake AFTER INSERT OR UPDATE OR DELETE ON saved_view
	FOR EACH STATEMENT EXECUTE FUNCTION wake();

-- The views that the caller may use, own ones before shared ones of the same name.
CREATE FUNCTION view_list(OUT id int, OUT name text, OUT filter text, OUT sort text, OUT columns text, OUT shared boolean, OUT saved_by text)
RETURNS SETOF record LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
BEGIN
	RETURN QUERY SELECT v.id, v.name, v.filter, v.sort, v.columns, v.agent_id IS NULL, v.saved_by FROM saved_view v
		WHERE v.agent_id IS NULL OR v.agent_id = (SELECT a.id FROM agent a WHERE a.login = (SELECT caller()) AND a.active)
		ORDER BY lower(v.name), v.name, v.agent_id IS NULL;
END $$;

-- Refuses what cannot be a view's name (SG004).
CREATE FUNCTION view_check(name text) RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
	IF NOT sandglass.text_shows(name) OR name <> btrim(name) OR name ~ '[[:cntrl:]]' OR length(name) > 60 THEN
		PERFORM sandglass.refuse('SG004', 'a view''s name is one line of 1 to 60 characters');
	ELSIF name IN ('all', 'mine', 'unassigned', 'save', 'share', 'delete', 'new') THEN
		PERFORM sandglass.refuse('SG004', format('"%s" means something else already; give the view another name', name));
	END IF;
END $$;

-- Saves a view, or changes the one of that name; for all (a lead's right), then the caller's own one of that name has become it.
CREATE FUNCTION view_save(name text, filter text, sort text, columns text, shared boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	saving agent := require_agent();
BEGIN
	IF shared THEN
		PERFORM require_role('lead');
		DELETE FROM saved_view v WHERE v.agent_id = saving.id AND v.name = view_save.name;
	END IF;
	PERFORM view_check(name);
	IF length(filter) > 2000 OR length(sort) > 40 OR length(columns) > 255 THEN
		PERFORM refuse('SG004', 'the filter, the order or the columns are too long to be saved');
	END IF;
	INSERT INTO saved_view AS v (agent_id, name, filter, sort, columns, saved_by)
		VALUES (CASE WHEN NOT shared THEN saving.id END, view_save.name, view_save.filter, view_save.sort, view_save.columns, saving.login)
		ON CONFLICT ON CONSTRAINT saved_view_agent_id_name_key DO UPDATE SET filter = excluded.filter, sort = excluded.sort,
			columns = excluded.columns, saved_by = excluded.saved_by, saved_at = now();
END $$;

-- Takes away the caller's own view of that name, or else the shared one (a lead's right). Returns whether it was a shared one.
CREATE FUNCTION view_delete(name text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
DECLARE
	deleting agent := require_agent();
BEGIN
	DELETE FROM saved_view v WHERE v.agent_id = deleting.id AND v.name = view_delete.name;
	IF FOUND THEN
		RETURN false;
	ELSIF NOT EXISTS (SELECT FROM saved_view v WHERE v.agent_id IS NULL AND v.name = view_delete.name) THEN
		PERFORM refuse('SG003', format('there is no view "%s"; there is %s', view_delete.name,
			coalesce((SELECT string_agg(format('"%s"', l.name), ', ') FROM view_list() l), 'none')));
	END IF;
	PERFORM require_role('lead');
	DELETE FROM saved_view v WHERE v.agent_id IS NULL AND v.name = view_delete.name;
	RETURN true;
END $$;
