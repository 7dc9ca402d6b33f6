/*
 * The schema in the database and the one that travels in the program (schema/migrations, schema/functions, schema/roles.sql).
 *
 * The database says what it holds in the comment of the schema, which every login may read:
 * "sandglass schema VERSION functions HASH".
 */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "base/error.h"
#include "store/db.h"

#include <stdbool.h>
#include <stdint.h>

/* Instead of a version: there is a schema of that name that is not ours. */
enum { MIGRATE_FOREIGN = -1 };

struct migrate_state {
	int version;        /* 0: there is no sandglass schema; or MIGRATE_FOREIGN */
	uint64_t functions; /* hash of the functions that were applied */
};

struct migrate_report {
	int from; /* 0: it was not there */
	int to;
	bool functions; /* the functions were applied anew */
};

/* The number of the last migration in the program, and the hash of its functions. */
int migrate_program_version(void);
uint64_t migrate_program_functions(void);

bool migrate_read(struct db *db, struct migrate_state *out, struct error *err);

/* Whether the database holds this program's version: otherwise ERROR_SCHEMA with what to run. */
bool migrate_check(struct db *db, struct error *err);

/* The same for a version that is known already (0: none; or MIGRATE_FOREIGN). */
bool migrate_check_version(int version, struct error *err);

/* Whether a server of this version (db_server_version()) has what the schema needs, such as NULLS NOT DISTINCT: otherwise
 * ERROR_REFUSED. */
bool migrate_check_server(int version, struct error *err);

/*
 * Brings roles and schema up to the program's in one transaction; two at once wait for each other and the second finds
 * nothing to do. create: make the schema when there is none (init); otherwise that is ERROR_SCHEMA (migrate).
 * ERROR_SCHEMA when the database is newer than the program, ERROR_PERMISSION when this login may not.
 */
bool migrate_run(struct db *db, bool create, struct migrate_report *out, struct error *err);

#endif
