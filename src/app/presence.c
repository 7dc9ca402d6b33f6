/* Leases out, leases in. The times are a balance: fifty consoles must cost the server nothing that anybody notices. */
#include "app/presence.h"

#include "app/state.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	LEASE_S = 40,
	RENEW_MS = 15000,
	SETTLE_MS = 700,     /* who leafs through tickets views none of them */
	IDLE_MS = 5 * 60000, /* without a key: an open ticket is only left open */
	ASK_READING_MS = 5000,
	ASK_MS = 10000,
	ASK_IDLE_MS = 30000,
	STALE_MS = 45000, /* nobody's lease lasts so long */
};

void presence_init(struct presence *presence)
{
	*presence = (struct presence){.key_ms = clock_ms()};
	action_make_id(presence->place);
	strbuf_init(&presence->words);
}

static void forget_list(struct presence *presence)
{
	free(presence->list);
	presence->list = NULL;
	presence->count = 0;
}

void presence_release(struct presence *presence)
{
	forget_list(presence);
	strbuf_release(&presence->words);
}

/* ---- where we are ----------------------------------------------------------------------------------- */

static bool is_writing(const struct console *console)
{
	return console->draft.ticket_id && (console->editor || console_has_place(console, PLACE_PREVIEW));
}

static int64_t wanted_ticket(const struct console *console)
{
	if (is_writing(console))
		return console->draft.ticket_id;
	const bool idle = clock_ms() - console->presence.key_ms >= IDLE_MS;
	return console_place(console) == PLACE_QUEUE || idle ? 0 : console->opened;
}

static bool may_tell(const struct console *console)
{
	return link_state(console->link) == LINK_LIVE && console->identity.access >= ACCESS_AGENT &&
	       console->identity.agent_id && !console->identity.read_only;
}

static void told(void *context, const struct answer *answer, const struct error *err)
{
	struct console *console = context;
	if (err) /* again at the next renewal */
		console->presence.put_ms = clock_ms();
}

static void tell(struct console *console, int64_t ticket, bool writes)
{
	struct presence *presence = &console->presence;
	char id[24], lease[8];
	presence->ticket = ticket;
	presence->writes = writes;
	presence->put_ms = clock_ms();
	snprintf(id, sizeof id, "%lld", (long long)ticket);
	snprintf(lease, sizeof lease, "%d", LEASE_S);
	const char *values[] = {presence->place, id, writes ? "replying" : "viewing", lease};
	link_ask(console->link, ASK_PRESENCE_PUT, values, told, console);
}

/* clock_ms() when the server is to be told; INT64_MAX: it knows. */
static int64_t tell_at(const struct console *console)
{
	const struct presence *presence = &console->presence;
	const bool writes = is_writing(console);
	if (!may_tell(console))
		return INT64_MAX;
	if (presence->wanted != presence->ticket || writes != presence->writes)
		return writes ? 0 : presence->wanted_ms + SETTLE_MS;
	return presence->wanted ? presence->put_ms + RENEW_MS : INT64_MAX;
}

/* ---- where the others are --------------------------------------------------------------------------- */

static bool same(const struct presence *presence, const struct present *list, size_t count)
{
	if (count != presence->count)
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct present *a = &presence->list[i], *b = &list[i];
		if (a->ticket_id != b->ticket_id || a->agent_id != b->agent_id || a->writes != b->writes ||
		        a->since != b->since)
			return false;
	}
	return true;
}

static void heard(void *context, const struct answer *answer, const struct error *err)
{
	struct console *console = context;
	struct presence *presence = &console->presence;
	presence->asking = false;
	if (err)
		return;
	struct present *list = alloc_array(answer->rows ? answer->rows : 1, sizeof *list);
	for (size_t i = 0; i < answer->rows; i++)
		list[i] = (struct present){.ticket_id = answer_int(answer, i, 0),
		        .agent_id = (int32_t)answer_int(answer, i, 1),
		        .writes = answer_true(answer, i, 2),
		        .since = answer_int(answer, i, 3)};
	presence->heard_ms = clock_ms();
	if (same(presence, list, answer->rows)) {
		free(list);
		return;
	}
	free(presence->list);
	presence->list = list;
	presence->count = answer->rows;
	reply_preview_refresh(console);
	console->dirty = true;
}

void presence_ask(struct console *console)
{
	console->presence.ask_ms = 0;
}

static void ask(struct console *console)
{
	struct presence *presence = &console->presence;
	const int64_t now = clock_ms();
	const bool reading = console_place(console) != PLACE_QUEUE;
	const bool idle = now - presence->key_ms >= IDLE_MS;
	presence->ask_ms = now + (idle ? ASK_IDLE_MS : reading ? ASK_READING_MS : ASK_MS);
	presence->asking = true;
	link_ask(console->link, ASK_PRESENCE, NULL, heard, console);
}

/* ---- the loop --------------------------------------------------------------------------------------- */

/* What was not heard again for so long is over. */
static void forget_stale(struct console *console)
{
	struct presence *presence = &console->presence;
	if (!presence->count || clock_ms() - presence->heard_ms < STALE_MS)
		return;
	forget_list(presence);
	console->dirty = true;
}

void presence_turn(struct console *console)
{
	struct presence *presence = &console->presence;
	const int64_t wanted = wanted_ticket(console);
	if (wanted != presence->wanted) {
		presence->wanted = wanted;
		presence->wanted_ms = clock_ms();
		if (wanted)
			presence_ask(console);
	}
	if (link_state(console->link) == LINK_LIVE) {
		if (clock_ms() >= tell_at(console))
			tell(console, wanted, is_writing(console));
		if (!presence->asking && clock_ms() >= presence->ask_ms)
			ask(console);
	}
	forget_stale(console);
}

int64_t presence_deadline(const struct console *console)
{
	const struct presence *presence = &console->presence;
	if (link_state(console->link) != LINK_LIVE)
		return presence->count ? presence->heard_ms + STALE_MS : INT64_MAX;
	const int64_t put = tell_at(console);
	const int64_t asks = presence->asking ? INT64_MAX : presence->ask_ms;
	return put < asks ? put : asks;
}

void presence_leave(struct console *console)
{
	if (may_tell(console) && console->presence.ticket)
		tell(console, 0, false);
}

/* ---- what is shown ---------------------------------------------------------------------------------- */

enum others presence_of(const void *context, int64_t ticket_id)
{
	const struct presence *presence = &((const struct console *)context)->presence;
	for (size_t i = 0; i < presence->count; i++)
		if (presence->list[i].ticket_id == ticket_id)
			return presence->list[i].writes ? OTHERS_WRITE : OTHERS_VIEW;
	return OTHERS_NONE;
}

static void since_words(instant since, char out[16])
{
	const time_t at = (time_t)since;
	struct tm local;
	out[0] = '\0';
	if (localtime_r(&at, &local))
		strftime(out, 16, "%H:%M", &local);
}

const char *presence_words(struct console *console, int64_t ticket_id)
{
	struct presence *presence = &console->presence;
	struct strbuf *out = &presence->words;
	strbuf_clear(out);
	for (size_t i = 0; i < presence->count; i++) {
		const struct present *one = &presence->list[i];
		const char *who = agent_label(console, one->agent_id);
		char since[16];
		if (one->ticket_id != ticket_id)
			continue;
		since_words(one->since, since);
		if (out->length)
			strbuf_adds(out, ", ");
		if (one->writes)
			strbuf_addf(out, _("%s writes since %s"), who, since);
		else
			strbuf_addf(out, _("%s views"), who);
	}
	return out->data;
}

const char *presence_warning(struct console *console, int64_t ticket_id)
{
	struct presence *presence = &console->presence;
	strbuf_clear(&presence->words);
	for (size_t i = 0; i < presence->count && !presence->words.length; i++) {
		const struct present *one = &presence->list[i];
		char since[16];
		since_words(one->since, since);
		if (one->ticket_id == ticket_id && one->writes)
			strbuf_addf(&presence->words, _("%s is writing on this ticket too, since %s."),
			        agent_label(console, one->agent_id), since);
	}
	return presence->words.data;
}
