-- What happens by itself when rows change: delta sync, wake-ups, the directory's revision, the append-only history.

-- Every insert and update of a ticket is marked with its transaction, so that a console asks for what changed since the
-- oldest transaction that was still running when it asked last. No row can be missed, whatever the order of commits.
CREATE FUNCTION ticket_mark_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.changed_xid := pg_current_xact_id();
	RETURN NEW;
END $$;
CREATE TRIGGER ticket_mark_changed BEFORE INSERT OR UPDATE ON ticket
	FOR EACH ROW EXECUTE FUNCTION ticket_mark_changed();

-- Wakes the consoles, at most some 20 times a second: NOTIFY locks the whole server at commit, so it must not ride on
-- every write. Whoever loses by a race or rolls back is made up for by the consoles' trailing and safety polls. Whoever
-- writes is the owner already, and a function without settings of its own costs less.
CREATE FUNCTION wake() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	slot bigint := floor(extract(epoch FROM clock_timestamp()) * 20)::bigint;
BEGIN
	IF pg_sequence_last_value('sandglass.wake_clock') IS DISTINCT FROM slot THEN
		PERFORM setval('sandglass.wake_clock', slot);
		NOTIFY sandglass_wake;
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER ticket_wake AFTER INSERT OR UPDATE ON ticket FOR EACH STATEMENT EXECUTE FUNCTION wake();

-- Names, plans, calendars, macros: small, so a console reads them as a whole when the revision is another one. The revision is a
-- row, not a sequence: nobody may see it before the change itself.
CREATE FUNCTION directory_mark_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
BEGIN
	UPDATE setting SET value = value::bigint + 1 WHERE name = 'directory_revision';
	RETURN NULL;
END $$;
DO $$
DECLARE
	watched text;
BEGIN
	FOREACH watched IN ARRAY ARRAY['organization', 'plan', 'agent', 'team', 'calendar', 'macro'] LOOP
		EXECUTE format('CREATE TRIGGER %1$s_directory AFTER INSERT OR UPDATE OR DELETE ON sandglass.%1$I
			FOR EACH STATEMENT EXECUTE FUNCTION sandglass.directory_mark_changed()', watched);
		EXECUTE format('CREATE TRIGGER %1$s_wake AFTER INSERT OR UPDATE OR DELETE ON sandglass.%1$I
			FOR EACH STATEMENT EXECUTE FUNCTION sandglass.wake()', watched);
	END LOOP;
END $$;

-- History is only added to. Also the owner's hand is stopped: who really must, has to disable the trigger and knows it.
CREATE FUNCTION history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION USING ERRCODE = 'SG006', MESSAGE = format('%s is append-only: %s refused', TG_TABLE_NAME, TG_OP);
END $$;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event
	FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON event
	FOR EACH STATEMENT EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER clock_no_change BEFORE UPDATE ON sla_clock
	FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER clock_no_delete BEFORE DELETE ON sla_clock
	FOR EACH ROW EXECUTE FUNCTION history_is_append_only();
CREATE TRIGGER clock_no_truncate BEFORE TRUNCATE ON sla_clock
	FOR EACH STATEMENT EXECUTE FUNCTION history_is_append_only();

-- A running wait may change its target, but not once it is breached, and its start never moves.
CREATE FUNCTION clock_keep_promise() RETURNS trigger LANGUAGE plpgsql SET search_path = sandglass, pg_temp AS $$
BEGIN
	IF NEW.started_at <> OLD.started_at OR NEW.metric <> OLD.metric OR NEW.used_s < OLD.used_s
			OR (NEW.target_s IS DISTINCT FROM OLD.target_s AND OLD.used_s > OLD.target_s) THEN
		RAISE EXCEPTION USING ERRCODE = 'SG006', MESSAGE = 'the start and the used time of a wait do not change';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER clock_keep_promise BEFORE UPDATE ON sla_clock
	FOR EACH ROW EXECUTE FUNCTION clock_keep_promise();

-- An organization that gets another plan: its running waits get the new plan's targets. The lock comes before any row's, so
-- it has a trigger of its own.
CREATE FUNCTION organization_plan_lock() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
BEGIN
	PERFORM policy_lock(true);
	RETURN NULL;
END $$;
CREATE TRIGGER organization_plan_lock BEFORE UPDATE OF plan_id ON organization
	FOR EACH STATEMENT EXECUTE FUNCTION organization_plan_lock();
CREATE FUNCTION organization_plan_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = sandglass, pg_temp AS $$
BEGIN
	PERFORM clocks_recompute(NEW.id, clock_timestamp(), caller(), 'plan');
	RETURN NULL;
END $$;
CREATE TRIGGER organization_plan_changed AFTER UPDATE OF plan_id ON organization
	FOR EACH ROW WHEN (NEW.plan_id IS DISTINCT FROM OLD.plan_id) EXECUTE FUNCTION organization_plan_changed();

CREATE FUNCTION domain_not_public() RETURNS trigger LANGUAGE plpgsql SET search_path = sandglass, pg_temp AS $$
BEGIN
	IF EXISTS (SELECT FROM public_domain p WHERE p.domain = NEW.domain) THEN
		PERFORM refuse('SG004', format('%s is a public mail provider: it cannot stand for an organization', NEW.domain));
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER domain_not_public BEFORE INSERT OR UPDATE ON organization_domain
	FOR EACH ROW EXECUTE FUNCTION domain_not_public();
