/* Which tickets an agent gets as his next one. */
#include "core/claim.h"

#include "base/strbuf.h"

#include <inttypes.h>

bool claim_team_may_take(int32_t of_ticket, int32_t of_agent)
{
	return !of_ticket || !of_agent || of_ticket == of_agent;
}

bool claim_is_free(const struct ticket_row *row)
{
	return !row->assignee_id && (row->status == STATUS_NEW || row->status == STATUS_OPEN);
}

bool claim_matches(struct filter *filter, const struct ticket_row *row, int32_t self)
{
	if (!filter || filter_matches(filter, row))
		return true;
	if (!filter_asks_assignee(filter))
		return false;
	struct ticket_row own = *row;
	own.assignee_id = self;
	return filter_matches(filter, &own);
}

char *claim_ids(const int64_t *ids, size_t count)
{
	struct strbuf out = STRBUF_INIT;
	for (size_t i = 0; i < count && i < CLAIM_IDS_MOST; i++)
		strbuf_addf(&out, "%c%" PRId64, i ? ',' : '{', ids[i]);
	strbuf_adds(&out, count ? "}" : "{}");
	return strbuf_detach(&out);
}
