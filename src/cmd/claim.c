/*
 * `sandglass claim`: takes a ticket, or the most urgent one that nobody has, and prints its id. With --view the next one is
 * taken from what a saved view or a filter means, some ids at a time until one of them could be had, as the console does it.
 */
#include "core/claim.h"
#include "base/alloc.h"
#include "cmd/script.h"
#include "cmd/wanted.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static const char free_sql[] = "SELECT %s FROM sandglass.console_page(NULL, NULL, NULL, NULL, 2147483647)"
                               " WITH ORDINALITY AS t WHERE assignee_id IS NULL ORDER BY ordinality";

/* What there is to take from, in the order of the queue, and how many more there are of other teams. */
struct choice {
	int64_t *ids; /* owned */
	size_t count, others;
};

static void take_rows(const struct db_result *rows, struct filter *filter, const struct directory *directory,
        int32_t self, struct choice *out)
{
	const struct agent *agent = directory_agent(directory, self);
	struct ticket_row ticket;
	out->ids = alloc_array((size_t)rows->rows + 1, sizeof *out->ids);
	for (int row = 0; row < rows->rows; row++) {
		db_ticket(rows, row, 0, &ticket);
		if (!claim_is_free(&ticket) || !claim_matches(filter, &ticket, self))
			continue;
		if (claim_team_may_take(ticket.team_id, agent ? agent->team_id : 0))
			out->ids[out->count++] = ticket.id;
		else
			out->others++;
	}
}

static bool choose(struct db *db, const struct wanted *wanted, struct choice *out, struct error *err)
{
	struct directory directory;
	struct db_result rows;
	struct filter *filter = NULL;
	int32_t self = 0;
	char *sql = alloc_format(free_sql, db_ticket_columns);
	directory_init(&directory);
	const bool good = db_directory(db, &directory, err) &&
	                  (filter = wanted_filter(db, wanted, &directory, &self, err)) &&
	                  db_query(db, sql, NULL, 0, &rows, err);
	if (good) {
		take_rows(&rows, filter, &directory, self, out);
		db_result_release(&rows);
	}
	free(sql);
	filter_free(filter);
	directory_release(&directory);
	return good;
}

/* Each round is a request of its own; one that is refused has changed nothing. False with ERROR_NOT_FOUND: none could be had. */
static bool take(struct db *db, const struct choice *choice, struct action_result *result, struct error *err)
{
	for (size_t sent = 0; sent < choice->count; sent += CLAIM_IDS_MOST) {
		struct action action;
		action_init(&action, ACTION_CLAIM_NEXT, 0, 0);
		action.text = claim_ids(choice->ids + sent, choice->count - sent);
		const bool asked = db_action(db, &action, result, err);
		action_release(&action);
		if (!asked || result->error.kind == ERROR_NONE)
			return asked;
		*err = result->error;
		if (err->kind != ERROR_NOT_FOUND)
			return false;
	}
	return error_set(err, ERROR_NOT_FOUND, "none");
}

static bool take_from(struct db *db, struct wanted *wanted, struct action_result *result, struct error *err)
{
	const char *said = wanted->view;
	struct choice choice = {.ids = NULL};
	if (!wanted_view(db, wanted, err) || !choose(db, wanted, &choice, err))
		return false;
	const bool good = take(db, &choice, result, err);
	free(choice.ids);
	if (good || err->kind != ERROR_NOT_FOUND)
		return good;
	error_set(err, ERROR_NOT_FOUND,
	        wanted->saved ? "no unassigned ticket in the view \"%.200s\""
	                      : "no unassigned ticket matches the filter %.200s",
	        said);
	const size_t length = strlen(err->text);
	if (choice.others)
		snprintf(err->text + length, sizeof err->text - length, "; of other teams: %zu",
		        choice.others);
	return false;
}

static int claim_from(const struct script *script, const char *view)
{
	struct wanted wanted = {
	        .view = view, .takes_filters = true, .view_filter = STRBUF_INIT, .view_sort = STRBUF_INIT};
	struct action_result result;
	struct error err = {ERROR_NONE, ""};
	struct db *db = db_open_checked(script->conninfo, &err);
	const bool good = db && take_from(db, &wanted, &result, &err);
	db_close(db);
	wanted_release(&wanted);
	if (!good)
		return command_line_fail(script->name, &err);
	script_result(script, &result);
	return EX_OK;
}

int subcommand_claim(int argc, char **argv)
{
	struct script script = {.json = false};
	bool next = false;
	const char *view = NULL;
	const struct option_spec specs[] = {
	        {"next", 0, OPTION_FLAG, &next, "the most urgent ticket that nobody has", 0, 0},
	        {"view", 0, OPTION_TEXT, &view, "with --next: one of a saved view or a filter", 0, 0,
	                "all mine unassigned"},
	        SCRIPT_OPTIONS(&script),
	        SCRIPT_OPTIONS_END,
	};
	int code;
	if (!script_arguments(&script, argc, argv, "ID | --next [--view V]", specs, 0, 1, &code))
		return code;
	struct error err = {ERROR_NONE, ""};
	int64_t id = 0;
	if (next == (script.count == 1))
		error_set(&err, ERROR_USAGE, "it takes either a ticket's number or --next");
	else if (view && !next)
		error_set(&err, ERROR_USAGE, "--view goes with --next");
	else if (!next)
		script_ticket_id(script.arguments[0], &id, &err);
	else if (view && !wanted_is_built_in(view))
		return claim_from(&script, view);
	struct action action;
	action_init(&action, next ? ACTION_CLAIM_NEXT : ACTION_CLAIM, id, 0);
	return script_action(&script, &action, &err);
}
