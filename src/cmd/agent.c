/*
 * `sandglass agent add | list | disable`: an agent is a PostgreSQL login in one of the groups, and a row with his name.
 * Both are made in one transaction, so there is never one without the other.
 */
#include "base/strbuf.h"
#include "cmd/script.h"
#include "core/text.h"
#include "store/password.h"

#include <string.h>
#include <sysexits.h>
#include <unistd.h>

struct new_agent {
	const char *login;
	const char *name;
	const char *team;
	bool lead;
	bool plain; /* an agent, and not a lead any more */
	bool viewer;
	bool password;
};

/* ---- add ------------------------------------------------------------------------------------------------ */

/* What PostgreSQL or sandglass would not take for a login, said before anything is asked. */
static bool check_login(const char *login, struct error *err)
{
	static const char *const taken[] = {"-", "none", "public", "sandglass_viewer", "sandglass_agent",
	        "sandglass_lead", "sandglass_intake", "sandglass_deliver"};
	if (!*login || strlen(login) > 63)
		return error_set(err, ERROR_USAGE, "a login has 1 to 63 bytes");
	if (strncmp(login, "pg_", 3) == 0)
		return error_set(err, ERROR_USAGE,
		        "the login \"%s\" cannot be: PostgreSQL keeps names that begin with pg_ for itself",
		        login);
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
		if (strcmp(login, taken[i]) == 0)
			return error_set(err, ERROR_USAGE,
			        "the login \"%s\" cannot be: this name has a meaning of its own", login);
	struct strbuf shown = STRBUF_INIT;
	text_sanitise(&shown, login, strlen(login), TEXT_ONE_LINE);
	bool plain = strcmp(shown.data, login) == 0;
	strbuf_release(&shown);
	return plain || error_set(err, ERROR_USAGE,
	                        "a login has no control characters and nothing else that cannot be seen");
}

static char *ask_password(const char *login, struct error *err)
{
	if (!password_can_ask())
		return password_from_stdin(err);
	struct strbuf prompt = STRBUF_INIT;
	strbuf_adds(&prompt, "Password for ");
	strbuf_adds(&prompt, login);
	strbuf_adds(&prompt, ": ");
	char *first = password_ask(prompt.data, err);
	char *second = first ? password_ask("The same again: ", err) : NULL;
	strbuf_release(&prompt);
	if (second && strcmp(first, second) != 0)
		error_set(err, ERROR_INPUT, "the two passwords differ; nothing was done");
	else if (second) {
		explicit_bzero(second, strlen(second));
		free(second);
		return first;
	}
	free(first);
	free(second);
	return NULL;
}

static bool role_exists(struct db *db, const char *login, bool *out, struct error *err)
{
	struct db_result result;
	const struct db_value value = {.data = login};
	if (!db_query(db, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", &value, 1, &result, err))
		return false;
	*out = db_bool(&result, 0, 0);
	db_result_release(&result);
	return true;
}

/* CREATE ROLE takes no parameters: names and the password (already hashed here) are quoted by libpq. */
static bool make_login(struct db *db, const struct new_agent *agent, const char *password, struct error *err)
{
	bool there;
	if (!role_exists(db, agent->login, &there, err))
		return false;
	if (there && !password)
		return true;
	char *name = db_quote_identifier(db, agent->login), *secret = NULL;
	if (password && !(secret = db_hash_password(db, agent->login, password, err))) {
		free(name);
		return false;
	}
	struct strbuf sql = STRBUF_INIT;
	strbuf_addf(&sql, "%s ROLE %s LOGIN%s%s", there ? "ALTER" : "CREATE", name,
	        secret ? " PASSWORD " : "", secret ? secret : "");
	bool good = db_script(db, sql.data, err);
	strbuf_release(&sql);
	free(name);
	free(secret);
	return good;
}

static bool grant_viewer(struct db *db, const char *login, struct error *err)
{
	char *name = db_quote_identifier(db, login);
	struct strbuf sql = STRBUF_INIT;
	strbuf_addf(&sql, "GRANT sandglass_viewer TO %s", name);
	bool good = db_script(db, sql.data, err);
	strbuf_release(&sql);
	free(name);
	return good;
}

static bool enter(struct db *db, const struct new_agent *agent, struct error *err)
{
	if (agent->viewer)
		return grant_viewer(db, agent->login, err);
	const struct db_value values[] = {{.data = agent->login}, {.data = agent->name},
	        {.data = agent->lead    ? "t"
	                 : agent->plain ? "f"
	                                : NULL},
	        {.data = agent->team}};
	return db_exec(db, "SELECT sandglass.agent_add($1, $2, $3::boolean, $4)", values, 4, err);
}

static bool add(struct db *db, const struct new_agent *agent, struct error *err)
{
	char *password = NULL;
	if (agent->password && !(password = ask_password(agent->login, err)))
		return false;
	struct error failure = {ERROR_NONE, ""};
	bool good = db_script(db, "BEGIN", &failure) && make_login(db, agent, password, &failure) &&
	            enter(db, agent, &failure) && db_script(db, "COMMIT", &failure);
	if (!good) {
		db_script(db, "ROLLBACK", NULL);
		*err = failure;
		if (failure.kind == ERROR_PERMISSION)
			error_set(err, ERROR_PERMISSION,
			        "this login may not make agents; " DB_WHO_ADDS_AGENTS " may");
	}
	if (password)
		explicit_bzero(password, strlen(password));
	free(password);
	return good;
}

static int agent_add(int argc, char **argv)
{
	struct script script = {.json = false};
	struct new_agent agent = {.login = NULL};
	const struct option_spec specs[] = {
	        {"name", 'n', OPTION_TEXT, &agent.name,
	                "the name that colleagues and customers see; a new one's is the login", 0, 0},
	        {"team", 't', OPTION_TEXT, &agent.team, "the team, made when there is none of that name", 0,
	                0},
	        {"lead", 0, OPTION_FLAG, &agent.lead, "may also change the policy and the organizations", 0,
	                0},
	        {"agent", 0, OPTION_FLAG, &agent.plain, "may not, as a new one; of a lead it takes that away",
	                0, 0},
	        {"viewer", 0, OPTION_FLAG, &agent.viewer, "may only read", 0, 0},
	        {"password", 0, OPTION_FLAG, &agent.password,
	                "asks for a password, or reads a line of standard input", 0, 0},
	        SCRIPT_OPTIONS(&script),
	        SCRIPT_OPTIONS_END,
	};
	int code;
	if (!script_arguments(&script, argc, argv, "LOGIN", specs, 1, 1, &code))
		return code;
	struct error err = {ERROR_NONE, ""};
	agent.login = script.arguments[0];
	if (check_login(agent.login, &err) && agent.lead + agent.plain + agent.viewer > 1)
		error_set(&err, ERROR_USAGE, "--lead, --agent and --viewer exclude each other");
	struct db *db = err.kind == ERROR_NONE ? db_open_checked(script.conninfo, &err) : NULL;
	bool good = db && add(db, &agent, &err);
	db_close(db);
	if (!good)
		return command_line_fail(script.name, &err);
	if (script.json)
		script_json(json_pack("{s:s}", "login", agent.login));
	return EX_OK;
}

/* ---- list ------------------------------------------------------------------------------------------------ */

static const char list_sql[] =
        "SELECT login, name, team, active, role FROM sandglass.agent_list() ORDER BY login";

static bool list(struct db *db, bool json, struct error *err)
{
	struct db_result r;
	if (!db_query(db, list_sql, NULL, 0, &r, err))
		return false;
	for (int row = 0; row < r.rows; row++) {
		const char *team = db_text(&r, row, 2), *role = db_text(&r, row, 4);
		bool active = db_bool(&r, row, 3);
		if (json) {
			script_json(json_pack("{s:s,s:s,s:o,s:b,s:s}", "login", db_text(&r, row, 0), "name",
			        db_text(&r, row, 1), "team", script_string(team), "active", active, "role",
			        role));
			continue;
		}
		script_field(db_text(&r, row, 0), '\t');
		script_field(active ? role : "disabled", '\t');
		script_field(*team ? team : "-", '\t');
		script_field(db_text(&r, row, 1), '\n');
	}
	db_result_release(&r);
	return true;
}

static int agent_list(int argc, char **argv)
{
	return script_list(argc, argv, "login, group or disabled, team or -, name", list);
}

/* ---- disable --------------------------------------------------------------------------------------------- */

static int agent_disable(int argc, char **argv)
{
	struct script script = {.json = false};
	const struct option_spec specs[] = {SCRIPT_OPTIONS(&script), SCRIPT_OPTIONS_END};
	int code;
	if (!script_arguments(&script, argc, argv, "LOGIN", specs, 1, 1, &code))
		return code;
	struct error err = {ERROR_NONE, ""};
	struct db *db = db_open_checked(script.conninfo, &err);
	const struct db_value value = {.data = script.arguments[0]};
	bool good = db && db_exec(db, "SELECT sandglass.agent_disable($1)", &value, 1, &err);
	db_close(db);
	return good ? EX_OK : command_line_fail(script.name, &err);
}

/* ---- which of them ------------------------------------------------------------------------------------------ */

int subcommand_agent(int argc, char **argv)
{
	static struct command_verb verbs[] = {
	        {"agent add", agent_add}, {"agent list", agent_list}, {"agent disable", agent_disable}};
	return command_line_verbs(argc, argv, verbs, sizeof verbs / sizeof *verbs, "add, list or disable");
}
