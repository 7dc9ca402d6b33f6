/*
 * The row says that a note mentions this agent; who wrote it the server is asked, once for each change of the list of such
 * rows. Notes are numbered as they are written, so the last number that was said tells which are new.
 */
#include "app/mentions.h"

#include "app/state.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "core/mention.h"

#include <string.h>
#include <strings.h>

enum { AGAIN_FIRST_MS = 2000, AGAIN_DOUBLED_MOST = 7 }; /* up to four minutes */

static bool mentions_me(const struct ticket_row *row, const void *context)
{
	const struct identity *identity = context;
	return ticket_mentions(row->mentioned, identity->agent_id);
}

void mentions_init(struct console *console)
{
	console->mentions.listing = listing_new(console->queue);
	listing_filter(console->mentions.listing, mentions_me, &console->identity);
}

void mentions_release(struct console *console)
{
	listing_free(console->mentions.listing);
}

/* At the start all of them in one line; later each that comes. */
static void mentions_came(void *context, const struct answer *answer, const struct error *err)
{
	struct console *console = context;
	struct mentions *mentions = &console->mentions;
	mentions->asked = false;
	if (err) { /* it is asked again when rows come, but not with each of them */
		mentions->revision = 0;
		mentions->not_before_ms = clock_ms() + (AGAIN_FIRST_MS << mentions->failures);
		mentions->failures += mentions->failures < AGAIN_DOUBLED_MOST;
		return;
	}
	mentions->failures = 0;
	if (!mentions->known && answer->rows)
		console_say(console, ROLE_HINT,
		        P_("%d note that you have not read mentions you: g m shows the ticket, with an @",
		                "%d notes that you have not read mention you: g m shows the tickets, with an @",
		                (int)answer->rows),
		        (int)answer->rows);
	for (size_t row = 0; row < answer->rows; row++) {
		const int64_t note = answer_int(answer, row, 1);
		if (note <= mentions->said)
			continue;
		mentions->said = note;
		if (!mentions->known)
			continue;
		console_say(console, ROLE_NOTE, _("%s mentioned you on %lld"), answer_text(answer, row, 2),
		        (long long)answer_int(answer, row, 0));
		attention_call(console, true, _("sandglass: a note mentions you"));
	}
	mentions->known = true;
}

void mentions_again(struct console *console)
{
	console->mentions.failures = 0;
	console->mentions.not_before_ms = 0;
}

void mentions_check(struct console *console)
{
	struct mentions *mentions = &console->mentions;
	const enum link_state state = link_state(console->link);
	if (!console->identity.agent_id || state != LINK_LIVE || mentions->asked ||
	        clock_ms() < mentions->not_before_ms)
		return;
	listing_refresh(mentions->listing);
	const uint64_t revision = listing_revision(mentions->listing);
	const bool none = !listing_count(mentions->listing);
	if (none || revision == mentions->revision) {
		mentions->known |= none;
		return;
	}
	mentions->revision = revision;
	mentions->asked = true;
	link_ask(console->link, ASK_MENTIONS, NULL, mentions_came, console);
}

/* ---- the preview of a note -------------------------------------------------------------------------- */

static const struct agent *agent_called(const struct console *console, const char *name)
{
	for (size_t i = 0; i < console->directory.agent_count; i++) {
		const struct agent *agent = &console->directory.agents[i];
		if (agent->active && strcasecmp(agent->login, name) == 0)
			return agent;
	}
	return NULL;
}

/* Whether the name came before this place of the text. */
static bool came_before(const char *body, const char *name, size_t place)
{
	char earlier[MENTION_MOST];
	for (size_t at = 0; mention_next(body, &at, earlier) && at < place;)
		if (strcmp(earlier, name) == 0)
			return true;
	return false;
}

void mentions_preview(struct console *console, const char *body)
{
	struct strbuf told = STRBUF_INIT, line = STRBUF_INIT;
	char name[MENTION_MOST];
	for (size_t at = 0; mention_next(body, &at, name);) {
		const struct agent *agent = agent_called(console, name);
		if (came_before(body, name, at))
			continue;
		strbuf_clear(&line);
		strbuf_addf(&line, _("@%s: there is no such agent; nobody is told"), name);
		if (!agent)
			pager_add(&console->preview, ROLE_WARNING, 0, NULL, line.data);
		else if (agent->id != console->identity.agent_id)
			strbuf_addf(&told, "%s%s", told.length ? ", " : "", agent->login);
	}
	strbuf_clear(&line);
	strbuf_addf(&line, _("It tells %s."), told.data);
	if (told.length)
		pager_add(&console->preview, ROLE_NOTE, 0, NULL, line.data);
	strbuf_release(&told);
	strbuf_release(&line);
}
