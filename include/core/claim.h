/*
 * Which tickets an agent gets as his next one, where he takes it from a filter: the rules by which ids are chosen that the server
 * is asked for. It takes the first of them that still is nobody's, in the order of the queue.
 */
#ifndef CORE_CLAIM_H
#define CORE_CLAIM_H

#include "core/filter.h"
#include "core/ticket.h"

/* So many ids are sent at once. When others have taken all of them, the next ones are. */
enum { CLAIM_IDS_MOST = 200 };

/* Whether an agent of that team gets a ticket of that team; 0: none. The server decides by the same rule (team_may_take in
 * schema/functions/56_claim_next.sql says why it is so); here it saves asking for what is refused. */
bool claim_team_may_take(int32_t of_ticket, int32_t of_agent);

/* Whether it may be anybody's next one: nobody has it, and it is new or open. */
bool claim_is_free(const struct ticket_row *row);

/* Whether it is one of those that the filter means: it matches, or it would if it were the agent's own. So `assignee:me
 * plan:ent` gives the next ticket of that plan, and not none because nothing there is unassigned. NULL means all. */
bool claim_matches(struct filter *filter, const struct ticket_row *row, int32_t self);

/* "{48213,48233}", of CLAIM_IDS_MOST ids at most. The caller frees it. */
char *claim_ids(const int64_t *ids, size_t count);

#endif
