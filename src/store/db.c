/*
 * The connection that waits. Every value travels as a parameter; the few statements that take none (CREATE ROLE) are made
 * with libpq's own quoting.
 */
#include "store/db.h"

#include "actions.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/trace.h"
#include "connect.h"
#include "decode.h"
#include "sqlstate.h"
#include "store/migrate.h"
#include "store/password.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

enum { STATEMENT_TIMEOUT_S = 60, VALUES_MOST = 24 };

struct db {
	PGconn *conn;
};

static PGconn *connect_asking(const char *conninfo, struct error *err)
{
	struct connect_request request = {.conninfo = conninfo, .statement_timeout = STATEMENT_TIMEOUT_S};
	bool wants_password = false;
	PGconn *conn = connect_now(&request, &wants_password, err);
	if (conn || !wants_password || !password_can_ask())
		return conn;
	char *password = password_ask("Password of the database login: ", err);
	if (!password)
		return NULL;
	request.password = password;
	conn = connect_now(&request, NULL, err);
	explicit_bzero(password, strlen(password));
	free(password);
	return conn;
}

struct db *db_open(const char *conninfo, struct error *err)
{
	PGconn *conn = connect_asking(conninfo ? conninfo : "", err);
	if (!conn)
		return NULL;
	struct db *db = alloc_bytes(sizeof *db);
	db->conn = conn;
	return db;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	PQfinish(db->conn);
	free(db);
}

struct db *db_open_checked(const char *conninfo, struct error *err)
{
	struct db *db = db_open(conninfo, err);
	if (db && !migrate_check(db, err)) {
		db_close(db);
		return NULL;
	}
	return db;
}

/* ---- statements ----------------------------------------------------------------------------------- */

/* Takes the result over; keeps it in *out when that is wanted and it is good. */
static bool finish(struct db *db, PGresult *result, struct db_result *out, struct error *err)
{
	ExecStatusType status = PQresultStatus(result);
	bool good = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY;
	if (!good) {
		if (!result || PQstatus(db->conn) == CONNECTION_BAD)
			sqlstate_lost(err, db->conn);
		else
			sqlstate_error(err, result);
	}
	if (good && out)
		*out = (struct db_result){
		        .handle = result, .rows = PQntuples(result), .columns = PQnfields(result)};
	else
		PQclear(result);
	return good;
}

bool db_query(struct db *db, const char *sql, const struct db_value *values, int count, struct db_result *out,
        struct error *err)
{
	const char *data[VALUES_MOST];
	int lengths[VALUES_MOST], formats[VALUES_MOST];
	if (out)
		*out = (struct db_result){.handle = NULL};
	if (count > VALUES_MOST)
		return error_set(
		        err, ERROR_INTERNAL, "%d parameters are more than a statement here may have", count);
	for (int i = 0; i < count; i++) {
		data[i] = values[i].data;
		lengths[i] = values[i].binary ? (int)values[i].length : 0;
		formats[i] = values[i].binary;
	}
	int64_t begun = clock_us();
	PGresult *result = PQexecParams(db->conn, sql, count, NULL, data, lengths, formats, 0);
	trace("query of %zu bytes: %s, %lld us", strlen(sql), PQresStatus(PQresultStatus(result)),
	        (long long)(clock_us() - begun));
	return finish(db, result, out, err);
}

bool db_exec(struct db *db, const char *sql, const struct db_value *values, int count, struct error *err)
{
	return db_query(db, sql, values, count, NULL, err);
}

bool db_script(struct db *db, const char *sql, struct error *err)
{
	return finish(db, PQexec(db->conn, sql), NULL, err);
}

bool db_action(struct db *db, const struct action *action, struct action_result *out, struct error *err)
{
	struct action_call call;
	action_call_make(&call, action);
	PGresult *result = PQexecParams(
	        db->conn, call.sql, call.count, NULL, call.values, call.lengths, call.formats, 0);
	action_call_release(&call);
	bool answered = result && PQstatus(db->conn) == CONNECTION_OK;
	if (answered)
		action_call_result(result, out);
	else
		sqlstate_lost(err, db->conn);
	PQclear(result);
	return answered;
}

/* ---- results --------------------------------------------------------------------------------------- */

const char *db_text(const struct db_result *result, int row, int column)
{
	return PQgetvalue(result->handle, row, column);
}

bool db_is_null(const struct db_result *result, int row, int column)
{
	return PQgetisnull(result->handle, row, column);
}

int64_t db_int(const struct db_result *result, int row, int column)
{
	return strtoll(PQgetvalue(result->handle, row, column), NULL, 10);
}

bool db_bool(const struct db_result *result, int row, int column)
{
	return *PQgetvalue(result->handle, row, column) == 't';
}

char *db_bytes(const struct db_result *result, int row, int column, size_t *length)
{
	*length = 0;
	if (PQgetisnull(result->handle, row, column))
		return NULL;
	unsigned char *bytes =
	        PQunescapeBytea((const unsigned char *)PQgetvalue(result->handle, row, column), length);
	char *copy = bytes ? alloc_copy_n((const char *)bytes, *length) : NULL;
	PQfreemem(bytes);
	return copy;
}

void db_result_release(struct db_result *result)
{
	PQclear(result->handle);
	*result = (struct db_result){.handle = NULL};
}

void db_ticket(const struct db_result *result, int row, int first, struct ticket_row *out)
{
	decode_ticket(result->handle, row, first, out);
}

bool db_directory(struct db *db, struct directory *out, struct error *err)
{
	directory_init(out);
	for (int i = 0; i < DECODE_DIRECTORY_PARTS; i++) {
		struct db_result part;
		if (!db_query(db, decode_directory[i].sql, NULL, 0, &part, err)) {
			directory_release(out);
			return false;
		}
		decode_directory[i].decode(part.handle, out);
		db_result_release(&part);
	}
	directory_sort(out);
	return true;
}

bool db_explanation(struct db *db, const char *ticket_id, struct explanation *out, struct error *err)
{
	const struct db_value value = {.data = ticket_id};
	struct db_result result;
	explanation_init(out);
	if (!db_query(db, decode_explanation_sql, &value, 1, &result, err))
		return false;
	decode_explanation(result.handle, out);
	db_result_release(&result);
	return true;
}

/* ---- quoting ---------------------------------------------------------------------------------------- */

static char *take(char *quoted)
{
	char *copy = alloc_copy(quoted ? quoted : "\"\"");
	PQfreemem(quoted);
	return copy;
}

char *db_quote_identifier(struct db *db, const char *name)
{
	return take(PQescapeIdentifier(db->conn, name, strlen(name)));
}

char *db_quote_literal(struct db *db, const char *text)
{
	char *quoted = PQescapeLiteral(db->conn, text, strlen(text));
	if (!quoted) /* not valid UTF-8: the empty string is refused by whoever gets it */
		return alloc_copy("''");
	return take(quoted);
}

char *db_hash_password(struct db *db, const char *login, const char *password, struct error *err)
{
	char *hashed = PQencryptPasswordConn(db->conn, password, login, NULL);
	if (!hashed) {
		error_set(err, ERROR_INPUT, "this password cannot be used: %s", PQerrorMessage(db->conn));
		return NULL;
	}
	char *quoted = db_quote_literal(db, hashed);
	PQfreemem(hashed);
	return quoted;
}

/* ---- what it is connected to ----------------------------------------------------------------------- */

char *db_where(const struct db *db)
{
	const char *version = PQparameterStatus(db->conn, "server_version");
	size_t number = version ? strcspn(version, " ") : 0;
	return alloc_format("PostgreSQL %.*s at %s:%s, database %s", (int)number, version ? version : "",
	        PQhost(db->conn), PQport(db->conn), PQdb(db->conn));
}

int db_server_version(const struct db *db)
{
	return PQserverVersion(db->conn);
}
