/*
 * One way into the server, for the connection that waits and for the console's: the parameters, and what a failure means.
 */
#ifndef STORE_CONNECT_H
#define STORE_CONNECT_H

#include "base/error.h"

#include <libpq-fe.h>
#include <stdbool.h>

struct connect_request {
	const char *conninfo;  /* libpq's string or URI, or a database's name; "" for the environment */
	const char *password;  /* NULL: what the conninfo, the environment and the password file say */
	int statement_timeout; /* seconds after which the server gives up a statement */
	bool keep_alive;       /* notice a dead link early: for connections that stay */
};

/* Connects and waits for it, at most connect_timeout (10 s unless the conninfo says otherwise). NULL: *err says in one
 * line what was wrong and what would be right, and *wants_password (may be NULL) that a password could help. */
PGconn *connect_now(const struct connect_request *request, bool *wants_password, struct error *err);

#endif
