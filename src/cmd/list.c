/*
 * `sandglass list`: the open tickets in the queue's order, one a line:
 * id, priority, status, due, assignee, organization, plan, requester, subject; with --json one object a line.
 */
#include "base/alloc.h"
#include "cmd/script.h"
#include "conf/settings.h"
#include "core/filter.h"
#include "core/tags.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

/* Names by their ids, and behind them the ticket. */
enum { L_ASSIGNEE, L_ORGANIZATION, L_PLAN, L_TICKET };

static const char list_sql[] =
        "SELECT (SELECT a.login FROM sandglass.console_agent a WHERE a.id = assignee_id),"
        " (SELECT o.name FROM sandglass.console_organization o WHERE o.id = organization_id),"
        " (SELECT p.name FROM sandglass.console_plan p WHERE p.id = plan_id), %s"
        " FROM sandglass.console_page(NULL, NULL, NULL, NULL, 2147483647) WITH ORDINALITY AS t"
        " WHERE CASE $1::text WHEN 'mine' THEN assignee_id = (SELECT agent_id FROM sandglass.hello())"
        " WHEN 'unassigned' THEN assignee_id IS NULL ELSE true END"
        " ORDER BY ordinality";

static const char desk_sql[] = "SELECT agent_id, now_us / 1000000 FROM sandglass.hello()";

static json_t *tag_list(const char *tags)
{
	json_t *list = json_array();
	const char *tag;
	for (size_t length; tags_next(&tags, &tag, &length);)
		json_array_append_new(list, json_stringn(tag, length));
	return list;
}

static void print_json(const struct db_result *r, int row, const struct ticket_row *ticket)
{
	char due[32], breach[32];
	script_instant(ticket->due_at, due);
	script_instant(ticket->breach_at, breach);
	script_json(json_pack("{s:I,s:i,s:s,s:s,s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:s,s:o}", "id",
	        (json_int_t)ticket->id, "version", (int)ticket->version, "priority",
	        priority_name(ticket->priority), "status", status_name(ticket->status), "channel",
	        channel_name(ticket->channel), "due_at", script_string(*due == '-' ? "" : due), "breach_at",
	        script_string(*breach == '-' ? "" : breach), "assignee",
	        script_string(db_text(r, row, L_ASSIGNEE)), "organization",
	        script_string(db_text(r, row, L_ORGANIZATION)), "plan",
	        script_string(db_text(r, row, L_PLAN)), "requester", script_string(ticket->requester_email),
	        "hold_for", script_string(ticket->hold_for), "subject", ticket->subject, "tags",
	        tag_list(ticket->tags)));
}

static void print_name(const struct db_result *r, int row, int column)
{
	script_field(db_is_null(r, row, column) ? "-" : db_text(r, row, column), '\t');
}

static void print_line(const struct db_result *r, int row, const struct ticket_row *ticket)
{
	char due[32];
	script_instant(ticket->due_at, due);
	printf("%" PRId64 "\t%s\t%s\t%s\t", ticket->id, priority_name(ticket->priority),
	        status_name(ticket->status), due);
	print_name(r, row, L_ASSIGNEE);
	print_name(r, row, L_ORGANIZATION);
	print_name(r, row, L_PLAN);
	script_field(ticket->requester_email, '\t');
	script_field(ticket->subject, '\n');
}

/* The filter as of the server's now. *directory is filled in any case; the filter looks names up in it. */
static struct filter *read_filter(
        struct db *db, const char *text, struct directory *directory, struct error *err)
{
	struct settings settings;
	struct db_result desk_row;
	struct filter_mistake mistake;
	directory_init(directory);
	if (!settings_load(NULL, &settings, err) || !db_directory(db, directory, err) ||
	        !db_query(db, desk_sql, NULL, 0, &desk_row, err))
		return NULL;
	const struct filter_desk desk = {
	        .directory = directory, .self = (int32_t)db_int(&desk_row, 0, 0), .warn_s = settings.warn};
	struct filter *filter = filter_parse(text, &desk, &mistake);
	if (filter)
		filter_at(filter, db_int(&desk_row, 0, 1));
	else
		error_set(err, ERROR_USAGE, "--filter: %s", mistake.text);
	db_result_release(&desk_row);
	return filter;
}

static void print_rows(const struct script *script, const struct db_result *result, struct filter *filter)
{
	for (int row = 0; row < result->rows; row++) {
		struct ticket_row ticket;
		db_ticket(result, row, L_TICKET, &ticket);
		if (!filter || filter_matches(filter, &ticket))
			(script->json ? print_json : print_line)(result, row, &ticket);
	}
}

static bool run(const struct script *script, const char *view, const char *text, struct error *err)
{
	struct db *db = db_open_checked(script->conninfo, err);
	struct directory directory;
	struct db_result result;
	struct filter *filter = NULL;
	const struct db_value value = {.data = view};
	directory_init(&directory);
	char *sql = alloc_format(list_sql, db_ticket_columns);
	bool good = db && (!text || (filter = read_filter(db, text, &directory, err))) &&
	            db_query(db, sql, &value, 1, &result, err);
	free(sql);
	if (good) {
		print_rows(script, &result, filter);
		db_result_release(&result);
	}
	filter_free(filter);
	directory_release(&directory);
	db_close(db);
	return good;
}

int subcommand_list(int argc, char **argv)
{
	struct script script = {.json = false};
	const char *view = "all", *filter = NULL;
	const struct option_spec specs[] = {
	        {"view", 0, OPTION_TEXT, &view, "all, mine or unassigned", 0, 0, "all mine unassigned"},
	        {"filter", 0, OPTION_TEXT, &filter, "only what matches, such as 'status:new due<30m'", 0, 0},
	        SCRIPT_OPTIONS_OF(&script,
	                "id, priority, status, due, assignee, organization, plan, requester, subject"),
	        SCRIPT_OPTIONS_END,
	};
	int code;
	if (!script_arguments(&script, argc, argv, "", specs, 0, 0, &code))
		return code;
	struct error err = {ERROR_NONE, ""};
	if (strcmp(view, "all") != 0 && strcmp(view, "mine") != 0 && strcmp(view, "unassigned") != 0)
		error_set(&err, ERROR_USAGE, "--view takes all, mine or unassigned, not \"%s\"", view);
	else if (run(&script, view, filter, &err))
		return EX_OK;
	return command_line_fail(script.name, &err);
}
