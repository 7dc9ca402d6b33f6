/*
 * A support desk as it stands on Monday 2026-11-23 at 11:41, UTC+2: the models that the views draw, without a
 * database.
 */
#ifndef OFFICE_H
#define OFFICE_H

#include "core/conversation.h"
#include "core/directory.h"
#include "core/queue.h"

#define OFFICE_OFFSET_S 7200
#define OFFICE_WARN_S   1800
#define OFFICE_TEAM     4 /* "Berlin", which has no ticket */

struct office {
	struct directory directory;
	struct queue *queue;
	struct listing *listing;
	struct conversation conversation; /* of ticket 48213 */
	instant now;
};

void office_open(struct office *office);
void office_close(struct office *office);
/* "2026-11-23 11:41" of the office's zone. */
instant office_time(const char *text);
/* So many more tickets, calm ones, of higher ids. */
void office_add_many(struct office *office, int count);
/* One row with everything set to something plain, to be changed and put. */
struct ticket_row office_row(int64_t id, const char *subject);
void office_put(struct office *office, const struct ticket_row *row);
/* The wait of a row: opened at `from`, so much promised, on the office's calendar. */
void office_wait(struct office *office, struct ticket_row *row, const char *from, int32_t target_s);
struct entry *office_say(struct office *office, enum entry_kind kind, enum author_kind side,
        const char *author, const char *at, const char *body);

#endif
