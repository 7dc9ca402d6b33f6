/*
 * Connecting in the background: a thread that resolves the name, connects and authenticates, because libpq cannot do the first
 * without waiting and does not apply connect_timeout when asked not to wait.
 */
#ifndef STORE_CONNECTING_H
#define STORE_CONNECTING_H

#include "base/error.h"

#include <libpq-fe.h>
#include <stdbool.h>

struct connecting;

/* NULL when no thread could be started. */
struct connecting *connecting_start(const char *conninfo, struct error *err);

/* Readable when it is finished. */
int connecting_fd(const struct connecting *connecting);

struct connecting_outcome {
	PGconn *conn; /* non-blocking, in pipeline mode; the caller's. NULL: error says why */
	bool wants_password;
	struct error error;
};

/* False while it is under way. True: *out is filled and `connecting` is gone. */
bool connecting_take(struct connecting *connecting, struct connecting_outcome *out);

/* Forgets it; a thread that is still waiting for the network cleans up after itself whenever it ends. */
void connecting_abandon(struct connecting *connecting);

#endif
