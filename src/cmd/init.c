/*
 * `sandglass init`: roles, schema and the shipped agreement. Running it again changes nothing that is there: the schema
 * is brought up to date as `migrate` does, and a policy that was applied stays.
 */
#include "base/embedded.h"
#include "cmd/command_line.h"
#include "conf/policy.h"
#include "store/migrate.h"

#include <stdlib.h>
#include <sysexits.h>

/* The policy that travels in the program, as the JSON that the server takes. The caller frees it. */
static char *shipped_policy(struct error *err)
{
	const struct embedded_file *file = embedded_find("schema/policy.conf");
	struct strbuf problems = STRBUF_INIT;
	json_t *policy = file ? policy_parse(file->bytes, file->name, &problems) : NULL;
	char *text = policy ? json_dumps(policy, JSON_COMPACT) : NULL;
	if (!text)
		error_set(err, ERROR_INTERNAL, "the shipped policy cannot be read: %s", problems.data);
	json_decref(policy);
	strbuf_release(&problems);
	return text;
}

static bool has_policy(struct db *db, bool *out, struct error *err)
{
	struct db_result result;
	if (!db_query(db, "SELECT EXISTS (SELECT FROM sandglass.plan)", NULL, 0, &result, err))
		return false;
	*out = db_bool(&result, 0, 0);
	db_result_release(&result);
	return true;
}

static bool apply_policy(struct db *db, const char *policy, bool *applied, struct error *err)
{
	bool there;
	*applied = false;
	if (!has_policy(db, &there, err))
		return false;
	if (there)
		return true;
	const struct db_value value = {.data = policy};
	*applied = db_exec(db, "SELECT sandglass.policy_apply($1::jsonb)", &value, 1, err);
	return *applied || error_prefix(err, "the shipped policy");
}

static bool run(const char *conninfo, struct error *err)
{
	char *shipped = shipped_policy(err);
	struct db *db = shipped ? db_open(conninfo, err) : NULL;
	struct migrate_report report;
	bool policy = false;
	bool good = db && migrate_run(db, true, &report, err) && apply_policy(db, shipped, &policy, err);
	db_close(db);
	free(shipped);
	if (!good)
		return false;
	if (report.from == 0)
		printf("created the schema, version %d\n", report.to);
	else if (report.from < report.to)
		printf("brought the schema from version %d to %d\n", report.from, report.to);
	else
		printf("the schema is there, version %d\n", report.to);
	if (policy)
		printf("applied the shipped policy; `sandglass policy export` shows it\n");
	return true;
}

int subcommand_init(int argc, char **argv)
{
	const char *conninfo = "";
	struct error err;
	int code;
	if (!command_line_database(argc, argv, &conninfo, &code))
		return code;
	return run(conninfo, &err) ? EX_OK : command_line_fail(argv[0], &err);
}
