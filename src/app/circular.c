/* Writing to many at once. The editor, the preview's keys and the draft's file are reply.c's, the sending is bulk.c's. */
#include "app/circular.h"

#include "app/state.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "core/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool circular_is_open(const struct console *console)
{
	return console->draft.ticket_id == DRAFT_OF_MARKED;
}

static void release_envelopes(struct circular *circular)
{
	for (size_t i = 0; i < circular->to.count; i++) {
		free(circular->envelopes[i].recipient);
		free(circular->envelopes[i].cc);
	}
	free(circular->envelopes);
	circular->envelopes = NULL;
}

void circular_release(struct circular *circular)
{
	release_envelopes(circular);
	aim_release(&circular->to);
	free(circular->hold_for);
	circular->hold_for = NULL;
	draft_keep(&circular->sent);
}

/* ---- writing ---------------------------------------------------------------------------------------- */

/* Takes over the aim. */
static void address(struct console *console)
{
	struct circular *circular = &console->circular;
	release_envelopes(circular);
	aim_release(&circular->to);
	circular->to = console->aim;
	console->aim = (struct aim){.count = 0};
	circular->envelopes = alloc_array(circular->to.count, sizeof *circular->envelopes);
}

/* For whom it is, to look at while writing. */
static void list_below(const struct console *console, struct strbuf *out)
{
	const struct aim *to = &console->circular.to;
	strbuf_addc(out, '\n');
	for (size_t i = 0; i < to->count; i++) {
		const struct ticket_row *row = queue_find(console->queue, to->list[i].id);
		if (!row)
			continue;
		strbuf_addf(out, "%" PRId64 "  ", row->id);
		text_sanitise(out, row->requester_email, strlen(row->requester_email), TEXT_ONE_LINE);
		strbuf_adds(out, "  ");
		text_sanitise(out, row->subject, strlen(row->subject), TEXT_ONE_LINE);
		strbuf_addc(out, '\n');
	}
}

void circular_begin(struct console *console, bool internal)
{
	struct strbuf place = STRBUF_INIT, below = STRBUF_INIT;
	struct error err;
	bool found;
	if (bulk_is_busy(console))
		return;
	address(console);
	draft_place(console, &place);
	list_below(console, &below);
	const struct draft_request request = {
	        .place = place.data,
	        .ticket_id = DRAFT_OF_MARKED,
	        .internal = internal,
	        .signature = internal ? "" : console->settings.signature,
	        .below = below.data,
	};
	drafts_changed(console);
	if (draft_open(&console->draft, &request, &found, &err))
		reply_edit(console);
	else
		console_say(console, ROLE_ERROR, "%s", err.text);
	strbuf_release(&place);
	strbuf_release(&below);
}

/* ---- the preview ---------------------------------------------------------------------------------------- */

static void envelopes_came(void *context, const struct answer *answer, const struct error *err)
{
	struct console *console = context;
	struct circular *circular = &console->circular;
	if (err || console->left)
		return;
	for (size_t i = 0; i < answer->rows; i++) {
		const size_t at = (size_t)answer_int(answer, i, 0);
		if ((uint64_t)answer_int(answer, i, 1) != circular->asked || at >= circular->to.count)
			return; /* to an older question */
		struct envelope *envelope = &circular->envelopes[at];
		free(envelope->recipient);
		free(envelope->cc);
		envelope->recipient = alloc_copy(answer_text(answer, i, 2));
		envelope->cc = alloc_copy(answer_text(answer, i, 3));
		envelope->flagged = answer_true(answer, i, 4);
	}
	reply_preview_refresh(console);
	console->dirty = true;
}

static void ask_envelopes(struct console *console)
{
	struct circular *circular = &console->circular;
	struct strbuf ids = STRBUF_INIT;
	char asked[24];
	snprintf(asked, sizeof asked, "%" PRIu64, ++circular->asked);
	strbuf_addc(&ids, '{');
	for (size_t i = 0; i < circular->to.count; i++)
		strbuf_addf(&ids, i ? ",%" PRId64 : "%" PRId64, circular->to.list[i].id);
	strbuf_addc(&ids, '}');
	const char *const values[] = {ids.data, asked};
	link_ask(console->link, ASK_ENVELOPES, values, envelopes_came, console);
	strbuf_release(&ids);
}

void circular_written(struct console *console)
{
	struct circular *circular = &console->circular;
	for (size_t i = 0; i < circular->to.count; i++) {
		struct target *target = &circular->to.list[i];
		const struct ticket_row *row = queue_find(console->queue, target->id);
		circular->envelopes[i].changed = !row || row->version != target->version;
		if (row)
			target->version = row->version;
	}
	if (!console->draft.internal)
		ask_envelopes(console);
}

static void add_count(struct console *console)
{
	struct pager *page = &console->preview;
	const size_t count = console->circular.to.count;
	char text[300];
	if (console->draft.internal) {
		pager_add(page, ROLE_NOTE, 0, NULL, _("INTERNAL NOTE: only agents will read this."));
		snprintf(text, sizeof text, P_("On %zu ticket:", "On each of %zu tickets:", count), count);
	} else {
		snprintf(text, sizeof text,
		        P_("To the customer of %zu ticket:",
		                "To the customers of %zu tickets, each in a thread of his own:", count),
		        count);
	}
	pager_add(page, ROLE_TEXT, 0, NULL, text);
}

static void add_warnings(struct console *console)
{
	const struct circular *circular = &console->circular;
	size_t flagged = 0, changed = 0;
	char text[300];
	for (size_t i = 0; i < circular->to.count; i++) {
		flagged += circular->envelopes[i].flagged;
		changed += circular->envelopes[i].changed;
	}
	snprintf(text, sizeof text,
	        _("Not (only) the requester's own address: %zu, marked below with !. Look at them before you send."),
	        flagged);
	if (flagged)
		pager_add(&console->preview, ROLE_WARNING, 0, NULL, text);
	snprintf(text, sizeof text, _("Changed while you were writing: %zu, marked below with ~."), changed);
	if (changed)
		pager_add(&console->preview, ROLE_WARNING, 0, NULL, text);
}

static void add_envelope(struct console *console, size_t at)
{
	const struct envelope *envelope = &console->circular.envelopes[at];
	const int64_t id = console->circular.to.list[at].id;
	const struct ticket_row *row = queue_find(console->queue, id);
	struct strbuf line = STRBUF_INIT;
	char number[32];
	snprintf(number, sizeof number, "%c%c%" PRId64, envelope->flagged ? '!' : ' ',
	        envelope->changed ? '~' : ' ', id);
	if (!row)
		strbuf_adds(&line, _("it has left the queue meanwhile"));
	else if (console->draft.internal)
		strbuf_adds(&line, row->subject);
	else
		strbuf_addf(&line, "%s%s%s  %s", envelope->recipient ? envelope->recipient : "?",
		        envelope->cc && *envelope->cc ? ", " : "", envelope->cc ? envelope->cc : "",
		        row->subject);
	pager_add(&console->preview, envelope->flagged || envelope->changed ? ROLE_WARNING : ROLE_TEXT, 2,
	        number, line.data);
	strbuf_release(&line);
}

void circular_preview(struct console *console)
{
	const struct draft *draft = &console->draft;
	struct pager *page = &console->preview;
	const size_t count = console->circular.to.count;
	char *title =
	        draft->internal
	                ? alloc_format(P_("Internal note on %zu marked ticket",
	                                       "Internal note on %zu marked tickets", count),
	                          count)
	                : alloc_format(P_("Reply to %zu marked ticket", "Reply to %zu marked tickets", count),
	                          count);
	pager_release(page);
	pager_init(page, title);
	free(title);
	reply_preview_line(console);
	add_warnings(console);
	reply_preview_body(console, draft->body.data);
	pager_add(page, ROLE_TEXT, 0, NULL, "");
	add_count(console);
	for (size_t i = 0; i < count; i++)
		add_envelope(console, i);
}

/* ---- sending ------------------------------------------------------------------------------------------- */

/* Who has got it is marked no longer: what is marked still is what a second try is for. */
static void unmark_done(struct console *console)
{
	const struct bulk *bulk = &console->bulk;
	int64_t *ids = alloc_array(bulk->count, sizeof *ids);
	size_t count = 0;
	for (size_t i = 0; i < bulk->count; i++)
		if (bulk->items[i].state == BULK_DONE)
			ids[count++] = bulk->items[i].ticket_id;
	marks_remove(&console->marks, ids, count);
	free(ids);
}

/* Whether of some of them nobody knows if the server has it. */
static bool is_unknown(const struct bulk *bulk)
{
	for (size_t i = 0; i < bulk->count; i++)
		if (bulk->items[i].kind == ERROR_UNAVAILABLE)
			return true;
	return false;
}

/* Where all is known the next try is a new one: what was done may be taken back meanwhile. */
static void ended(struct console *console)
{
	const struct bulk_count count = bulk_count(&console->bulk);
	struct draft *draft = &console->circular.sent;
	unmark_done(console);
	if (count.done == count.all && draft_discard_sent(draft))
		return;
	if (!is_unknown(&console->bulk))
		draft_sent_not(draft);
	draft_keep(draft);
}

static void send_now(struct console *console)
{
	struct circular *circular = &console->circular;
	struct draft *draft = &console->draft;
	const bool internal = draft->internal;
	struct action action;
	struct error err;
	if (bulk_is_busy(console))
		return;
	if (draft_changed_since_sent(draft))
		draft_sent_not(draft); /* another text: nobody has got it */
	if (!draft_sending(draft, &err)) {
		console_say(console, ROLE_ERROR, _("%s; nothing was sent"), err.text);
		return;
	}
	struct strbuf body = STRBUF_INIT;
	text_sanitise(&body, draft->body.data, draft->body.length, TEXT_KEEP_LINES);
	action_init(&action, internal ? ACTION_NOTE : ACTION_REPLY, 0, 0);
	action.text = strbuf_detach(&body);
	action.status = circular->status;
	action.hold_for = alloc_copy(circular->hold_for);
	memcpy(action.request_id, draft->request_id, sizeof action.request_id);
	draft_keep(&circular->sent);
	circular->sent = *draft;
	*draft = (struct draft){.ticket_id = 0};
	strbuf_init(&draft->body);
	while (console->depth)
		console_leave(console);
	bulk_start(console, &action,
	        &(struct deed){.title = internal ? _("note") : _("reply"), .derive = true, .ended = ended},
	        &circular->to, WAITS_LEFT_OUT, NULL);
}

static void confirmed(struct console *console, const char *text)
{
	char number[24], mistake[200];
	const size_t count = console->circular.to.count;
	if (!circular_is_open(console))
		return;
	snprintf(number, sizeof number, "%zu", count);
	if (strcmp(text, number) == 0) {
		send_now(console);
		return;
	}
	snprintf(mistake, sizeof mistake, _("%zu customers get it: their number sends it, Esc sends nothing"),
	        count);
	prompt_refuse(console, confirmed, text, mistake);
}

void circular_send(struct console *console, enum status status, const char *hold_for)
{
	struct circular *circular = &console->circular;
	char label[120];
	free(circular->hold_for);
	circular->status = status;
	circular->hold_for = alloc_copy(hold_for);
	if (console->draft.internal) {
		send_now(console);
		return;
	}
	snprintf(label, sizeof label, _("type %zu to send it to %zu customers: "), circular->to.count,
	        circular->to.count);
	prompt_ask(console, label, "", NULL, NULL, confirmed);
}
