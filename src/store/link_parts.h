/*
 * The inside of the console's connection, for the files that make it up:
 *
 *   link.c        the states: connecting, losing the connection, trying again, the poll loop's questions
 *   pipeline.c    requests: statements that end with one synchronisation point, sent at once, answered in order
 *   sync.c        the model: first batch, the remaining pages, deltas, names
 *   requests.c    what the console asks for: actions, conversations, explanations, marks
 *   asks.c        the questions of store/asks.def
 */
#ifndef STORE_LINK_PARTS_H
#define STORE_LINK_PARTS_H

#include "connecting.h"
#include "core/pace.h"
#include "store/link.h"

#include <libpq-fe.h>

/* ---- requests -------------------------------------------------------------------------------------- */

struct request;

/*
 * What happens with the answers. A request has one or more statements, numbered from 0; when one fails, the rest is
 * skipped by the server up to the synchronisation point.
 */
struct request_kind {
	const char *name; /* for the trace log */
	/* A good result of statement `step`; NULL: of no interest. */
	void (*result)(struct link *link, struct request *request, int step, const PGresult *result);
	/* All is answered; err is NULL when all was good. Called last: the request is freed after it. */
	void (*done)(struct link *link, struct request *request, const struct error *err);
	/* The connection is gone and with it the request: frees its data, or has it wait for the next connection. NULL: it has
	 * none. */
	void (*lost)(struct link *link, struct request *request);
};

struct request {
	const struct request_kind *kind;
	struct request *next;
	int64_t sent_us; /* clock_us() */
	int step;
	bool answered; /* the statement of this step has had its result */
	struct error error;
	void *data; /* the kind's own; freed by it in done() or lost() */
	int64_t number;
};

/* Sending: begin, one or more statements, end. Values are text; NULL is SQL's NULL. */
void pipeline_begin(struct link *link, const struct request_kind *kind, void *data, int64_t number);
void pipeline_statement(struct link *link, const char *sql, int count, const char *const *values);
/* The same with values in binary (format 1), of which the length counts; NULL for both: all are text. */
void pipeline_statement_of(struct link *link, const char *sql, int count, const char *const *values,
        const int *lengths, const int *formats);
/* A statement that is planned once for the session, and later its execution. */
void pipeline_prepare(struct link *link, const char *name, const char *sql);
void pipeline_execute(struct link *link, const char *name, int count, const char *const *values);
void pipeline_end(struct link *link);

/* Reads what has come and calls the kinds. Sets link->broken when the connection is gone. */
void pipeline_read(struct link *link);
/* Forgets every request that is under way; each kind is told by lost(). */
void pipeline_reset(struct link *link);

/* ---- the whole -------------------------------------------------------------------------------------- */

struct pending_action {
	struct pending_action *next;
	struct action action;
	link_action_done *done;
	void *context;
	bool sent;
	bool tried; /* the server could not do it once: its next word is final */
};

struct wanted_conversation {
	int64_t ticket_id; /* 0: none */
	link_conversation_done *done;
	void *context;
	bool sent;
};

struct link {
	char *conninfo;
	struct link_model model;
	enum link_state state;
	unsigned news;
	struct error error;
	struct link_stats stats;

	/* Connecting and trying again. */
	struct connecting *connecting;
	PGconn *conn;
	bool was_live;       /* there was a first connection: later failures are retried */
	bool wants_password; /* the failure was a password's */
	int64_t backoff_ms;
	int64_t next_try;
	int64_t offline_since;

	/* The pipeline. */
	struct request *first, *last; /* under way, oldest first */
	struct request *making;       /* between begin and end */
	bool broken;                  /* noticed in the middle of something; link_run() cleans up */
	bool wants_write;
	int64_t last_heard; /* clock_ms() */

	/* The model's state. */
	bool ready; /* the first batch is there: requests may go */
	bool loading;
	bool delta_under_way, delta_again, directory_under_way;
	bool load_ends;    /* the delta under way is the one that ends the load */
	bool history_lost; /* the cursor went back: a load is wanted */
	struct pace pace;  /* of the deltas */
	int64_t directory_at;
	int64_t directory_revision;
	int64_t offset_error_us; /* half of the round trip that the offset was measured with */
	int64_t offset_at;
	struct directory staging;
	struct request_page *page;

	struct pending_action *actions;
	size_t action_count;
	struct wanted_conversation conversation;
};

/* Notes why, for link_run() to close the connection. Returns nothing: the caller goes on and nothing more is sent. */
void link_broke(struct link *link, const struct error *err);
uint32_t link_chance(void); /* any number, another one in each process */

void sync_start(struct link *link);  /* after connecting */
void sync_timers(struct link *link); /* sends what is due */
void sync_wake(struct link *link);   /* a wake-up came */
void sync_delta(struct link *link);  /* asks for a delta, or for another after the one under way */
void sync_reset(struct link *link);  /* the connection is gone */
int64_t sync_deadline(const struct link *link);

void requests_send(struct link *link);    /* everything that waits */
void requests_release(struct link *link); /* says so to everybody who waits */

#endif
