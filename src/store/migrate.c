/*
 * Migrations. Everything happens in one transaction under an advisory lock: BEGIN, lock, read the version, roles, the
 * migrations after it, the functions when they differ, the comment with what is now there, COMMIT. Whoever waited for the
 * lock reads the version only then, so the second of two finds nothing to do.
 *
 * Roles belong to the whole cluster, and the lock only to one database: inits of two databases at the same moment
 * can meet on a role. The server then refuses one of them with "tuple concurrently updated" or a duplicate; that one
 * begins again.
 */
#include "store/migrate.h"

#include "base/alloc.h"
#include "base/embedded.h"
#include "base/trace.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MIGRATIONS "schema/migrations/"
#define FUNCTIONS  "schema/functions/"
#define ROLES      "schema/roles.sql"

enum { TRIES_MOST = 5, OLDEST_SERVER = 150000 };

static bool begins(const char *name, const char *with)
{
	return strncmp(name, with, strlen(with)) == 0;
}

static int version_of(const struct embedded_file *file)
{
	return begins(file->name, MIGRATIONS) ? (int)strtol(file->name + strlen(MIGRATIONS), NULL, 10) : 0;
}

int migrate_program_version(void)
{
	int last = 0;
	for (const struct embedded_file *file = embedded_files; file->name; file++)
		if (version_of(file) > last)
			last = version_of(file);
	return last;
}

/* FNV-1a, 64 bits. */
static uint64_t hash_bytes(uint64_t hash, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
	return hash;
}

uint64_t migrate_program_functions(void)
{
	uint64_t hash = UINT64_C(14695981039346656037);
	for (const struct embedded_file *file = embedded_files; file->name; file++) {
		if (!begins(file->name, FUNCTIONS) && strcmp(file->name, ROLES) != 0)
			continue;
		hash = hash_bytes(hash, file->name, strlen(file->name) + 1);
		hash = hash_bytes(hash, file->bytes, file->length);
	}
	return hash;
}

/* ---- what is there -------------------------------------------------------------------------------- */

bool migrate_read(struct db *db, struct migrate_state *out, struct error *err)
{
	struct db_result result;
	*out = (struct migrate_state){.version = 0};
	if (!db_query(db,
	            "SELECT obj_description(to_regnamespace('sandglass'), 'pg_namespace'), to_regnamespace('sandglass') IS NOT NULL",
	            NULL, 0, &result, err))
		return false;
	const char *comment = db_text(&result, 0, 0);
	const char *version = strstr(comment, "sandglass schema "),
	           *functions = strstr(comment, "functions ");
	if (version)
		out->version = (int)strtol(version + strlen("sandglass schema "), NULL, 10);
	else if (db_bool(&result, 0, 1))
		out->version = MIGRATE_FOREIGN;
	if (functions)
		out->functions = strtoull(functions + strlen("functions "), NULL, 16);
	db_result_release(&result);
	return true;
}

bool migrate_check_version(int version, struct error *err)
{
	int ours = migrate_program_version();
	if (version == 0)
		return error_set(err, ERROR_SCHEMA,
		        "this database has no sandglass schema; `sandglass init` creates it");
	if (version == MIGRATE_FOREIGN)
		return error_set(err, ERROR_SCHEMA,
		        "this database has a schema named sandglass that is not sandglass's own; use another database, or rename"
		        " that schema and run `sandglass init`");
	if (version < ours)
		return error_set(err, ERROR_SCHEMA,
		        "the schema is version %d and this program needs %d; `sandglass migrate` brings it up to date",
		        version, ours);
	if (version > ours)
		return error_set(err, ERROR_SCHEMA,
		        "the schema is version %d and this program knows only %d; use a newer sandglass",
		        version, ours);
	return true;
}

bool migrate_check(struct db *db, struct error *err)
{
	struct migrate_state state;
	return migrate_read(db, &state, err) && migrate_check_version(state.version, err);
}

/* ---- applying ----------------------------------------------------------------------------------------- */

static bool apply_file(struct db *db, const struct embedded_file *file, struct error *err)
{
	trace("applying %s", file->name);
	return db_script(db, file->bytes, err) || error_prefix(err, "%s", file->name);
}

static bool apply_migration(struct db *db, const struct embedded_file *file, struct error *err)
{
	char version[16];
	snprintf(version, sizeof version, "%d", version_of(file));
	const struct db_value values[] = {{.data = version}, {.data = strrchr(file->name, '/') + 1}};
	return apply_file(db, file, err) &&
	       db_exec(db,
	               "INSERT INTO sandglass.migration (version, name, applied_at) VALUES ($1::int, $2, now())",
	               values, 2, err);
}

static bool apply_all(struct db *db, int after, struct error *err)
{
	const struct embedded_file *roles = embedded_find(ROLES);
	if (roles && !apply_file(db, roles, err))
		return false;
	for (const struct embedded_file *file = embedded_files; file->name; file++)
		if (version_of(file) > after && !apply_migration(db, file, err))
			return false;
	for (const struct embedded_file *file = embedded_files; file->name; file++)
		if (begins(file->name, FUNCTIONS) && !apply_file(db, file, err))
			return false;
	char *comment =
	        alloc_format("COMMENT ON SCHEMA sandglass IS 'sandglass schema %d functions %016" PRIx64 "'",
	                migrate_program_version(), migrate_program_functions());
	bool good = db_script(db, comment, err);
	free(comment);
	return good;
}

/* The search looks for misspelt words by trigrams; what can be done about the extension that does it: there, may (be created by
 * this login), may not, missing. */
static bool check_extension(const char *login, const char *database, const char *state, struct error *err)
{
	if (strcmp(state, "missing") == 0)
		return error_set(err, ERROR_REFUSED,
		        "this server has no extension pg_trgm, which the search needs; install PostgreSQL's contrib modules"
		        " on it (the package postgresql-contrib)");
	if (strcmp(state, "may not") == 0)
		return error_set(err, ERROR_PERMISSION,
		        "%s may not create the extension pg_trgm in %s, which the search needs; the owner of the database can:"
		        " CREATE EXTENSION pg_trgm",
		        login, database);
	return true;
}

/* Whether this login may do it at all: said before anything is tried, in words rather than by the first refused statement. */
static bool check_rights(struct db *db, const struct migrate_state *state, struct error *err)
{
	struct db_result result;
	if (!db_query(db,
	            "SELECT session_user, current_database(), r.rolsuper OR r.rolcreaterole OR"
	            " 5 = (SELECT count(*) FROM pg_roles WHERE rolname ~ '^sandglass_(viewer|agent|lead|intake|deliver)$'),"
	            " has_database_privilege(current_database(), 'CREATE'),"
	            " coalesce((SELECT pg_has_role(nspowner, 'USAGE') FROM pg_namespace WHERE nspname = 'sandglass'), true),"
	            " pg_is_in_recovery(),"
	            " coalesce((SELECT 'there' FROM pg_extension WHERE extname = 'pg_trgm'),"
	            " (SELECT CASE WHEN r.rolsuper OR bool_or(v.trusted) AND has_database_privilege(current_database(), 'CREATE')"
	            " THEN 'may' ELSE 'may not' END FROM pg_available_extension_versions v WHERE v.name = 'pg_trgm'"
	            " HAVING count(*) > 0), 'missing')"
	            " FROM pg_roles r WHERE r.rolname = current_user",
	            NULL, 0, &result, err))
		return false;
	const char *login = db_text(&result, 0, 0), *database = db_text(&result, 0, 1);
	bool good = true;
	if (db_bool(&result, 0, 5))
		good = error_set(
		        err, ERROR_REFUSED, "this server is a read-only standby; connect to the primary");
	else if (state->version == 0 && !db_bool(&result, 0, 3))
		good = error_set(err, ERROR_PERMISSION,
		        "%s may not create a schema in %s; connect as the owner of the database", login,
		        database);
	else if (!db_bool(&result, 0, 4))
		good = error_set(err, ERROR_PERMISSION,
		        "%s does not own the sandglass schema in %s; connect as the login that ran `sandglass init`",
		        login, database);
	else if (!db_bool(&result, 0, 2))
		good = error_set(err, ERROR_PERMISSION,
		        "%s may not create roles; ALTER ROLE ... CREATEROLE by an administrator allows it",
		        login);
	else if (state->version < migrate_program_version())
		good = check_extension(login, database, db_text(&result, 0, 6), err);
	db_result_release(&result);
	return good;
}

bool migrate_check_server(int version, struct error *err)
{
	if (version >= OLDEST_SERVER)
		return true;
	return error_set(err, ERROR_REFUSED,
	        "sandglass needs PostgreSQL 15 or newer; this server is version %d", version / 10000);
}

static bool run_locked(struct db *db, bool create, struct migrate_report *out, struct error *err)
{
	struct migrate_state state;
	if (!migrate_check_server(db_server_version(db), err) ||
	        !db_script(db,
	                "SET LOCAL statement_timeout = 0; SET LOCAL client_min_messages = warning;"
	                " SELECT pg_advisory_xact_lock(7233170, 1)",
	                err) ||
	        !migrate_read(db, &state, err))
		return false;
	int ours = migrate_program_version();
	if (state.version > ours || state.version == MIGRATE_FOREIGN || (state.version == 0 && !create))
		return migrate_check_version(state.version, err);
	*out = (struct migrate_report){.from = state.version, .to = ours};
	bool functions = state.functions != migrate_program_functions();
	if (state.version == ours && !functions)
		return true;
	out->functions = true;
	return check_rights(db, &state, err) && apply_all(db, state.version, err);
}

/* Two inits of two databases of one cluster met on a role: trying again helps. */
static bool met_another(const struct error *err)
{
	return strstr(err->text, "concurrently updated") || strstr(err->text, "pg_authid") ||
	       strstr(err->text, "pg_auth_members") || strstr(err->text, "already exists");
}

bool migrate_run(struct db *db, bool create, struct migrate_report *out, struct error *err)
{
	for (int tried = 1;; tried++) {
		if (!db_script(db, "BEGIN", err))
			return false;
		struct error failure = {ERROR_NONE, ""};
		if (run_locked(db, create, out, &failure))
			return db_script(db, "COMMIT", err);
		if (!db_script(db, "ROLLBACK", NULL) || tried == TRIES_MOST || !met_another(&failure)) {
			if (err)
				*err = failure;
			return false;
		}
	}
}
