/*
 * `sandglass organization add | list | move`: who the desk serves. The plan of an organization is what its customers are
 * promised, and its mail domains say which mail is theirs: without both no clock has a target.
 */
#include "base/strbuf.h"
#include "cmd/script.h"

#include <inttypes.h>
#include <string.h>
#include <sysexits.h>

/* ---- add ------------------------------------------------------------------------------------------------ */

struct new_organization {
	const char *name;
	const char *plan;
	const char *csm;
	const char *analyst;
	struct strbuf domains;
	struct strbuf mailboxes;
	bool archived;
};

static const char add_sql[] =
        "SELECT sandglass.organization_put($1, $2, $3::boolean, $4, $5,"
        " array_remove(regexp_split_to_array($6, '[,\\s]+'), ''), array_remove(regexp_split_to_array($7, '[,\\s]+'), ''))";

static bool add(const char *conninfo, const struct new_organization *organization, struct error *err)
{
	const struct db_value values[] = {{.data = organization->name},
	        {.data = strcmp(organization->plan, "-") == 0 ? NULL : organization->plan},
	        {.data = organization->archived ? "t" : "f"}, {.data = organization->csm},
	        {.data = organization->analyst}, {.data = organization->domains.data},
	        {.data = organization->mailboxes.data}};
	struct db *db = db_open_checked(conninfo, err);
	bool good = db && db_exec(db, add_sql, values, sizeof values / sizeof *values, err);
	db_close(db);
	return good;
}

static int organization_add(int argc, char **argv)
{
	struct script script = {.json = false};
	struct new_organization organization = {.domains = STRBUF_INIT, .mailboxes = STRBUF_INIT};
	const struct option_spec specs[] = {
	        {"plan", 'p', OPTION_TEXT, &organization.plan,
	                "its plan, as the policy names it; - for none; always needed", 0, 0},
	        {"archived", 0, OPTION_FLAG, &organization.archived,
	                "the plan of that name that is no longer offered", 0, 0},
	        {"domain", 0, OPTION_LIST, &organization.domains,
	                "a domain from which only its people write; added to those there are", 0, 0},
	        {"mailbox", 0, OPTION_LIST, &organization.mailboxes,
	                "an address of the desk to which only they write; added too", 0, 0},
	        {"csm", 0, OPTION_TEXT, &organization.csm, "its customer success manager", 0, 0},
	        {"analyst", 0, OPTION_TEXT, &organization.analyst, "its analyst", 0, 0},
	        SCRIPT_OPTIONS(&script),
	        SCRIPT_OPTIONS_END,
	};
	int code;
	if (script_arguments(&script, argc, argv, "NAME", specs, 1, 1, &code)) {
		struct error err = {ERROR_NONE, ""};
		organization.name = script.arguments[0];
		if (!organization.plan)
			error_set(
			        &err, ERROR_USAGE, "--plan is missing: which plan does it have? - says none");
		bool good = organization.plan && add(script.conninfo, &organization, &err);
		if (good && script.json)
			script_json(json_pack("{s:s}", "organization", organization.name));
		code = good ? EX_OK : command_line_fail(script.name, &err);
	}
	strbuf_release(&organization.domains);
	strbuf_release(&organization.mailboxes);
	return code;
}

/* ---- list ------------------------------------------------------------------------------------------------ */

static const char list_sql[] =
        "SELECT name, coalesce(plan, '-'), CASE WHEN archived THEN 'archived' ELSE '-' END,"
        " coalesce(nullif(array_to_string(domains, ','), ''), '-'),"
        " coalesce(nullif(array_to_string(mailboxes, ','), ''), '-'), contacts, open_tickets, row_to_json(o)"
        " FROM sandglass.organization_list() o";

enum { LINE_COLUMNS = 7, JSON_COLUMN = LINE_COLUMNS };

static bool list(struct db *db, bool json, struct error *err)
{
	struct db_result r;
	if (!db_query(db, list_sql, NULL, 0, &r, err))
		return false;
	for (int row = 0; row < r.rows; row++) {
		if (json)
			script_json(json_loads(db_text(&r, row, JSON_COLUMN), 0, NULL));
		for (int column = 0; !json && column < LINE_COLUMNS; column++)
			script_field(db_text(&r, row, column), column + 1 < LINE_COLUMNS ? '\t' : '\n');
	}
	db_result_release(&r);
	return true;
}

static int organization_list(int argc, char **argv)
{
	return script_list(
	        argc, argv, "name, plan, archived or -, domains, mailboxes, contacts, open tickets", list);
}

/* ---- move ------------------------------------------------------------------------------------------------ */

static bool move(
        const struct script *script, const char *address, const char *organization, struct error *err)
{
	struct db_result r;
	const struct db_value values[] = {
	        {.data = address}, {.data = strcmp(organization, "-") == 0 ? NULL : organization}};
	struct db *db = db_open_checked(script->conninfo, err);
	bool good = db && db_query(db, "SELECT sandglass.contact_move($1, $2)", values, 2, &r, err);
	if (good) {
		int64_t tickets = db_int(&r, 0, 0);
		if (script->json)
			script_json(json_pack(
			        "{s:s,s:I}", "contact", address, "open_tickets", (json_int_t)tickets));
		else
			printf("%" PRId64 " open ticket%s moved\n", tickets, tickets == 1 ? "" : "s");
		db_result_release(&r);
	}
	db_close(db);
	return good;
}

static int organization_move(int argc, char **argv)
{
	struct script script = {.json = false};
	const struct option_spec specs[] = {SCRIPT_OPTIONS(&script), SCRIPT_OPTIONS_END};
	int code;
	if (!script_arguments(&script, argc, argv, "ADDRESS ORGANIZATION|-", specs, 2, 2, &code))
		return code;
	struct error err = {ERROR_NONE, ""};
	bool good = move(&script, script.arguments[0], script.arguments[1], &err);
	return good ? EX_OK : command_line_fail(script.name, &err);
}

/* ---- which of them ------------------------------------------------------------------------------------------ */

int subcommand_organization(int argc, char **argv)
{
	static struct command_verb verbs[] = {{"organization add", organization_add},
	        {"organization list", organization_list}, {"organization move", organization_move}};
	return command_line_verbs(argc, argv, verbs, sizeof verbs / sizeof *verbs, "add, list or move");
}
