/*
 * `sandglass list`: the open tickets in the queue's order, one a line:
 * id, priority, status, due, assignee, organization, plan, requester, subject; with --json one object a line.
 */
#include "base/alloc.h"
#include "cmd/script.h"
#include "cmd/wanted.h"
#include "core/sort.h"
#include "core/tags.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

/* Names by their ids, and behind them the ticket. */
enum { L_ASSIGNEE, L_TEAM, L_ORGANIZATION, L_PLAN, L_TICKET };

enum { FOUND_MOST = 200, SEARCH_MS = 10000 };

/* $1: mine, unassigned or all; $2: what is searched, NULL for the queue. One more than is shown tells that there are more. */
static const char list_sql[] =
        "SELECT (SELECT a.login FROM sandglass.console_agent a WHERE a.id = assignee_id),"
        " (SELECT e.name FROM sandglass.console_team e WHERE e.id = team_id),"
        " (SELECT o.name FROM sandglass.console_organization o WHERE o.id = organization_id),"
        " (SELECT p.name FROM sandglass.console_plan p WHERE p.id = plan_id), %s"
        " FROM %s WITH ORDINALITY AS t"
        " WHERE CASE $1::text WHEN 'mine' THEN assignee_id = (SELECT agent_id FROM sandglass.hello())"
        " WHEN 'unassigned' THEN assignee_id IS NULL ELSE true END"
        " ORDER BY ordinality";
static const char queue_source[] = "sandglass.console_page(NULL, NULL, NULL, NULL, 2147483647)";
static const char found_source[] = "sandglass.console_search($2::text, 201)";

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
	script_json(json_pack("{s:I,s:i,s:s,s:s,s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:s,s:o}", "id",
	        (json_int_t)ticket->id, "version", (int)ticket->version, "priority",
	        priority_name(ticket->priority), "status", status_name(ticket->status), "channel",
	        channel_name(ticket->channel), "due_at", script_string(*due == '-' ? "" : due), "breach_at",
	        script_string(*breach == '-' ? "" : breach), "assignee",
	        script_string(db_text(r, row, L_ASSIGNEE)), "team", script_string(db_text(r, row, L_TEAM)),
	        "organization", script_string(db_text(r, row, L_ORGANIZATION)), "plan",
	        script_string(db_text(r, row, L_PLAN)), "requester", script_string(ticket->requester_email),
	        "hold_for", script_string(ticket->hold_for), "subject", ticket->subject, "tags",
	        tag_list(ticket->tags)));
}

static void print_name(const struct db_result *r, int row, int column)
{
	script_field(db_is_null(r, row, column) ? "-" : db_text(r, row, column), '\t');
}

/* "-": nobody waits for a reply; the two others: somebody does, but there is no instant at which it is due. */
static void due_words(const struct ticket_row *ticket, char out[32])
{
	script_instant(ticket->due_at, out);
	if (ticket->due_at == INSTANT_NONE && ticket->metric != METRIC_NONE)
		snprintf(out, 32, "%s", ticket->paused ? "paused" : "unpromised");
}

static void print_line(const struct db_result *r, int row, const struct ticket_row *ticket)
{
	char due[32];
	due_words(ticket, due);
	printf("%" PRId64 "\t%s\t%s\t%s\t", ticket->id, priority_name(ticket->priority),
	        status_name(ticket->status), due);
	print_name(r, row, L_ASSIGNEE);
	print_name(r, row, L_ORGANIZATION);
	print_name(r, row, L_PLAN);
	script_field(ticket->requester_email, '\t');
	script_field(ticket->subject, '\n');
}

struct keyed {
	int64_t key;
	int row;
};

static int compare_keyed(const void *a, const void *b)
{
	const struct keyed *left = a, *right = b;
	if (left->key != right->key)
		return left->key < right->key ? -1 : 1;
	return (left->row > right->row) - (left->row < right->row);
}

/* The rows come in the queue's order, or the best first: that stays among tickets of the same key. */
static void print_rows(const struct script *script, const struct db_result *result, struct filter *filter,
        const struct sorter *sorter)
{
	struct keyed *keyed = alloc_array((size_t)result->rows, sizeof *keyed);
	struct ticket_row ticket;
	for (int row = 0; row < result->rows; row++) {
		db_ticket(result, row, L_TICKET, &ticket);
		keyed[row] = (struct keyed){sorter ? sorter_key(&ticket, sorter) : 0, row};
	}
	if (sorter)
		qsort(keyed, (size_t)result->rows, sizeof *keyed, compare_keyed);
	for (int i = 0; i < result->rows; i++) {
		db_ticket(result, keyed[i].row, L_TICKET, &ticket);
		if (!filter || filter_matches(filter, &ticket))
			(script->json ? print_json : print_line)(result, keyed[i].row, &ticket);
	}
	free(keyed);
}

static bool query(struct db *db, const struct wanted *wanted, struct db_result *out, struct error *err)
{
	char timeout[64];
	const struct db_value values[] = {{.data = wanted->view}, {.data = wanted->find}};
	snprintf(timeout, sizeof timeout, "SET statement_timeout = %d", SEARCH_MS);
	if (wanted->find && !db_exec(db, timeout, NULL, 0, err))
		return false;
	char *sql = alloc_format(list_sql, db_ticket_columns, wanted->find ? found_source : queue_source);
	const bool good = db_query(db, sql, values, wanted->find ? 2 : 1, out, err);
	free(sql);
	if (good && wanted->find && out->rows > FOUND_MOST) {
		fprintf(stderr, "sandglass list: more than %d tickets match; only the best are listed\n",
		        FOUND_MOST);
		out->rows = FOUND_MOST;
	}
	return good;
}

static bool list(struct db *db, const struct script *script, struct wanted *wanted, struct error *err)
{
	struct directory directory;
	struct db_result result;
	struct sorter sorter = {.places = NULL};
	struct sort_order order;
	struct filter *filter = NULL;
	int32_t self;
	directory_init(&directory);
	if (wanted->sort && !sort_parse(wanted->sort, &order))
		return error_set(
		        err, ERROR_USAGE, "--sort takes one of: %s; not \"%s\"", SORT_WORDS, wanted->sort);
	bool good = (!wanted->filter && !wanted->sort) || db_directory(db, &directory, err);
	if (good && wanted->filter)
		good = (filter = wanted_filter(db, wanted, &directory, &self, err)) != NULL;
	if (good)
		good = query(db, wanted, &result, err);
	if (good) {
		if (wanted->sort)
			sorter_set(&sorter, order, &directory);
		print_rows(script, &result, filter, wanted->sort ? &sorter : NULL);
		db_result_release(&result);
	}
	sorter_release(&sorter);
	filter_free(filter);
	directory_release(&directory);
	return good;
}

static bool run(const struct script *script, struct wanted *wanted, struct error *err)
{
	struct db *db = db_open_checked(script->conninfo, err);
	const bool good = db && wanted_view(db, wanted, err) && list(db, script, wanted, err);
	db_close(db);
	return good;
}

int subcommand_list(int argc, char **argv)
{
	struct script script = {.json = false};
	struct wanted wanted = {.view = "all", .view_filter = STRBUF_INIT, .view_sort = STRBUF_INIT};
	const struct option_spec specs[] = {
	        {"view", 0, OPTION_TEXT, &wanted.view, "all, mine, unassigned or a saved view", 0, 0,
	                "all mine unassigned"},
	        {"filter", 0, OPTION_TEXT, &wanted.filter, "only what matches, such as 'status:new due<30m'",
	                0, 0},
	        {"sort", 0, OPTION_TEXT, &wanted.sort,
	                "priority, due, age, last or organization; -due the other way round", 0, 0,
	                SORT_WORDS},
	        {"find", 0, OPTION_TEXT, &wanted.find,
	                "search all tickets, closed ones too: words, a number, an address", 0, 0},
	        SCRIPT_OPTIONS_OF(&script,
	                "id, priority, status, due, assignee, organization, plan, requester, subject"),
	        SCRIPT_OPTIONS_END,
	};
	int code;
	if (!script_arguments(&script, argc, argv, "", specs, 0, 0, &code))
		return code;
	struct error err = {ERROR_NONE, ""};
	const bool good = run(&script, &wanted, &err);
	wanted_release(&wanted);
	return good ? EX_OK : command_line_fail(script.name, &err);
}
