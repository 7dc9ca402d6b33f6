/*
 * A desk for tests of the store: a database of its own with the schema, agents with logins, tickets; and a console's
 * connection with the model that it keeps.
 */
#ifndef SUPPORT_DESK_H
#define SUPPORT_DESK_H

#include "store/db.h"
#include "store/link.h"

#include <stdbool.h>

struct desk {
	char *database;
	char *owner; /* conninfo of the owner (superuser of the test cluster) */
	char *anna;  /* conninfo of an agent */
	char *ben;   /* of another one */
	char *login_anna,
	        *login_ben; /* roles belong to the whole cluster, so their names are made for this desk */
	struct db *db;      /* the owner's connection */
};

/* In the cluster whose socket is in `host`. Fails the test when something goes wrong. */
struct desk desk_open(const char *host);
void desk_close(struct desk *desk);

/* One statement by the owner, made from the format; the first value of its result ("" when there is none). The caller
 * frees it. */
char *desk_ask(struct desk *desk, const char *format, ...) __attribute__((format(printf, 2, 3)));
void desk_do(struct desk *desk, const char *format, ...) __attribute__((format(printf, 2, 3)));
int64_t desk_number(struct desk *desk, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* n tickets put straight into the table, priorities in turn, numbered as the server likes. */
void desk_fill(struct desk *desk, int n);

struct console {
	struct queue *queue;
	struct directory directory;
	struct identity identity;
	int64_t server_offset_us;
	struct link *link;
	unsigned seen; /* news since console_open */
};

void console_open(struct console *console, const char *conninfo);
void console_close(struct console *console);

/* Runs the loop until the condition holds or the time is over; says which. */
typedef bool console_condition(struct console *console, void *context);
bool console_until(struct console *console, console_condition *condition, void *context, int ms);
bool console_until_loaded(struct console *console, int ms);
bool console_until_live(struct console *console, int ms);
void console_run_for(struct console *console, int ms);

/* One action of this console. */
struct outcome {
	int calls; /* how often done was called */
	struct action_result result;
};
void console_act(struct console *console, const struct action *action, struct outcome *out);
bool console_until_done(struct console *console, struct outcome *outcome, int ms);

#endif
