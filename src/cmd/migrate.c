/* `sandglass migrate`: brings the schema that is there up to this program's version, in one transaction. */
#include "store/migrate.h"

#include "cmd/command_line.h"

#include <sysexits.h>

static bool run(const char *conninfo, struct error *err)
{
	struct db *db = db_open(conninfo, err);
	if (!db)
		return false;
	struct migrate_report report;
	bool good = migrate_run(db, false, &report, err);
	db_close(db);
	if (!good)
		return false;
	if (report.from < report.to)
		printf("brought the schema from version %d to %d\n", report.from, report.to);
	else if (report.functions)
		printf("the schema is version %d; its functions were renewed\n", report.to);
	else
		printf("nothing to do: the schema is version %d\n", report.to);
	return true;
}

int subcommand_migrate(int argc, char **argv)
{
	const char *conninfo = "";
	struct error err;
	int code;
	if (!command_line_database(argc, argv, &conninfo, &code))
		return code;
	return run(conninfo, &err) ? EX_OK : command_line_fail(argv[0], &err);
}
