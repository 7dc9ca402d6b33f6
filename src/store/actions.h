/*
 * The server's function for each kind of action and how its parameters are made: one table for the connection that waits
 * and for the console's.
 */
#ifndef STORE_ACTIONS_H
#define STORE_ACTIONS_H

#include "core/action.h"

#include <libpq-fe.h>

enum { ACTION_PARAMETERS_MOST = 6 };

struct action_call {
	const char *sql;
	const char
	        *values[ACTION_PARAMETERS_MOST]; /* point into the action, into numbers[] or at constants */
	int count;
	char numbers[ACTION_PARAMETERS_MOST][24];
};

/* The call is valid as long as the action. */
void action_call_make(struct action_call *call, const struct action *action);

/* Reads the answer: the row (ticket_id, version, repeated), or the server's refusal into out->error. */
void action_call_result(const PGresult *result, struct action_result *out);

#endif
