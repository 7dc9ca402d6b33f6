/*
 * The agreement's words and the order of the queue. The tables stand in the order of the enums, which is the order of the
 * database types: a word that is missing here is a NULL that the first test finds.
 */
#include "core/ticket.h"

#include "base/i18n.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static const char *const priorities[PRIORITY_COUNT] = {"urgent", "high", "normal"};
static const char *const statuses[STATUS_COUNT] = {"new", "open", "pending", "hold", "closed"};
static const char *const channels[CHANNEL_COUNT] = {"email", "form", "phone", "chat", "import"};
static const char *const metrics[METRIC_COUNT] = {"first_reply", "next_reply", "resolution"};

/* A number that is none of the enum can only come from a newer server: it is shown and not followed. */
static const char *word_of(const char *const *words, int count, int value)
{
	return value >= 0 && value < count ? words[value] : "?";
}

static bool value_of(const char *const *words, int count, const char *word, int *value)
{
	for (*value = 0; *value < count; (*value)++)
		if (strcmp(words[*value], word) == 0)
			return true;
	return false;
}

const char *priority_name(enum priority priority)
{
	return word_of(priorities, PRIORITY_COUNT, (int)priority);
}

const char *status_name(enum status status)
{
	return word_of(statuses, STATUS_COUNT, (int)status);
}

const char *channel_name(enum channel channel)
{
	return word_of(channels, CHANNEL_COUNT, (int)channel);
}

const char *priority_label(enum priority priority)
{
	static const char *const labels[PRIORITY_COUNT] = {N_("urgent"), N_("high"), N_("normal")};
	return _(word_of(labels, PRIORITY_COUNT, (int)priority));
}

const char *status_label(enum status status)
{
	static const char *const labels[STATUS_COUNT] = {
	        N_("new"), N_("open"), N_("pending"), N_("hold"), N_("closed")};
	return _(word_of(labels, STATUS_COUNT, (int)status));
}

const char *channel_label(enum channel channel)
{
	static const char *const labels[CHANNEL_COUNT] = {
	        N_("email"), N_("form"), N_("phone"), N_("chat"), N_("import")};
	return _(word_of(labels, CHANNEL_COUNT, (int)channel));
}

bool priority_parse(const char *word, enum priority *out)
{
	int value;
	if (!value_of(priorities, PRIORITY_COUNT, word, &value))
		return false;
	*out = (enum priority)value;
	return true;
}

bool status_parse(const char *word, enum status *out)
{
	int value;
	if (!value_of(statuses, STATUS_COUNT, word, &value))
		return false;
	*out = (enum status)value;
	return true;
}

bool channel_parse(const char *word, enum channel *out)
{
	int value;
	if (!value_of(channels, CHANNEL_COUNT, word, &value))
		return false;
	*out = (enum channel)value;
	return true;
}

bool metric_parse(const char *word, enum metric *out)
{
	int value;
	if (!value_of(metrics, METRIC_COUNT, word, &value))
		return false;
	*out = (enum metric)value;
	return true;
}

int ticket_order(const struct ticket_row *a, const struct ticket_row *b)
{
	if (a->priority != b->priority)
		return a->priority < b->priority ? -1 : 1;
	if (a->precedence != b->precedence)
		return a->precedence < b->precedence ? -1 : 1;
	if (a->due_at != b->due_at)
		return a->due_at < b->due_at ? -1 : 1;
	return (a->id > b->id) - (a->id < b->id);
}

bool ticket_mentions(const char *mentioned, int32_t agent_id)
{
	for (const char *at = mentioned; agent_id && at && *at;) {
		char *end;
		if (strtol(at, &end, 10) == agent_id)
			return true;
		at = *end == ',' ? end + 1 : "";
	}
	return false;
}
