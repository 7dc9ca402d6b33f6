/* The sample tickets, told to the database as if they had happened (demo_story.c). */
#ifndef CMD_DEMO_STORY_H
#define CMD_DEMO_STORY_H

#include "store/db.h"

/* Places every ticket of cmd/demo_data.h in time and lets its messages and actions happen, oldest ticket first.
 * `db` belongs to the schema's owner and is inside a transaction. */
bool demo_story_tell(struct db *db, struct error *err);

/* What the colleagues have written meanwhile is sent, though nobody delivers here; a reply of the agent who tries the demo stays
 * in the outbox. `db` belongs to the schema's owner. */
bool demo_story_deliver(struct db *db, struct error *err);

#endif
