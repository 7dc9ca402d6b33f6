/*
 * A filter and rows. Names were looked up once (filter_resolve), so a row is compared by numbers; only TEXT looks at
 * strings, and last.
 *
 * Time: "less than 30m left" is "due before an instant", one for each calendar (low and high, made by filter_at). As time
 * goes on these instants only grow, so among the rows that were looked at the one with the earliest due time that is not
 * before `low` is the first to be answered otherwise: next_due keeps it, and filter_changes_at says when. Terms by the
 * wall note that instant itself. A term that is not asked, because a cheaper one has already said no, need not be noted:
 * before it matters the cheaper one has to change.
 */
#include "filter_terms.h"

#include "base/alloc.h"
#include "core/tags.h"
#include "core/text.h"

#include <stdlib.h>
#include <string.h>

/* ---- names -------------------------------------------------------------------------------------- */

static void add_id(struct filter_term *term, int64_t id)
{
	term->ids = alloc_grow(term->ids, term->id_count + 1, sizeof *term->ids);
	term->ids[term->id_count++] = id;
}

static int compare_ids(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
	return (left > right) - (left < right);
}

static bool has_id(const struct filter_term *term, int64_t id)
{
	return term->id_count && bsearch(&id, term->ids, term->id_count, sizeof *term->ids, compare_ids);
}

static void resolve_value(
        struct filter_term *term, const struct filter_value *value, const struct filter_desk *desk)
{
	enum filter_key_id key = term->key == FILTER_TEXT ? FILTER_ORGANIZATION : term->key;
	struct filter_name name;
	if (key == FILTER_ID) {
		add_id(term, strtoll(value->text, NULL, 10));
	} else if (!value->quoted && filter_is_special(term->key, value->text)) {
		if (filter_is_none(term->key, value->text))
			term->none = true;
		else if (filter_is_any(term->key, value->text))
			term->any = true;
		else if (desk->self)
			add_id(term, desk->self);
	} else if (key != FILTER_TAG) {
		for (size_t i = 0; filter_name_at(key, desk->directory, i, &name); i++)
			if (filter_name_is(key, &name, value->text))
				add_id(term, name.id);
	}
}

void filter_resolve(struct filter *filter, const struct filter_desk *desk)
{
	filter->desk = *desk;
	for (size_t i = 0; i < filter->count; i++) {
		struct filter_term *term = &filter->terms[i];
		term->id_count = 0;
		for (size_t v = 0; v < term->count; v++)
			resolve_value(term, &term->values[v], desk);
		if (term->id_count)
			qsort(term->ids, term->id_count, sizeof *term->ids, compare_ids);
		free(term->limits);
		term->limits = NULL;
		term->limit_count = 0;
	}
	filter->now = INT64_MIN;
	filter->next = INSTANT_NONE;
}

/* ---- time --------------------------------------------------------------------------------------- */

static bool has_limits(const struct filter_term *term)
{
	return term->key == FILTER_DUE || (term->key == FILTER_SLA && (term->bits & (SLA_SOON | SLA_OK)));
}

static int64_t limit_length(const struct filter *filter, const struct filter_term *term)
{
	return term->key == FILTER_DUE ? term->length_s : filter->desk.warn_s;
}

/* The hours of a calendar; NULL where they are not known: then time is counted by the wall, as the countdowns do. */
static const struct timeline *hours_of(const struct calendar *calendar)
{
	return calendar && calendar->line.count ? &calendar->line : NULL;
}

/* A calendar that ends before that much time is over has nothing but less. */
static void set_limit(struct filter_limit *limit, const struct timeline *line, instant now, int64_t length_s)
{
	limit->low = limit->high = now + length_s;
	if (line && !timeline_add_work(line, now, length_s, &limit->low, &limit->high, NULL))
		limit->low = limit->high = INSTANT_NONE;
}

/* One for each calendar, and a last one for rows of a calendar that is not known. */
static void make_limits(struct filter *filter, struct filter_term *term)
{
	const struct directory *directory = filter->desk.directory;
	bool same = term->limit_count == directory->calendar_count + 1;
	if (!same) {
		term->limit_count = directory->calendar_count + 1;
		term->limits = alloc_grow(term->limits, term->limit_count, sizeof *term->limits);
	}
	for (size_t i = 0; i < term->limit_count; i++) {
		struct filter_limit *limit = &term->limits[i];
		const struct calendar *calendar =
		        i < directory->calendar_count ? &directory->calendars[i] : NULL;
		int32_t id = calendar ? calendar->id : 0;
		if (!same || limit->calendar_id != id)
			*limit = (struct filter_limit){.calendar_id = id, .next_due = INSTANT_NONE};
		set_limit(limit, hours_of(calendar), filter->now, limit_length(filter, term));
	}
}

bool filter_at(struct filter *filter, instant now)
{
	bool again = now < filter->now || filter->now == INT64_MIN || now >= filter_changes_at(filter);
	filter->now = now;
	if (again)
		filter->next = INSTANT_NONE;
	for (size_t i = 0; i < filter->count; i++) {
		struct filter_term *term = &filter->terms[i];
		if (!has_limits(term))
			continue;
		make_limits(filter, term);
		for (size_t l = 0; again && l < term->limit_count; l++)
			term->limits[l].next_due = INSTANT_NONE;
	}
	return again;
}

/* When the row that is due at next_due has less left, or exactly that much if it has more now. */
static instant limit_passes(
        const struct filter_limit *limit, const struct timeline *line, instant now, int64_t length_s)
{
	instant due = limit->next_due, earliest, latest;
	if (due == INSTANT_NONE)
		return INSTANT_NONE;
	int64_t over = (line ? timeline_between(line, now, due) : due - now) - length_s;
	if (over < 0)
		return now;
	if (!line)
		earliest = latest = now + over;
	else if (!timeline_add_work(line, now, over, &earliest, &latest, NULL))
		return INSTANT_NONE;
	return over > 0 ? earliest : latest + 1;
}

instant filter_changes_at(const struct filter *filter)
{
	instant next = filter->next;
	for (size_t i = 0; i < filter->count; i++) {
		const struct filter_term *term = &filter->terms[i];
		for (size_t l = 0; l < term->limit_count; l++) {
			const struct calendar *calendar =
			        directory_calendar(filter->desk.directory, term->limits[l].calendar_id);
			instant passes = limit_passes(&term->limits[l], hours_of(calendar), filter->now,
			        limit_length(filter, term));
			next = passes < next ? passes : next;
		}
	}
	return next;
}

static void note(struct filter *filter, instant when)
{
	if (when > filter->now && when < filter->next)
		filter->next = when;
}

static struct filter_limit *limit_of(struct filter_term *term, int32_t calendar_id)
{
	size_t last = term->limit_count - 1;
	for (size_t i = 0; i < last; i++)
		if (term->limits[i].calendar_id == calendar_id)
			return &term->limits[i];
	return &term->limits[last];
}

/* The limit for this row's calendar; the row is noted. */
static const struct filter_limit *limit_for(struct filter_term *term, const struct ticket_row *row)
{
	struct filter_limit *limit = limit_of(term, row->calendar_id);
	if (row->due_at >= limit->low && row->due_at < limit->next_due)
		limit->next_due = row->due_at;
	return limit;
}

/* Longer ago than the term's length, or less long. */
static bool match_since(struct filter *filter, const struct filter_term *term, instant since)
{
	if (since == INSTANT_NONE)
		return false;
	instant exactly = since + term->length_s;
	note(filter, term->relation == '<' ? exactly : exactly + 1);
	return term->relation == '<' ? filter->now < exactly : filter->now > exactly;
}

/* ---- one term and one row ----------------------------------------------------------------------- */

static bool match_bit(const struct filter_term *term, unsigned place)
{
	return place < 32 && (term->bits >> place & 1);
}

static bool match_id(const struct filter_term *term, int64_t id)
{
	return id ? term->any || has_id(term, id) : term->none;
}

static bool has_clock(const struct ticket_row *row)
{
	return row->metric != METRIC_NONE && !row->paused && row->due_at != INSTANT_NONE;
}

static bool match_due(struct filter_term *term, const struct ticket_row *row)
{
	if (!has_clock(row))
		return false;
	const struct filter_limit *limit = limit_for(term, row);
	return term->relation == '<' ? row->due_at < limit->low : row->due_at > limit->high;
}

/* The same states as core/countdown.h has. */
static unsigned sla_bits(struct filter *filter, struct filter_term *term, const struct ticket_row *row)
{
	if (row->metric != METRIC_NONE && row->paused)
		return row->remaining_s < 0 ? SLA_PAUSED | SLA_BREACHED : SLA_PAUSED;
	if (!has_clock(row))
		return SLA_NONE;
	if (row->breach_at < filter->now)
		return SLA_BREACHED;
	note(filter, row->breach_at + 1);
	if (!has_limits(term))
		return SLA_OK;
	return row->due_at < limit_for(term, row)->low ? SLA_SOON : SLA_OK;
}

static unsigned wait_bits(const struct ticket_row *row)
{
	return row->metric == METRIC_NONE ? WAIT_NONE : WAIT_ANY | (1u << row->metric);
}

static bool match_text(const struct filter_term *term, const struct ticket_row *row)
{
	const char *needle = term->values[0].text;
	return has_id(term, row->organization_id) || text_contains(row->subject, needle) ||
	       text_contains(row->requester_name, needle) || text_contains(row->requester_email, needle);
}

static bool match_tags(const struct filter_term *term, const struct ticket_row *row)
{
	if (!row->tags || !*row->tags)
		return term->none;
	for (size_t i = 0; i < term->count; i++)
		if (tags_have(row->tags, term->values[i].text))
			return true;
	return false;
}

static bool match_requester(const struct filter_term *term, const struct ticket_row *row)
{
	for (size_t i = 0; i < term->count; i++)
		if (text_contains(row->requester_name, term->values[i].text) ||
		        text_contains(row->requester_email, term->values[i].text))
			return true;
	return false;
}

static bool match_hold(const struct filter_term *term, const struct ticket_row *row)
{
	for (size_t i = 0; i < term->count; i++)
		if (text_contains(row->hold_for, term->values[i].text))
			return true;
	return false;
}

/* One of the agents whom a note mentions; none: it mentions nobody. */
static bool match_mention(const struct filter_term *term, const struct ticket_row *row)
{
	const bool nobody = !row->mentioned || !*row->mentioned;
	for (size_t i = 0; i < term->id_count && !nobody; i++)
		if (ticket_mentions(row->mentioned, (int32_t)term->ids[i]))
			return true;
	return nobody && term->none;
}

static bool match_term(struct filter *filter, struct filter_term *term, const struct ticket_row *row)
{
	switch (term->key) {
	case FILTER_STATUS:
		return match_bit(term, row->status);
	case FILTER_PRIORITY:
		return match_bit(term, row->priority);
	case FILTER_CHANNEL:
		return match_bit(term, row->channel);
	case FILTER_PLAN:
		return match_id(term, row->plan_id);
	case FILTER_ORGANIZATION:
		return match_id(term, row->organization_id);
	case FILTER_ASSIGNEE:
		return match_id(term, row->assignee_id);
	case FILTER_MENTION:
		return match_mention(term, row);
	case FILTER_TEAM:
		return match_id(term, row->team_id);
	case FILTER_INCIDENT:
		return match_id(term, row->incident_id);
	case FILTER_ID:
		return has_id(term, row->id);
	case FILTER_DUE:
		return match_due(term, row);
	case FILTER_SLA:
		return (sla_bits(filter, term, row) & term->bits) != 0;
	case FILTER_WAIT:
		return (wait_bits(row) & term->bits) != 0;
	case FILTER_WAITED:
		return row->metric != METRIC_NONE && match_since(filter, term, row->started_at);
	case FILTER_AGE:
		return match_since(filter, term, row->created_at);
	case FILTER_TAG:
		return match_tags(term, row);
	case FILTER_REQUESTER:
		return match_requester(term, row);
	case FILTER_HOLD:
		return match_hold(term, row);
	default:
		return match_text(term, row);
	}
}

bool filter_matches(struct filter *filter, const struct ticket_row *row)
{
	for (size_t i = 0; i < filter->count; i++) {
		struct filter_term *term = &filter->terms[filter->order[i]];
		if (match_term(filter, term, row) == term->negated)
			return false;
	}
	return true;
}
