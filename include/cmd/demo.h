/*
 * The demo: a private PostgreSQL server with sample tickets, shared by all `sandglass demo` of one user.
 *
 *   BASE/            $XDG_DATA_HOME/sandglass/demo, mode 0700; as root also /var/lib/sandglass-demo (demo_place.c)
 *     cluster/       0700, belongs to the user that runs the server: data/, the socket and the log
 *     lock/turn      held while somebody starts, fills or stops the server: one at a time
 *     lock/users     held shared by every console; whoever can hold it alone is the last one
 *     lock/life      held by the one process that plays the customers and colleagues
 *     lock/NAME      held by the console that is NAME
 *     filled         made last: without it the cluster is a beginning that was interrupted
 *
 * All locks are flock(2): the kernel drops them with their process, so a crash leaves nothing behind.
 */
#ifndef CMD_DEMO_H
#define CMD_DEMO_H

#include "base/error.h"
#include "base/process.h"
#include "store/db.h"

#include <stdbool.h>
#include <stdint.h>

struct demo {
	char *base;
	char *cluster;
	char *socket; /* the directory of the socket: the cluster's, or a short one when that is too long */
	char *bin;    /* where initdb and postgres are */
	struct process_user server;
	int turn, users; /* descriptors of the lock files */
};

/* ---- demo_place.c: where it lives, and the locks ------------------------------------------------- */

bool demo_place_open(struct demo *demo, struct error *err);
void demo_place_close(struct demo *demo);
/* Opens the lock files anew: for a forked process, whose descriptors would share its parent's locks. */
bool demo_locks_open(struct demo *demo, struct error *err);
/* lock/NAME, exclusive: its descriptor, or -1 when somebody has it (or, waiting, when it cannot be had). */
int demo_lock(const struct demo *demo, const char *name, bool wait);
bool demo_turn_take(struct demo *demo, struct error *err);
void demo_turn_leave(struct demo *demo);
void demo_users_join(struct demo *demo);
/* Whether no console is there, ours (once joined) included. */
bool demo_users_none(struct demo *demo);
/* When the sample data was made (seconds since 1970); 0: not, or not to the end. */
int64_t demo_filled_at(const struct demo *demo);
bool demo_filled_set(const struct demo *demo, bool filled, struct error *err);

/* ---- demo_cluster.c: the server; call these while holding the turn ------------------------------- */

bool demo_socket_find(struct demo *demo, struct error *err);
bool demo_cluster_exists(const struct demo *demo);
bool demo_cluster_create(struct demo *demo, struct error *err);
bool demo_cluster_destroy(struct demo *demo, struct error *err);
/* Starts it when it does not run, and waits until it answers. */
bool demo_cluster_start(struct demo *demo, struct error *err);
void demo_cluster_stop(struct demo *demo);
/* How `login` connects; the caller frees it. */
char *demo_conninfo(const struct demo *demo, const char *login, const char *database);

/* ---- demo_fill.c: schema, agreement, people, tickets (demo_story.c) ------------------------------ */

/* Makes the database anew. */
bool demo_fill(struct demo *demo, struct error *err);
/* Brings the samples of an older program up to date; false when that cannot be, as with those of a newer one. */
bool demo_migrate(const struct demo *demo);

/* ---- demo_life.c: customers who keep writing, colleagues who answer ------------------------------- */

/* Runs until the descriptor `parent` ends (its other end is closed with the process that holds it). Lives only
 * while the demo is filled. */
void demo_life_run(struct demo *demo, int parent);

#define DEMO_OWNER    "sandglass_demo"
#define DEMO_INTAKE   "mailroom"
#define DEMO_DATABASE "sandglass"

#endif
