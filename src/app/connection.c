/*
 * What the link's news mean for the console, and the conversations that it asks for.
 *
 * A few conversations are kept, so that going back and forth between tickets needs no server; a kept one is asked
 * for again when its ticket has a newer version. While the cursor moves nothing is asked; when it rests, the ticket
 * under it is.
 */
#include "app/state.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"

#include <string.h>

enum { SILENT_MS = 1500, DELIVERY_S = 60, DELIVERY_EVERY_S = 5 };

/* ---- the link ------------------------------------------------------------------------------------- */

static void state_changed(struct console *console)
{
	enum link_state state = link_state(console->link);
	const struct error *why = link_error(console->link);
	if (state == LINK_OFFLINE && why->kind == ERROR_UNAVAILABLE)
		console_say(console, ROLE_OFFLINE,
		        _("the server is away: clocks run on, what you do is sent when it is back"));
	else if (state == LINK_OFFLINE)
		console_say(console, ROLE_OFFLINE, "%s", why->text);
	else if (state == LINK_LIVE && console->message.text && console->message.role == ROLE_OFFLINE)
		console_say(console, ROLE_LIVE, _("the server is back"));
	if (state == LINK_OFFLINE)
		mentions_again(console);
	console->conversation_asked = 0;
	console->dirty = true;
}

void connection_news(struct console *console, unsigned news)
{
	if (!news)
		return;
	if (news & NEWS_STATE)
		state_changed(console);
	if (news & NEWS_DIRECTORY)
		views_follow_desk(console);
	if (news & (NEWS_QUEUE | NEWS_FIRST | NEWS_LOADED)) {
		actions_redraw(console);
		mentions_check(console);
		reply_preview_refresh(console);
		list_refresh(console);
	}
	if (news & NEWS_DIRECTORY) {
		console->directory_revision++;
		recall_learn(console);
		saved_ask(console);
	}
	if (news & (NEWS_DIRECTORY | NEWS_STATE))
		macros_ask(console, news & NEWS_DIRECTORY);
	if (news & NEWS_LOADED) {
		find_again(console);
		alloc_trim();
	}
	console->dirty = true;
}

bool connection_is_silent(const struct console *console)
{
	int64_t since = link_silent_since(console->link);
	return link_state(console->link) != LINK_OFFLINE && since != INT64_MAX &&
	       clock_ms() - since >= SILENT_MS;
}

int64_t connection_silent_at(const struct console *console)
{
	int64_t since = link_silent_since(console->link);
	return since == INT64_MAX || connection_is_silent(console) ? INT64_MAX : since + SILENT_MS;
}

/* ---- conversations -------------------------------------------------------------------------------- */

static struct kept_conversation *kept_of(struct console *console, int64_t ticket_id)
{
	for (size_t i = 0; i < CONVERSATIONS_KEPT; i++)
		if (console->kept[i].conversation.ticket_id == ticket_id)
			return &console->kept[i];
	return NULL;
}

static struct kept_conversation *oldest_slot(struct console *console)
{
	struct kept_conversation *oldest = &console->kept[0];
	for (size_t i = 1; i < CONVERSATIONS_KEPT; i++)
		if (console->kept[i].used < oldest->used)
			oldest = &console->kept[i];
	return oldest;
}

const struct conversation *conversation_of(struct console *console, int64_t ticket_id, uint64_t *revision)
{
	struct kept_conversation *kept = ticket_id ? kept_of(console, ticket_id) : NULL;
	if (revision)
		*revision = kept ? kept->revision : 0;
	if (!kept)
		return NULL;
	kept->used = ++console->conversation_counter;
	return &kept->conversation;
}

struct conversation *conversation_to_extend(struct console *console, int64_t ticket_id)
{
	struct kept_conversation *kept = ticket_id ? kept_of(console, ticket_id) : NULL;
	if (!kept)
		return NULL;
	kept->revision = kept->used = ++console->conversation_counter;
	return &kept->conversation;
}

static instant waits_since(const struct conversation *conversation)
{
	instant first = INSTANT_NONE;
	for (size_t i = 0; i < conversation->count; i++)
		if (conversation->entries[i].send_at < first)
			first = conversation->entries[i].send_at;
	return first;
}

/* The delivery of a reply changes no version of its ticket: for a minute it is asked for again and again, afterwards when the
 * ticket is opened again. */
static bool may_be_delivered(const struct console *console, const struct kept_conversation *kept)
{
	const instant now = console_now(console);
	return kept->waits <= now && now - kept->waits < DELIVERY_S && now - kept->came >= DELIVERY_EVERY_S;
}

void conversation_look_again(struct console *console, int64_t ticket_id)
{
	struct kept_conversation *kept = kept_of(console, ticket_id);
	if (kept && kept->waits != INSTANT_NONE) {
		kept->waits = console_now(console);
		kept->came = 0;
	}
}

static void conversation_came(void *context, struct conversation *conversation, const struct error *err)
{
	struct console *console = context;
	if (err && err->kind != ERROR_NONE) {
		/* Asked for again when the ticket has another version, or the server is back; not at once. */
		if (err->kind != ERROR_UNAVAILABLE)
			console_say(console, ROLE_ERROR, "%s", err->text);
		return;
	}
	console->conversation_asked = 0;
	struct kept_conversation *slot = kept_of(console, conversation->ticket_id);
	if (!slot)
		slot = oldest_slot(console);
	if (slot->conversation.ticket_id == conversation->ticket_id)
		conversation_keep(conversation, &slot->conversation);
	conversation_release(&slot->conversation);
	slot->conversation = *conversation;
	slot->waits = waits_since(conversation);
	slot->came = console_now(console);
	conversation_init(conversation);
	slot->revision = slot->used = ++console->conversation_counter;
	reply_preview_refresh(console);
	console->dirty = true;
}

/* The preview tells what comes and to whom the reply goes, whatever the list shows below it. */
static int64_t wanted_conversation(const struct console *console)
{
	return console->draft.ticket_id > 0 && console_place(console) == PLACE_PREVIEW
	               ? console->draft.ticket_id
	               : console->shown;
}

void conversation_want(struct console *console)
{
	const int64_t wanted = wanted_conversation(console);
	const struct ticket_row *row = wanted ? queue_find(console->queue, wanted) : NULL;
	enum link_state state = link_state(console->link);
	if (!row || state == LINK_OFFLINE || state == LINK_CONNECTING)
		return;
	const struct kept_conversation *kept = kept_of(console, row->id);
	bool fresh = kept && kept->conversation.version >= row->version && !may_be_delivered(console, kept);
	bool asked =
	        console->conversation_asked == row->id && console->conversation_asked_version >= row->version;
	if (fresh || asked)
		return;
	console->conversation_asked = row->id;
	console->conversation_asked_version = row->version;
	link_conversation(console->link, row->id, conversation_came, console);
}

void conversation_mark_read(struct console *console)
{
	int64_t seen = ticket_view_seen(console->ticket_view);
	if (console_place(console) != PLACE_TICKET || !seen || !console->identity.agent_id ||
	        link_state(console->link) != LINK_LIVE || console->identity.read_only)
		return;
	if (console->read_ticket == console->opened && console->read_message >= seen)
		return;
	console->read_ticket = console->opened;
	console->read_message = seen;
	link_mark_read(console->link, console->opened, seen);
}
