/*
 * The server's function for each kind of action and how its parameters are made: one table for the connection that waits
 * and for the console's.
 */
#ifndef STORE_ACTIONS_H
#define STORE_ACTIONS_H

#include "base/strbuf.h"
#include "core/action.h"

#include <libpq-fe.h>

enum { ACTION_PARAMETERS_MOST = 9 };

struct action_call {
	const char *sql;
	const char
	        *values[ACTION_PARAMETERS_MOST]; /* point into the action, into numbers[] or at constants */
	int lengths[ACTION_PARAMETERS_MOST];     /* of binary values */
	int formats[ACTION_PARAMETERS_MOST];     /* 1: binary */
	int count;
	struct strbuf names, contents; /* of the files */
	char *macro;                   /* owned */
	char numbers[ACTION_PARAMETERS_MOST][24];
};

/* The call is valid as long as the action. */
void action_call_make(struct action_call *call, const struct action *action);
void action_call_release(struct action_call *call);

/* Reads the answer: the row (ticket_id, version, repeated), or the server's refusal into out->error. */
void action_call_result(const PGresult *result, struct action_result *out);

#endif
