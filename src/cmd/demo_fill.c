/*
 * The demo's database: schema, agreement, people, tickets.
 *
 * The agreement is the shipped one with its hours moved, because a demo that is started at night or on a
 * Sunday would show clocks that all stand still: every day is a working day, and the desk's zone is the one
 * where it is about half past eleven now, so that it opened two hours ago and stays open for five more. Two
 * things are shown that the shipped agreement has no example of at this hour: the archived plans Basic and
 * Cost Data are served by a morning desk (07:00-11:00) that has closed until tomorrow, and the clocks of
 * Marketing Data pause on hold.
 */
#include "cmd/demo.h"

#include "base/alloc.h"
#include "base/embedded.h"
#include "cmd/demo_data.h"
#include "cmd/demo_story.h"
#include "conf/policy.h"
#include "core/macro_file.h"
#include "store/migrate.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- the agreement -------------------------------------------------------------------------------- */

/* A zone whose local time is between 11:10 and 12:09 now. */
static void choose_zone(char *out, size_t size)
{
	time_t now = time(NULL);
	struct tm utc;
	gmtime_r(&now, &utc);
	int ahead = (utc.tm_min >= 10 ? 11 : 12) - utc.tm_hour;
	/* The signs of these names are the other way round: Etc/GMT-2 is two hours ahead. */
	snprintf(out, size, "Etc/GMT%+d", -ahead);
	if (ahead == 0)
		snprintf(out, size, "Etc/GMT");
}

static json_t *every_day(const char *hours)
{
	static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
	json_t *week = json_object();
	for (size_t i = 0; i < sizeof days / sizeof *days; i++)
		json_object_set_new(week, days[i], json_pack("[s]", hours));
	return week;
}

static void move_calendar(json_t *calendar, const char *zone)
{
	const json_t *monday = json_object_get(json_object_get(calendar, "week"), "mon");
	const char *hours = json_string_value(json_array_get(monday, 0));
	json_object_set_new(calendar, "zone", json_string(zone));
	json_object_set_new(calendar, "week", every_day(hours ? hours : "00:00-24:00"));
	json_object_set_new(calendar, "holidays", json_array());
	json_object_set_new(calendar, "exceptions", json_array());
}

static void change_targets(json_t *plan)
{
	const char *name = json_string_value(json_object_get(plan, "name"));
	bool morning = strcmp(name, "Basic") == 0 || strcmp(name, "Cost Data") == 0;
	bool pauses = strcmp(name, "Marketing Data") == 0;
	size_t i;
	json_t *target;
	json_array_foreach(json_object_get(plan, "targets"), i, target)
	{
		if (morning)
			json_object_set_new(target, "calendar", json_string("morning"));
		if (pauses)
			json_object_set_new(target, "pause_on", json_pack("[s]", "hold"));
	}
}

static json_t *demo_policy(struct error *err)
{
	const struct embedded_file *file = embedded_find("schema/policy.conf");
	struct strbuf problems = STRBUF_INIT;
	json_t *policy = file ? policy_parse(file->bytes, file->name, &problems) : NULL;
	if (!policy)
		error_set(err, ERROR_INTERNAL, "the shipped policy cannot be read: %s", problems.data);
	strbuf_release(&problems);
	if (!policy)
		return NULL;
	char zone[24];
	choose_zone(zone, sizeof zone);
	json_t *calendars = json_object_get(policy, "calendars"), *item;
	size_t i;
	json_array_foreach(calendars, i, item) move_calendar(item, zone);
	json_array_append_new(calendars, json_pack("{ss ss so s[] s[]}", "name", "morning", "zone", zone,
	                                         "week", every_day("07:00-11:00"), "holidays", "exceptions"));
	json_array_foreach(json_object_get(policy, "plans"), i, item) change_targets(item);
	json_t *canonical = policy_canonical(policy, err);
	json_decref(policy);
	return canonical;
}

static bool apply_policy(struct db *db, struct error *err)
{
	json_t *policy = demo_policy(err);
	if (!policy)
		return false;
	char *text = json_dumps(policy, JSON_COMPACT);
	const struct db_value value = {.data = text};
	bool done = db_exec(db, "SELECT sandglass.policy_apply($1::jsonb)", &value, 1, err);
	free(text);
	json_decref(policy);
	return done;
}

/* ---- people ----------------------------------------------------------------------------------------- */

/* Roles belong to the whole server and survive the database. */
static bool make_login(struct db *db, const char *login, struct error *err)
{
	const struct db_value value = {.data = login};
	struct db_result found;
	if (!db_query(db, "SELECT FROM pg_roles WHERE rolname = $1", &value, 1, &found, err))
		return false;
	bool there = found.rows > 0;
	db_result_release(&found);
	if (there)
		return true;
	char *name = db_quote_identifier(db, login);
	char *sql = alloc_format("CREATE ROLE %s LOGIN", name);
	bool done = db_exec(db, sql, NULL, 0, err);
	free(sql);
	free(name);
	return done;
}

static bool add_logins(struct db *db, struct error *err)
{
	if (!make_login(db, DEMO_INTAKE, err) ||
	        !db_exec(db, "GRANT sandglass_intake TO " DEMO_INTAKE, NULL, 0, err))
		return false;
	for (const struct demo_login *who = demo_logins; who->login; who++) {
		const struct db_value values[] = {{.data = who->login}, {.data = who->name},
		        {.data = who->part == DEMO_LEAD ? "t" : "f"}};
		if (!make_login(db, who->login, err) ||
		        !db_exec(db, "SELECT sandglass.agent_add($1, $2, $3::boolean, NULL)", values, 3, err))
			return false;
	}
	return true;
}

static bool add_organization(struct db *db, const struct demo_organization *org, struct error *err)
{
	static const char sql[] =
	        "WITH made AS (INSERT INTO sandglass.organization (name, plan_id, csm, analyst)"
	        "  SELECT $1, id, $4, $5 FROM sandglass.plan WHERE name = $2 AND archived = $3::boolean RETURNING id),"
	        " domain AS (INSERT INTO sandglass.organization_domain (domain, organization_id) SELECT $6, id FROM made)"
	        " INSERT INTO sandglass.mailbox (address, organization_id)"
	        "  SELECT $7 || substring(value from '@.*'), made.id FROM made, sandglass.setting"
	        "  WHERE setting.name = 'support_address' AND $7 IS NOT NULL";
	const struct db_value values[] = {{.data = org->name}, {.data = org->plan},
	        {.data = org->archived ? "t" : "f"}, {.data = org->csm}, {.data = org->analyst},
	        {.data = org->domain}, {.data = org->mailbox}};
	return db_exec(db, sql, values, 7, err);
}

static bool add_people(struct db *db, struct error *err)
{
	for (const struct demo_organization *org = demo_organizations; org->name; org++)
		if (!add_organization(db, org, err))
			return false;
	static const char sql[] = "INSERT INTO sandglass.contact (email, name, organization_id)"
	                          " SELECT $1, $2, organization_id FROM sandglass.organization_domain"
	                          " WHERE domain = split_part($1, '@', 2)";
	for (const struct demo_person *person = demo_people; person->email; person++) {
		const struct db_value values[] = {{.data = person->email}, {.data = person->name}};
		if (!db_exec(db, sql, values, 2, err))
			return false;
	}
	return true;
}

/* A lead has written them. */
static bool add_macros(struct db *db, struct error *err)
{
	bool good = db_exec(db, "SET LOCAL sandglass.act_as = 'vera'", NULL, 0, err);
	for (const char *const *text = demo_macros; good && *text; text++) {
		struct macro macro;
		good = macro_file_read(*text, NULL, &macro, err);
		macro.place = MACRO_SHARED;
		char *json = macro_json(&macro);
		const struct db_value value = {.data = json};
		good = good && db_exec(db, "SELECT sandglass.macro_save($1::jsonb)", &value, 1, err);
		free(json);
		macro_release(&macro);
	}
	return good && db_exec(db, "RESET sandglass.act_as", NULL, 0, err);
}

/* ---- all of it ---------------------------------------------------------------------------------------- */

static bool make_database(const struct demo *demo, struct error *err)
{
	char *conninfo = demo_conninfo(demo, DEMO_OWNER, "postgres");
	struct db *db = db_open(conninfo, err);
	free(conninfo);
	bool done = db &&
	            db_exec(db, "DROP DATABASE IF EXISTS " DEMO_DATABASE " WITH (FORCE)", NULL, 0, err) &&
	            db_exec(db, "CREATE DATABASE " DEMO_DATABASE " TEMPLATE template0", NULL, 0, err);
	db_close(db);
	return done;
}

static bool fill(struct db *db, struct error *err)
{
	struct migrate_report report;
	return migrate_run(db, true, &report, err) && db_script(db, "BEGIN", err) && apply_policy(db, err) &&
	       add_logins(db, err) && add_people(db, err) && add_macros(db, err) &&
	       demo_story_tell(db, err) && db_script(db, "COMMIT; ANALYZE", err);
}

bool demo_migrate(const struct demo *demo)
{
	struct migrate_report report;
	struct error ignored;
	char *conninfo = demo_conninfo(demo, DEMO_OWNER, DEMO_DATABASE);
	struct db *db = db_open(conninfo, &ignored);
	free(conninfo);
	bool done = db && migrate_run(db, true, &report, &ignored);
	db_close(db);
	return done;
}

bool demo_fill(struct demo *demo, struct error *err)
{
	if (!make_database(demo, err))
		return false;
	char *conninfo = demo_conninfo(demo, DEMO_OWNER, DEMO_DATABASE);
	struct db *db = db_open(conninfo, err);
	free(conninfo);
	bool done = db && fill(db, err);
	db_close(db);
	return done || error_prefix(err, "filling the demo");
}
