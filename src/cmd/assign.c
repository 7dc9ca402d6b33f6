/* `sandglass assign`: gives a ticket to an agent, or to nobody. */
#include "cmd/script.h"

#include <string.h>

/* The agent's id by login. */
static bool find_agent(const char *conninfo, const char *login, int32_t *out, struct error *err)
{
	struct db *db = db_open_checked(conninfo, err);
	struct db_result result;
	const struct db_value value = {.data = login};
	bool good = db && db_query(db, "SELECT id FROM sandglass.console_agent WHERE login = $1 AND active",
	                          &value, 1, &result, err);
	if (good && result.rows == 0)
		error_set(err, ERROR_NOT_FOUND, "there is no agent \"%s\"; `sandglass agent list` names them",
		        login);
	if (good) {
		good = result.rows > 0;
		*out = good ? (int32_t)db_int(&result, 0, 0) : 0;
		db_result_release(&result);
	}
	db_close(db);
	return good;
}

int subcommand_assign(int argc, char **argv)
{
	struct script script = {.json = false};
	const struct option_spec specs[] = {SCRIPT_OPTIONS(&script), SCRIPT_OPTIONS_END};
	int code;
	if (!script_arguments(&script, argc, argv, "ID AGENT|-", specs, 2, 2, &code))
		return code;
	struct error err = {ERROR_NONE, ""};
	int64_t id = 0;
	int32_t agent = 0;
	if (script_ticket_id(script.arguments[0], &id, &err) && strcmp(script.arguments[1], "-") != 0)
		find_agent(script.conninfo, script.arguments[1], &agent, &err);
	struct action action;
	action_init(&action, ACTION_ASSIGN, id, 0);
	action.assignee_id = agent;
	return script_action(&script, &action, &err);
}
