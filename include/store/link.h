/*
 * The console's connection: it never waits.
 *
 *   CONNECTING  a thread does name resolution, TCP and authentication (libpq has no way to resolve a name
 *               without waiting); it hands the finished connection over by an eventfd
 *   LOADING     one pipelined batch: identity, server clock, cursor, names, spans, the first 200 rows in
 *               order; then the rest page by page, while actions and tickets asked for go between the pages
 *   LIVE        waits for wake-ups; each is answered by a delta from the cursor, then by a trailing one;
 *               a safety poll every second while nothing was heard
 *   OFFLINE     the snapshot stays; reconnect with backoff (0.25 s doubling to 15 s, a fifth of jitter); the
 *               state stays OFFLINE until the first rows are there again, then it is LIVE or LOADING
 *
 * Rows, names and spans are written into the model that link_open() was given; news say what changed. Actions
 * that were sent and not answered when the connection broke are sent again with the same request id after the
 * reconnect.
 */
#ifndef STORE_LINK_H
#define STORE_LINK_H

#include "base/error.h"
#include "core/action.h"
#include "core/answer.h"
#include "core/conversation.h"
#include "core/directory.h"
#include "core/explain.h"
#include "core/queue.h"

#include <poll.h>

enum link_state { LINK_CONNECTING, LINK_LOADING, LINK_LIVE, LINK_OFFLINE };

enum access { ACCESS_NONE, ACCESS_VIEWER, ACCESS_AGENT, ACCESS_LEAD };

/* Who we are, as the server says. */
struct identity {
	int32_t agent_id; /* 0: the login is not an agent (a viewer) */
	int32_t team_id;
	enum access access;
	char login[64];
	char name[128];
	char server[192]; /* "host:port/database": names the place that drafts belong to */
	bool read_only;   /* a standby */
};

struct link_model {
	struct queue *queue;
	struct directory *directory;
	struct identity *identity;
	/* Server time minus this machine's CLOCK_MONOTONIC, microseconds: server now = offset + clock_us().
	 */
	int64_t *server_offset_us;
};

enum link_news {
	NEWS_STATE = 1,     /* link_state() is another */
	NEWS_QUEUE = 2,     /* rows came or went */
	NEWS_DIRECTORY = 4, /* names, plans, calendars */
	NEWS_FIRST = 8,     /* the first rows are there */
	NEWS_LOADED = 16,   /* all rows are there */
};

struct link;

/* Begins to connect; the first connection's failure is final (LINK_OFFLINE with link_error(), no retry) so
 * that a wrong password or a missing server is said at once; later ones are retried. */
struct link *link_open(const char *conninfo, const struct link_model *model);
void link_close(struct link *link);

/* What to poll: fills at most 4, returns how many. */
int link_poll_fds(struct link *link, struct pollfd *fds);
/* When link_run wants to be called even if nothing happens: clock_ms() time, INT64_MAX for never. */
int64_t link_deadline(const struct link *link);
/* Reads, decodes and writes what there is, without waiting. Returns link_news bits. Calls the callbacks of
 * what is done. */
unsigned link_run(struct link *link);

enum link_state link_state(const struct link *link);
const struct error *link_error(const struct link *link); /* why it is offline */
/* The first connection failed for want of a (right) password: ask with password_ask() while the screen is the
 * person's, and open another link with password_into(). */
bool link_wants_password(const struct link *link);
int64_t link_offline_since(
        const struct link *link); /* clock_ms() when the server was last heard while it was live */
/* clock_ms() since when a request waits without a sign of the server: when the oldest unanswered one was sent, or the
 * server's last sign of life after that. INT64_MAX: nothing is unanswered. */
int64_t link_silent_since(const struct link *link);

/* Asks for a delta now; when offline, tries to connect now. */
void link_refresh(struct link *link);

/* The action is copied. `done` is called exactly once: with the result, or with ERROR_UNAVAILABLE when the
 * link closes. Offline, it waits for the connection. */
typedef void link_action_done(void *context, const struct action *action, const struct action_result *result);
void link_action(struct link *link, const struct action *action, link_action_done *done, void *context);
size_t link_actions_waiting(const struct link *link);

/* Loads a conversation; an earlier request for another ticket that was not sent yet is forgotten. The
 * callback owns the conversation's content (it may move it out). */
typedef void link_conversation_done(
        void *context, struct conversation *conversation, const struct error *err);
void link_conversation(struct link *link, int64_t ticket_id, link_conversation_done *done, void *context);

/* Asks for the facts behind a ticket's clocks. False: not connected, nothing was asked. When the connection breaks before the
 * answer, `done` is not called. */
typedef void link_explain_done(void *context, const struct explanation *explanation, const struct error *err);
bool link_explain(struct link *link, int64_t ticket_id, link_explain_done *done, void *context);

/* Asks for one ticket, a closed one too. `done` is called exactly once: with the row, valid during the call; with NULL when there
 * is no such ticket, or with an error (ERROR_UNAVAILABLE as in link_ask()). */
typedef void link_ticket_done(void *context, const struct ticket_row *row, const struct error *err);
void link_ticket(struct link *link, int64_t ticket_id, link_ticket_done *done, void *context);

/* The questions of store/asks.def. */
enum ask {
#define ASK(id, parameters, sql)                ASK_##id,
#define ASK_WITHIN(id, within, parameters, sql) ASK_##id,
#include "store/asks.def"
#undef ASK
#undef ASK_WITHIN
	ASK_COUNT
};

/* Asks; `values` are as many as the question has parameters, NULL is SQL's NULL. `done` is called exactly once: with the rows,
 * or with an error; that it is ERROR_UNAVAILABLE at once, because there is no connection, or when the connection breaks or the
 * link closes before the answer. It is not asked again by itself. The answer is the link's: gone when `done` returns. */
typedef void link_ask_done(void *context, const struct answer *answer, const struct error *err);
void link_ask(struct link *link, enum ask ask, const char *const *values, link_ask_done *done, void *context);

/* A row of an answer that is a ticket (ASK_SEARCH); strings are the answer's. */
void link_answer_ticket(const struct answer *answer, size_t row, struct ticket_row *out);

/* Everything up to this message is read by this agent. */
void link_mark_read(struct link *link, int64_t ticket_id, int64_t message_id);

/* For :debug and tests. */
struct link_stats {
	size_t round_trips_to_first_rows;
	size_t rows_received;
	size_t deltas;
	size_t wake_ups;
	size_t reconnects;
	char cursor[24];
	int server_version;      /* 150004; 0: not connected */
	size_t under_way;        /* requests that the server has not answered */
	int64_t offset_error_us; /* the clock's offset is known to within that */
};
struct link_stats link_stats(const struct link *link);
int64_t link_next_try(const struct link *link); /* clock_ms() of the next attempt; INT64_MAX when none */

#endif
