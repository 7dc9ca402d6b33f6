/*
 * What others did on a ticket while something is written on it: shown in the preview, with what they wrote, so that nobody
 * answers past it.
 *
 * "While" begins where the writer last looked: when the draft was begun, or `v` was pressed; the draft's state keeps it over days
 * and restarts. What this console itself did to the ticket meanwhile is not news.
 */
#include "app/news.h"

#include "app/state.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "core/text.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ENTRIES_MOST = 4, LINES_MOST = 8 };

int32_t news_seen_version(const struct console *console, const struct ticket_row *row)
{
	const struct own_change *own = &console->own_change;
	return own->ticket_id == row->id && own->version == row->version + 1 ? own->version : row->version;
}

void news_own_change(struct console *console, int64_t ticket_id, int32_t version)
{
	struct draft *draft = &console->draft;
	console->own_change = (struct own_change){.ticket_id = ticket_id, .version = version};
	reply_own_change(console, ticket_id, version);
	if (draft->ticket_id != ticket_id || version != draft->version + 1)
		return; /* somebody else's came between: all of it is looked at */
	const int messages = draft->messages;
	draft_seen(draft, version, messages, draft->seen_at);
	if (console->preview_version == version - 1)
		console->preview_version = version;
}

/* ---- one entry ------------------------------------------------------------------------------------ */

struct lines {
	struct console *console;
	const char *text;
	enum theme_role role;
	int count;
};

static void add_line(void *context, struct text_line piece)
{
	struct lines *lines = context;
	if (++lines->count > LINES_MOST)
		return;
	char *text = lines->count == LINES_MOST ? alloc_copy("…")
	                                        : alloc_copy_n(lines->text + piece.start, piece.length);
	pager_add(&lines->console->preview, lines->role, 4, NULL, text);
	free(text);
}

static void add_entry(struct console *console, const struct entry *entry)
{
	struct strbuf line = STRBUF_INIT;
	const bool note = entry->kind == ENTRY_NOTE, said = note || entry->kind == ENTRY_PUBLIC;
	char when[16] = "";
	const time_t at = (time_t)entry->at;
	struct tm local;
	if (localtime_r(&at, &local))
		strftime(when, sizeof when, "%H:%M", &local);
	strbuf_addf(&line, "%s  ", when);
	text_sanitise(&line, entry->author, strlen(entry->author), TEXT_ONE_LINE);
	if (note)
		strbuf_addf(&line, "  %s", _("INTERNAL NOTE"));
	if (!said) {
		strbuf_addc(&line, ' ');
		text_sanitise(&line, entry->body, strlen(entry->body), TEXT_ONE_LINE);
	}
	const enum theme_role role = note ? ROLE_NOTE : said ? ROLE_PUBLIC_CUSTOMER : ROLE_SYSTEM;
	pager_add(&console->preview, role, 2, NULL, line.data);
	strbuf_release(&line);
	if (!said)
		return;
	struct strbuf clean = STRBUF_INIT;
	text_sanitise(&clean, entry->body, strlen(entry->body), TEXT_KEEP_LINES);
	struct lines lines = {.console = console, .text = clean.data, .role = note ? ROLE_NOTE : ROLE_TEXT};
	text_wrap(clean.data, terminal_columns(console->terminal) - 6, add_line, &lines);
	strbuf_release(&clean);
}

/* ---- all of it ------------------------------------------------------------------------------------- */

/* What the agent did himself he knows; but what he wrote he may have sent from another machine. */
static bool is_news(const struct console *console, const struct entry *entry)
{
	return entry->kind != ENTRY_EVENT || strcmp(entry->author, console->identity.login) != 0;
}

/* The newest entries since the writer looked, oldest of them first. */
static void add_entries(struct console *console, const struct conversation *conversation)
{
	size_t first = conversation->count, shown = 0;
	while (first > 0 && shown < ENTRIES_MOST &&
	        conversation->entries[first - 1].at >= console->draft.seen_at)
		shown += is_news(console, &conversation->entries[--first]);
	for (size_t i = first; i < conversation->count; i++)
		if (is_news(console, &conversation->entries[i]))
			add_entry(console, &conversation->entries[i]);
}

void news_add(struct console *console)
{
	const struct draft *draft = &console->draft;
	const struct ticket_row *row = queue_find(console->queue, draft->ticket_id);
	struct pager *page = &console->preview;
	if (!row) {
		pager_add(page, ROLE_WARNING, 0, NULL,
		        _("The ticket has left the queue while you were writing: somebody closed it.  v view"));
		return;
	}
	if (row->version == draft->version)
		return;
	const bool customer = row->message_count > draft->messages && row->last_author == AUTHOR_CUSTOMER;
	pager_add(page, ROLE_WARNING, 0, NULL,
	        customer ? _("The customer added a message while you were writing.  v view")
	                 : _("The ticket was changed while you were writing.  v view"));
	const struct conversation *conversation = conversation_of(console, row->id, NULL);
	if (conversation && conversation->version >= row->version)
		add_entries(console, conversation);
	pager_add(page, ROLE_TEXT, 0, NULL, "");
}
