/*
 * A database for one test: made from a template that holds the schema, as the program itself installs it. The
 * template is made once for a cluster, by whichever test process comes first. The cluster is the one that
 * SANDGLASS_TEST_PGHOST names (run.sh starts it); its superuser postgres owns everything.
 *
 * Anything that fails ends the test with the statement and the server's words.
 */
#ifndef TESTS_TESTDB_H
#define TESTS_TESTDB_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

/* Makes a fresh database and connects to it as postgres. When the process ends, this and all connections that
 * testdb_connect gave are closed and the database is dropped: a test does neither. */
PGconn *testdb_create(void);

/* conninfo of the database made last, for `login` (NULL: postgres). Valid until the next call. */
const char *testdb_conninfo(const char *login);

/* One more connection to it. */
PGconn *testdb_connect(const char *login);

/* Runs statements given as a printf format; %s is not quoted. */
void testdb_exec(PGconn *conn, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The first column of the first row; "" for NULL or no row. Valid until the fourth next call. */
const char *testdb_text(PGconn *conn, const char *format, ...) __attribute__((format(printf, 2, 3)));
int64_t testdb_int(PGconn *conn, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Runs a statement that must fail with this SQLSTATE; returns the server's one-line message, valid as long as testdb_text's. */
const char *testdb_refused(PGconn *conn, const char *sqlstate, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

/* A login role and its agent row, in the group agent or lead. Roles are the whole cluster's: one that is there is used,
 * and a name must mean the same in all tests: anna, ben and agent1... are agents, lena leads, vera only looks, mta hands
 * in mail, nina is nobody. */
void testdb_agent(PGconn *owner, const char *login, bool lead);
/* A login role in one of the groups viewer, intake, deliver; NULL for none. */
void testdb_login(PGconn *owner, const char *login, const char *group);

/* The agreement of the default policy, as a policy document with the support address help@desk.test: all plans, the
 * calendars "tickets" and "chat" (2026-12-25 and 2027-01-01 are holidays), and "always". */
extern const char testdb_policy[];

#endif
