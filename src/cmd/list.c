/*
 * `sandglass list`: the open tickets in the queue's order, one a line:
 * id, priority, status, due, assignee, organization, plan, requester, subject; with --json one object a line.
 */
#include "cmd/script.h"

#include <string.h>
#include <sysexits.h>

enum {
	L_ID,
	L_VERSION,
	L_PRIORITY,
	L_STATUS,
	L_CHANNEL,
	L_DUE,
	L_BREACH,
	L_ASSIGNEE,
	L_ORGANIZATION,
	L_PLAN,
	L_REQUESTER,
	L_HOLD_FOR,
	L_SUBJECT
};

static const char list_sql[] =
        "SELECT t.id, t.version, t.priority, t.status, t.channel, t.due_at, t.breach_at, a.login, o.name, p.name,"
        " t.requester_email, t.hold_for, t.subject"
        " FROM sandglass.console_page(NULL, NULL, NULL, NULL, 2147483647) WITH ORDINALITY"
        " AS t(id, version, priority, status, channel, precedence, metric, last_author, paused, target_s, remaining_s,"
        " calendar_id, started_at, due_at, breach_at, organization_id, plan_id, assignee_id, team_id, incident_id, created_at,"
        " updated_at, last_message_at, message_count, subject, requester_name, requester_email, hold_for, changed_xid, place)"
        " LEFT JOIN sandglass.console_agent a ON a.id = t.assignee_id"
        " LEFT JOIN sandglass.console_organization o ON o.id = t.organization_id"
        " LEFT JOIN sandglass.console_plan p ON p.id = t.plan_id"
        " WHERE CASE $1::text WHEN 'mine' THEN t.assignee_id = (SELECT agent_id FROM sandglass.hello())"
        " WHEN 'unassigned' THEN t.assignee_id IS NULL ELSE true END"
        " ORDER BY t.place";

static void print_json(const struct db_result *r, int row)
{
	char due[32], breach[32];
	script_instant(db_is_null(r, row, L_DUE) ? INSTANT_NONE : db_int(r, row, L_DUE), due);
	script_instant(db_is_null(r, row, L_BREACH) ? INSTANT_NONE : db_int(r, row, L_BREACH), breach);
	script_json(json_pack("{s:I,s:i,s:s,s:s,s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:s}", "id",
	        (json_int_t)db_int(r, row, L_ID), "version", (int)db_int(r, row, L_VERSION), "priority",
	        db_text(r, row, L_PRIORITY), "status", db_text(r, row, L_STATUS), "channel",
	        db_text(r, row, L_CHANNEL), "due_at", script_string(*due == '-' ? "" : due), "breach_at",
	        script_string(*breach == '-' ? "" : breach), "assignee",
	        script_string(db_text(r, row, L_ASSIGNEE)), "organization",
	        script_string(db_text(r, row, L_ORGANIZATION)), "plan",
	        script_string(db_text(r, row, L_PLAN)), "requester",
	        script_string(db_text(r, row, L_REQUESTER)), "hold_for",
	        script_string(db_text(r, row, L_HOLD_FOR)), "subject", db_text(r, row, L_SUBJECT)));
}

static void print_line(const struct db_result *r, int row)
{
	static const int before[] = {L_ID, L_PRIORITY, L_STATUS},
	                 after[] = {L_ASSIGNEE, L_ORGANIZATION, L_PLAN, L_REQUESTER};
	char due[32];
	script_instant(db_is_null(r, row, L_DUE) ? INSTANT_NONE : db_int(r, row, L_DUE), due);
	for (size_t i = 0; i < sizeof before / sizeof *before; i++)
		script_field(db_text(r, row, before[i]), '\t');
	script_field(due, '\t');
	for (size_t i = 0; i < sizeof after / sizeof *after; i++)
		script_field(db_is_null(r, row, after[i]) ? "-" : db_text(r, row, after[i]), '\t');
	script_field(db_text(r, row, L_SUBJECT), '\n');
}

static bool run(const struct script *script, const char *view, struct error *err)
{
	struct db *db = db_open_checked(script->conninfo, err);
	struct db_result result;
	const struct db_value value = {.data = view};
	bool good = db && db_query(db, list_sql, &value, 1, &result, err);
	for (int row = 0; good && row < result.rows; row++)
		(script->json ? print_json : print_line)(&result, row);
	if (good)
		db_result_release(&result);
	db_close(db);
	return good;
}

int subcommand_list(int argc, char **argv)
{
	struct script script = {.json = false};
	const char *view = "all";
	const struct option_spec specs[] = {
	        {"view", 0, OPTION_TEXT, &view, "all, mine or unassigned", 0, 0},
	        SCRIPT_OPTIONS(&script),
	        SCRIPT_OPTIONS_END,
	};
	int code;
	if (!script_arguments(&script, argc, argv, "", specs, 0, 0, &code))
		return code;
	struct error err = {ERROR_NONE, ""};
	if (strcmp(view, "all") != 0 && strcmp(view, "mine") != 0 && strcmp(view, "unassigned") != 0)
		error_set(&err, ERROR_USAGE, "--view takes all, mine or unassigned, not \"%s\"", view);
	else if (run(&script, view, &err))
		return EX_OK;
	return command_line_fail(script.name, &err);
}
