/*
 * Databases for tests. The template is made under an advisory lock in the database postgres, which every test process of
 * the run can see; CREATE DATABASE copies it in some 50 ms.
 */
#include "support/testdb.h"

#include "base/strbuf.h"
#include "store/db.h"
#include "store/migrate.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEMPLATE_LOCK "7233170, 2"

enum { CONNECTIONS_MOST = 128 };

static char database[64];
static PGconn *connections[CONNECTIONS_MOST]; /* those that the tests were given */
static size_t connection_count;

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "testdb: %s: %s\n", what, why);
	abort();
}

static const char *host(void)
{
	const char *dir = getenv("SANDGLASS_TEST_PGHOST");
	if (!dir)
		fail("SANDGLASS_TEST_PGHOST", "not set; run the tests by make check-db");
	return dir;
}

static PGconn *connect_to(const char *name, const char *login)
{
	char conninfo[512];
	snprintf(conninfo, sizeof conninfo, "host='%s' dbname='%s' user='%s' client_encoding=UTF8", host(),
	        name, login);
	PGconn *conn = PQconnectdb(conninfo);
	if (PQstatus(conn) != CONNECTION_OK)
		fail(conninfo, PQerrorMessage(conn));
	PQclear(PQexec(conn, "SET client_min_messages = error"));
	return conn;
}

static PGresult *run(PGconn *conn, const char *format, va_list args, struct strbuf *sql)
{
	strbuf_init(sql);
	strbuf_addv(sql, format, args);
	return PQexec(conn, sql->data);
}

static void must(PGresult *result, PGconn *conn, const char *sql)
{
	ExecStatusType status = PQresultStatus(result);
	if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
		fail(sql, PQerrorMessage(conn));
}

void testdb_exec(PGconn *conn, const char *format, ...)
{
	struct strbuf sql;
	va_list args;
	va_start(args, format);
	PGresult *result = run(conn, format, args, &sql);
	va_end(args);
	must(result, conn, sql.data);
	PQclear(result);
	strbuf_release(&sql);
}

/* Keeps a copy in one of four places that take turns. */
static const char *keep(const char *text)
{
	static struct strbuf kept[4] = {STRBUF_INIT, STRBUF_INIT, STRBUF_INIT, STRBUF_INIT};
	static unsigned next;
	struct strbuf *buf = &kept[next++ % 4];
	strbuf_clear(buf);
	strbuf_adds(buf, text);
	return buf->data;
}

static const char *first_value(PGconn *conn, const char *format, va_list args)
{
	struct strbuf sql;
	PGresult *result = run(conn, format, args, &sql);
	must(result, conn, sql.data);
	const char *value = keep(PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
	PQclear(result);
	strbuf_release(&sql);
	return value;
}

const char *testdb_text(PGconn *conn, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	const char *value = first_value(conn, format, args);
	va_end(args);
	return value;
}

int64_t testdb_int(PGconn *conn, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	const char *value = first_value(conn, format, args);
	va_end(args);
	return strtoll(value, NULL, 10);
}

const char *testdb_refused(PGconn *conn, const char *sqlstate, const char *format, ...)
{
	struct strbuf sql;
	va_list args;
	va_start(args, format);
	PGresult *result = run(conn, format, args, &sql);
	va_end(args);
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	if (!state || strcmp(state, sqlstate) != 0)
		fail(sql.data, state ? PQerrorMessage(conn) : "was not refused");
	const char *message = keep(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
	if (strchr(message, '\n'))
		fail(message, "is more than one line");
	PQclear(result);
	strbuf_release(&sql);
	return message;
}

static void install(const char *name)
{
	char conninfo[512];
	snprintf(conninfo, sizeof conninfo, "host='%s' dbname='%s' user=postgres", host(), name);
	struct error err = {ERROR_NONE, ""};
	struct migrate_report report;
	struct db *db = db_open(conninfo, &err);
	if (!db || !migrate_run(db, true, &report, &err))
		fail("installing the schema", err.text);
	db_close(db);
}

static PGconn *give(PGconn *conn)
{
	if (connection_count == CONNECTIONS_MOST)
		fail("too many connections", database);
	connections[connection_count++] = conn;
	testdb_exec(conn, "SET search_path = sandglass");
	return conn;
}

static void drop_database(void)
{
	while (connection_count > 0)
		PQfinish(connections[--connection_count]);
	PGconn *conn = connect_to("postgres", "postgres");
	testdb_exec(conn, "DROP DATABASE IF EXISTS %s WITH (FORCE)", database);
	PQfinish(conn);
}

PGconn *testdb_create(void)
{
	static int made;
	char template[64];
	snprintf(template, sizeof template, "template_%d_%016" PRIx64, migrate_program_version(),
	        migrate_program_functions());
	PGconn *conn = connect_to("postgres", "postgres");
	testdb_exec(conn, "SELECT pg_advisory_lock(" TEMPLATE_LOCK ")");
	if (!testdb_int(conn, "SELECT count(*) FROM pg_database WHERE datname = '%s'", template)) {
		testdb_exec(conn, "CREATE DATABASE making_%s", template);
		char making[80];
		snprintf(making, sizeof making, "making_%s", template);
		install(making);
		testdb_exec(conn, "ALTER DATABASE %s RENAME TO %s", making, template);
	}
	snprintf(database, sizeof database, "test_%d_%d", (int)getpid(), ++made);
	testdb_exec(conn, "CREATE DATABASE %s TEMPLATE %s", database, template);
	PQfinish(conn); /* and with it the lock */
	if (made == 1)
		atexit(drop_database);
	return give(connect_to(database, "postgres"));
}

const char *testdb_conninfo(const char *login)
{
	char conninfo[512];
	snprintf(conninfo, sizeof conninfo, "host='%s' dbname='%s' user='%s'", host(), database,
	        login ? login : "postgres");
	return keep(conninfo);
}

PGconn *testdb_connect(const char *login)
{
	return give(connect_to(database, login ? login : "postgres"));
}

/*
 * Roles are the whole cluster's and tests of several processes want the same names, so whoever makes one holds the
 * template's lock meanwhile. Advisory locks belong to one database: it is taken in the database postgres.
 */
static void make_role(PGconn *owner, const char *login, const char *grants)
{
	PGconn *lock = connect_to("postgres", "postgres");
	testdb_exec(lock, "SELECT pg_advisory_lock(" TEMPLATE_LOCK ")");
	if (!testdb_int(owner, "SELECT count(*) FROM pg_roles WHERE rolname = '%s'", login))
		testdb_exec(owner, "CREATE ROLE %s LOGIN", login);
	testdb_exec(owner, "%s", grants);
	PQfinish(lock);
}

void testdb_agent(PGconn *owner, const char *login, bool lead)
{
	char grants[256];
	snprintf(grants, sizeof grants, "SELECT sandglass.agent_add('%s', '%s', %s)", login, login,
	        lead ? "true" : "false");
	make_role(owner, login, grants);
}

void testdb_login(PGconn *owner, const char *login, const char *group)
{
	char grants[256] = "SELECT";
	if (group)
		snprintf(grants, sizeof grants, "GRANT sandglass_%s TO %s", group, login);
	make_role(owner, login, grants);
}

#define WORKDAYS(hours)                                                                                      \
	"{\"mon\":[\"" hours "\"],\"tue\":[\"" hours "\"],\"wed\":[\"" hours "\"],\"thu\":[\"" hours         \
	"\"],\"fri\":[\"" hours "\"]}"
#define ALL_DAY      "[\"00:00-24:00\"]"
#define TARGET(m, s) "{\"metric\":\"" m "\",\"time_s\":" s ",\"calendar\":\"tickets\"}"
#define PLAN(name, short, archived, seconds, entitlements)                                                   \
	"{\"name\":\"" name                                                                                  \
	"\",\"short\":\"" short "\",\"archived\":" archived ",\"entitlements\":[" entitlements               \
	                        "],\"targets\":[" TARGET("first_reply", seconds) "," TARGET(                 \
	                                "next_reply", seconds) "]}"

const char testdb_policy[] =
        "{\"support_address\":\"help@desk.test\",\"calendars\":["
        "{\"name\":\"tickets\",\"zone\":\"Etc/GMT-2\",\"week\":" WORKDAYS(
                "09:00-17:00") ",\"holidays\":[\"2026-12-25\",\"2027-01-01\"],\"exceptions\":[]},"
                               "{\"name\":\"chat\",\"zone\":\"Etc/GMT-2\",\"week\":" WORKDAYS(
                                       "10:00-18:00") ",\"holidays\":[\"2026-12-25\",\"2027-01-01\"],\"exceptions\":[]},"
                                                      "{\"name\":\"always\",\"zone\":\"UTC\",\"week\":{\"mon\":" ALL_DAY
                                                      ",\"tue\":" ALL_DAY ",\"wed\":" ALL_DAY
                                                      ",\"thu\":" ALL_DAY ",\"fri\":" ALL_DAY
                                                      ",\"sat\":" ALL_DAY ",\"sun\":" ALL_DAY
                                                      "}}],\"plans\":[" PLAN("Enterprise", "Ent", "false",
                                                              "7200",
                                                              "\"tickets\",\"chat\",\"phone\",\"personal_mailbox\",\"priority_answers\",\"csm\",\"analyst\"") "," PLAN("Reports & Attribution",
                                                              "R&A", "false", "14400",
                                                              "\"tickets\",\"chat\",\"personal_mailbox\",\"csm\"") "," PLAN("Marketing Data",
                                                              "MD", "false", "28800",
                                                              "\"tickets\",\"chat_billing\"") "," PLAN("Enterprise",
                                                              "Ent", "true", "7200",
                                                              "\"tickets\",\"chat\",\"phone\",\"personal_mailbox\",\"priority_answers\",\"csm\",\"analyst\"") "," PLAN("Business",
                                                              "Bus", "true", "14400",
                                                              "\"tickets\",\"chat\",\"personal_mailbox\",\"csm\"") "," PLAN("Basic",
                                                              "Bas", "true", "28800",
                                                              "\"tickets\",\"chat\"") "," PLAN("Cost Data",
                                                              "Cost", "true", "43200",
                                                              "\"tickets\",\"chat_billing\"") "],"
                                                                                              "\"priorities\":[{\"name\":\"urgent\",\"label\":\"Срочный\",\"when\":\"global failure\"}],"
                                                                                              "\"statuses\":[{\"name\":\"new\",\"label\":\"Новый\",\"meaning\":\"just arrived\"}]}";
