/*
 * The ticket as the console knows it: the agreement's words as enums, and one row of the queue.
 * The order of each enum is the order of the database type of the same name; tables give the words.
 *
 * Times are `instant`: whole seconds since 1970-01-01T00:00:00Z. The reply clocks run in whole
 * seconds everywhere (an instant is the second that it lies in), so C and SQL agree exactly.
 */
#ifndef CORE_TICKET_H
#define CORE_TICKET_H

#include <stdbool.h>
#include <stdint.h>

typedef int64_t instant;

#define INSTANT_NONE INT64_MAX /* "never", "not running": sorts after every real instant */

enum priority { PRIORITY_URGENT, PRIORITY_HIGH, PRIORITY_NORMAL, PRIORITY_COUNT };
enum status { STATUS_NEW, STATUS_OPEN, STATUS_PENDING, STATUS_HOLD, STATUS_CLOSED, STATUS_COUNT };
enum channel { CHANNEL_EMAIL, CHANNEL_FORM, CHANNEL_PHONE, CHANNEL_CHAT, CHANNEL_IMPORT, CHANNEL_COUNT };
enum metric {
	METRIC_FIRST_REPLY,
	METRIC_NEXT_REPLY,
	METRIC_RESOLUTION,
	METRIC_COUNT,
	METRIC_NONE = METRIC_COUNT
};

/* The database's words: "urgent", "hold", "first_reply". Never NULL for a value of the enum. */
const char *priority_name(enum priority priority);
const char *status_name(enum status status);
const char *channel_name(enum channel channel);

/* The same for a person, in the language of the console: "urgent", "на удержании". */
const char *priority_label(enum priority priority);
const char *status_label(enum status status);
const char *channel_label(enum channel channel);

/* The other way round; false when the word is none of them. */
bool priority_parse(const char *word, enum priority *out);
bool status_parse(const char *word, enum status *out);
bool channel_parse(const char *word, enum channel *out);
bool metric_parse(const char *word, enum metric *out);

/* A third party is somebody else who answered by mail: a colleague in copy, a vendor. What they write is public and is no
 * answer to anybody. */
enum author_kind { AUTHOR_CUSTOMER, AUTHOR_AGENT, AUTHOR_SYSTEM, AUTHOR_THIRD_PARTY };

/*
 * One row of the queue. Strings belong to whoever holds the row: inside a queue they live in its arena
 * (see core/queue.h), in a decoded row they are valid during the call that hands it over. They are
 * exactly what the database holds: hostile until text_sanitise() at the sink.
 * Ids are 0 where there is none.
 */
struct ticket_row {
	int64_t id;
	int32_t version;
	uint8_t priority;   /* enum priority */
	uint8_t status;     /* enum status */
	uint8_t channel;    /* enum channel */
	uint8_t precedence; /* 0: came by a personal mailbox with priority in answers; 1: all others */

	/* The wait that runs (core/countdown.h says how it is shown). metric is METRIC_NONE when no
	 * customer is waiting. */
	uint8_t metric;      /* enum metric */
	uint8_t last_author; /* enum author_kind of the last public message */
	bool paused;         /* the policy pauses this clock in this status; remaining_s is what is left */
	int32_t target_s;    /* working seconds promised */
	int32_t remaining_s; /* working seconds left when it was paused */
	int32_t calendar_id;
	instant started_at; /* the oldest unanswered customer message */
	instant due_at;     /* INSTANT_NONE when no clock runs or it is paused */
	instant breach_at;  /* the last second at which a reply still meets the target */

	int32_t organization_id;
	int32_t plan_id;
	int32_t assignee_id;
	int32_t team_id;
	int64_t incident_id;
	instant created_at;
	instant updated_at;
	instant last_message_at;
	int32_t message_count;

	const char *subject;
	const char *requester_name;
	const char *requester_email;
	const char *hold_for; /* whom a held ticket waits for; "" otherwise */
	const char *tags;     /* core/tags.h */
	const char
	        *mentioned; /* ids of the agents whom a note mentions that they have not read: "3,17"; "" */
};

/* Total order of the queue, the same as the index in the database: priority, precedence, due_at
 * (none last), id. Negative, 0 (same ticket) or positive. */
int ticket_order(const struct ticket_row *a, const struct ticket_row *b);

/* Whether a list of ids such as "3,17" has this one; NULL and "" have none. */
bool ticket_mentions(const char *mentioned, int32_t agent_id);

#endif
