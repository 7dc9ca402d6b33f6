/*
 * The page that explains a reply clock. The server knows the facts, so it is asked; the page opens with the answer, unless
 * the agent has gone elsewhere meanwhile.
 */
#include "app/state.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "core/explain.h"

static void add_line(void *context, enum explain_style style, const char *word, const char *text)
{
	static const enum theme_role roles[] = {[EXPLAIN_HEADING] = ROLE_HEADER,
	        [EXPLAIN_TEXT] = ROLE_TEXT,
	        [EXPLAIN_DIM] = ROLE_DIM,
	        [EXPLAIN_LATE] = ROLE_BREACHED};
	struct console *console = context;
	if (style == EXPLAIN_HEADING && console->page.count)
		pager_add(&console->page, ROLE_TEXT, 0, NULL, "");
	pager_add(&console->page, roles[style], *word ? 2 : 0, word, text);
}

void explain_show(struct console *console, const struct explanation *explanation)
{
	page_begin(console, _("Timer"));
	explain_words(explanation, clock_utc_offset, add_line, console);
	page_show(console, PLACE_TIMER);
}

static void explanation_came(void *context, const struct explanation *explanation, const struct error *err)
{
	struct console *console = context;
	console->dirty = true;
	if (err) {
		console_say(console, ROLE_ERROR, "%s", err->text);
		return;
	}
	if (!(place_scope(console_place(console)) & SCOPE_ANY) || !explanation->count ||
	        console_ticket(console) != explanation->facts[0].seconds)
		return;
	explain_show(console, explanation);
}

void command_EXPLAIN(struct console *console, const char *argument)
{
	if (!link_explain(console->link, console->target, explanation_came, console))
		console_say(console, ROLE_OFFLINE, _("the server is away, and only it can explain a timer"));
}
