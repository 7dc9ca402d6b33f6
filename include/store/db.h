/*
 * A connection that waits: for the sub-commands that do a few calls and end. The console has its own
 * (store/link.h), which never waits. SQLSTATE becomes an error kind here and in no other layer.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include "base/error.h"
#include "core/action.h"
#include "core/directory.h"
#include "core/explain.h"
#include "core/ticket.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;

/* An agent is a login, and making one takes more than the rights of a lead: for messages. */
#define DB_WHO_ADDS_AGENTS "whoever ran `sandglass init`"

/* `conninfo` is libpq's: a string or URI, "" for the environment. Fails with ERROR_UNAVAILABLE, ERROR_AUTH...
 * in one line. */
struct db *db_open(const char *conninfo, struct error *err);
void db_close(struct db *db);

/* Also checks that the schema is there and of this program's version (ERROR_SCHEMA says what to run). */
struct db *db_open_checked(const char *conninfo, struct error *err);

/* A result: text values, owned by it until db_result_release. */
struct db_result {
	void *handle;
	int rows;
	int columns;
};

/* One value for a parameter. Everything goes as a parameter; SQL is never built from text. */
struct db_value {
	const char *data; /* NULL is SQL's NULL */
	size_t length;    /* used when binary */
	bool binary;      /* bytea as it is; otherwise NUL-terminated text */
};

bool db_query(struct db *db, const char *sql, const struct db_value *values, int count, struct db_result *out,
        struct error *err);
bool db_exec(struct db *db, const char *sql, const struct db_value *values, int count, struct error *err);
/* Several statements without parameters: only for the embedded schema. */
bool db_script(struct db *db, const char *sql, struct error *err);

const char *db_text(const struct db_result *result, int row, int column); /* "" for NULL */
bool db_is_null(const struct db_result *result, int row, int column);
int64_t db_int(const struct db_result *result, int row, int column); /* 0 for NULL */
bool db_bool(const struct db_result *result, int row, int column);
/* A bytea as its bytes, which the caller frees (NULL for NULL). */
char *db_bytes(const struct db_result *result, int row, int column, size_t *length);
void db_result_release(struct db_result *result);

/* The names and calendars that tickets refer to. *out is initialised, and empty when it fails. */
bool db_directory(struct db *db, struct directory *out, struct error *err);
/* Why the clocks of a ticket show what they show. *out is initialised, and empty when it fails. */
bool db_explanation(struct db *db, const char *ticket_id, struct explanation *out, struct error *err);
/* A row of the view console_ticket, for a statement that selects db_ticket_columns behind `first` other columns. Strings
 * belong to the result. */
extern const char db_ticket_columns[];
void db_ticket(const struct db_result *result, int row, int first, struct ticket_row *out);

/* An identifier for the few statements that take no parameters (CREATE ROLE): quoted by libpq. The caller
 * frees it. */
char *db_quote_identifier(struct db *db, const char *name);
char *db_quote_literal(struct db *db, const char *text);
/* A password as the server keeps it (SCRAM unless the server says otherwise), quoted as a literal: the password itself
 * never reaches the server or its log. The caller frees it. */
char *db_hash_password(struct db *db, const char *login, const char *password, struct error *err);
/* "PostgreSQL 15.18 at /tmp:5432, database desk": for messages. The caller frees it. Version: 150018. */
char *db_where(const struct db *db);
int db_server_version(const struct db *db);

/* Runs one action (core/action.h) and waits for its result. False only when the server could not be asked. */
bool db_action(struct db *db, const struct action *action, struct action_result *out, struct error *err);

#endif
