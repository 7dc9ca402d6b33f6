/* The schema's way into a database: twice, two at once, into a newer one, and by logins that may and may not. */
#include "store/migrate.h"

#include "base/alloc.h"
#include "support/desk.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct db *open_as(const char *user, const char *database)
{
	struct error err;
	char *conninfo =
	        alloc_format("host=%s user=%s dbname=%s", getenv("SANDGLASS_TEST_PGHOST"), user, database);
	struct db *db = db_open(conninfo, &err);
	cr_assert(db, "%s: %s", conninfo, err.text);
	free(conninfo);
	return db;
}

static void must(struct db *db, const char *sql)
{
	struct error err;
	cr_assert(db_script(db, sql, &err), "%s: %s", sql, err.text);
}

/* An empty database of the test's own; `owner` may be NULL. The caller frees the name. */
static char *empty_database(const char *name, const char *owner)
{
	char *database = alloc_format("migrate_%s_%d", name, (int)getpid());
	char *sql =
	        alloc_format("CREATE DATABASE %s %s %s", database, owner ? "OWNER" : "", owner ? owner : "");
	struct db *db = open_as("postgres", "postgres");
	must(db, sql);
	db_close(db);
	free(sql);
	return database;
}

static int64_t number(struct db *db, const char *sql)
{
	struct db_result result;
	struct error err;
	cr_assert(db_query(db, sql, NULL, 0, &result, &err), "%s: %s", sql, err.text);
	int64_t value = db_int(&result, 0, 0);
	db_result_release(&result);
	return value;
}

Test(migrate, twice_is_once_and_changed_functions_are_renewed)
{
	char *database = empty_database("twice", NULL);
	struct db *db = open_as("postgres", database);
	struct error err;
	struct migrate_report report;
	cr_assert_not(migrate_check(db, &err));
	cr_assert_eq(err.kind, ERROR_SCHEMA);
	cr_assert_not(migrate_run(db, false, &report, &err), "migrate does not create");
	cr_assert_eq(err.kind, ERROR_SCHEMA);
	cr_assert(strstr(err.text, "sandglass init"));
	cr_assert(migrate_run(db, true, &report, &err), "%s", err.text);
	cr_assert_eq(report.from, 0);
	cr_assert_eq(report.to, migrate_program_version());
	cr_assert(migrate_check(db, &err), "%s", err.text);
	cr_assert_eq(number(db, "SELECT max(version) FROM sandglass.migration"), migrate_program_version());
	cr_assert(migrate_run(db, true, &report, &err), "%s", err.text);
	cr_assert(report.from == report.to && !report.functions);

	char *comment = alloc_format("COMMENT ON SCHEMA sandglass IS 'sandglass schema %d functions 00ff'",
	        migrate_program_version());
	must(db, comment);
	must(db, "CREATE FUNCTION sandglass.left_over() RETURNS int LANGUAGE sql AS 'SELECT 1'");
	cr_assert(migrate_run(db, false, &report, &err), "%s", err.text);
	cr_assert(report.functions);
	cr_assert_eq(number(db, "SELECT count(*) FROM pg_proc WHERE proname = 'left_over'"), 0);
	free(comment);
	free(database);
	db_close(db);
}

struct runner {
	struct db *db;
	struct migrate_report report;
	struct error err;
	bool good;
};

static void *run_init(void *argument)
{
	struct runner *runner = argument;
	runner->good = migrate_run(runner->db, true, &runner->report, &runner->err);
	return NULL;
}

Test(migrate, of_two_at_once_the_second_finds_nothing_to_do)
{
	char *database = empty_database("race", NULL), *beside = empty_database("beside", NULL);
	struct runner runners[3] = {{.db = open_as("postgres", database)},
	        {.db = open_as("postgres", database)}, {.db = open_as("postgres", beside)}};
	pthread_t threads[3];
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, run_init, &runners[i]);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < 3; i++)
		cr_assert(runners[i].good, "%s", runners[i].err.text);
	cr_assert_eq((runners[0].report.from == 0) + (runners[1].report.from == 0), 1);
	cr_assert_eq(
	        number(runners[0].db, "SELECT count(*) FROM sandglass.migration"), migrate_program_version());
	for (int i = 0; i < 3; i++)
		db_close(runners[i].db);
	free(database);
	free(beside);
}

Test(migrate, a_newer_database_is_refused_and_untouched)
{
	char *database = empty_database("newer", NULL);
	struct db *db = open_as("postgres", database);
	struct error err;
	struct migrate_report report;
	cr_assert(migrate_run(db, true, &report, &err), "%s", err.text);
	must(db, "COMMENT ON SCHEMA sandglass IS 'sandglass schema 999 functions 0'");
	for (int create = 0; create < 2; create++) {
		cr_assert_not(migrate_run(db, create, &report, &err));
		cr_assert_eq(err.kind, ERROR_SCHEMA);
		cr_assert(strstr(err.text, "999") && strstr(err.text, "newer sandglass"), "%s", err.text);
	}
	cr_assert_not(migrate_check(db, &err));
	must(db, "COMMENT ON SCHEMA sandglass IS 'sandglass schema 1 functions 0'");
	cr_assert_not(migrate_check(db, &err));
	cr_assert(strstr(err.text, "sandglass migrate"), "%s", err.text);
	db_close(db);
	free(database);
}

Test(migrate, needs_an_owner_and_no_superuser)
{
	char *owner = alloc_format("migrate_owner_%d", (int)getpid()),
	     *guest = alloc_format("migrate_guest_%d", (int)getpid());
	char *sql = alloc_format("CREATE ROLE %s LOGIN CREATEROLE; CREATE ROLE %s LOGIN", owner, guest);
	struct db *db = open_as("postgres", "postgres");
	must(db, sql);
	db_close(db);
	char *database = empty_database("owned", owner);
	struct error err;
	struct migrate_report report;
	db = open_as(guest, database);
	cr_assert_not(migrate_run(db, true, &report, &err));
	cr_assert_eq(err.kind, ERROR_PERMISSION, "%s", err.text);
	cr_assert(strstr(err.text, guest), "%s", err.text);
	db_close(db);
	db = open_as(owner, database);
	cr_assert(migrate_run(db, true, &report, &err), "%s", err.text);
	must(db, "COMMENT ON SCHEMA sandglass IS 'sandglass schema 1 functions 0'");
	db_close(db);
	db = open_as(guest, database);
	cr_assert_not(migrate_run(db, false, &report, &err));
	cr_assert_eq(err.kind, ERROR_PERMISSION, "%s", err.text);
	db_close(db);
	/* The owner of the schema who may not create in the database is told who can make the extension. */
	db = open_as("postgres", database);
	char *away = alloc_format("ALTER DATABASE %s OWNER TO postgres; DROP EXTENSION pg_trgm CASCADE;"
	                          "COMMENT ON SCHEMA sandglass IS 'sandglass schema 11 functions 0'",
	        database);
	must(db, away);
	db_close(db);
	db = open_as(owner, database);
	cr_assert_not(migrate_run(db, false, &report, &err));
	cr_assert_eq(err.kind, ERROR_PERMISSION, "%s", err.text);
	cr_assert(strstr(err.text, "CREATE EXTENSION pg_trgm"), "%s", err.text);
	db_close(db);
	free(away);
	free(sql);
	free(database);
	free(owner);
	free(guest);
}

/* Asked before anything is created: an older server would refuse some statement in the middle. */
Test(migrate, needs_a_server_that_knows_its_constraints)
{
	struct error err;
	cr_assert(migrate_check_server(150000, &err));
	cr_assert_not(migrate_check_server(140019, &err));
	cr_assert_eq(err.kind, ERROR_REFUSED);
	cr_assert_str_eq(err.text, "sandglass needs PostgreSQL 15 or newer; this server is version 14");
}
