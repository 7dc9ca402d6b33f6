/*
 * A support desk as it stands on Monday 2026-11-23 at 11:41, UTC+2: the models that the views draw, without a
 * database.
 */
#ifndef DESK_H
#define DESK_H

#include "core/conversation.h"
#include "core/directory.h"
#include "core/queue.h"

#define DESK_OFFSET_S 7200
#define DESK_WARN_S   1800

struct desk {
	struct directory directory;
	struct queue *queue;
	struct listing *listing;
	struct conversation conversation; /* of ticket 48213 */
	instant now;
};

void desk_open(struct desk *desk);
void desk_close(struct desk *desk);
/* "2026-11-23 11:41" of the desk's zone. */
instant desk_time(const char *text);
/* So many more tickets, calm ones, of higher ids. */
void desk_add_many(struct desk *desk, int count);
/* One row with everything set to something plain, to be changed and put. */
struct ticket_row desk_row(int64_t id, const char *subject);
void desk_put(struct desk *desk, const struct ticket_row *row);
/* The wait of a row: opened at `from`, so much promised, on the desk's calendar. */
void desk_wait(struct desk *desk, struct ticket_row *row, const char *from, int32_t target_s);
struct entry *desk_say(struct desk *desk, enum entry_kind kind, enum author_kind side, const char *author,
        const char *at, const char *body);

#endif
