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
	strbuf_addf(out, "\n%s\n\n", _("{requester.first} and the like are filled in for each ticket."));
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

static bool open_draft(struct console *console, bool internal)
{
	struct strbuf place = STRBUF_INIT, below = STRBUF_INIT;
	struct error err;
	bool found;
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
	const bool opened = draft_open(&console->draft, &request, &found, &err);
	if (!opened)
		console_say(console, ROLE_ERROR, "%s", err.text);
	strbuf_release(&place);
	strbuf_release(&below);
	return opened;
}

void circular_begin(struct console *console, bool internal)
{
	if (bulk_is_busy(console))
		return;
	address(console);
	if (open_draft(console, internal))
		reply_edit(console);
}

void circular_insert(
        struct console *console, bool internal, const char *text, const struct macro_actions *actions)
{
	struct strbuf below = STRBUF_INIT;
	const bool open = console_has_place(console, PLACE_PREVIEW) && circular_is_open(console);
	if (!open && bulk_is_busy(console))
		return;
	if (!open)
		address(console);
	if (!open || console->draft.internal != internal) {
		while (console_has_place(console, PLACE_PREVIEW))
			console_leave(console);
		if (!open_draft(console, internal))
			return;
	} else {
		reply_follow_disk(console); /* what another console has put into it stays */
	}
	list_below(console, &below);
	reply_put_in(console, text, below.data, actions);
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

/* Which tickets have no value for a field of the text. Returns how many are left. */
static size_t look_at_fields(struct console *console)
{
	struct circular *circular = &console->circular;
	struct strbuf text = STRBUF_INIT;
	const char *body = console->draft.body.data;
	const bool has_fields = macro_has_fields(body);
	size_t count = 0;
	for (size_t i = 0; i < circular->to.count; i++) {
		const struct ticket_row *row =
		        has_fields ? queue_find(console->queue, circular->to.list[i].id) : NULL;
		strbuf_clear(&text);
		circular->envelopes[i].missing = row ? macro_fill_for(console, row, body, &text) : NULL;
		count += !circular->envelopes[i].missing;
	}
	strbuf_release(&text);
	return count;
}

/* As the first one gets it that is not left out. */
static void add_body(struct console *console)
{
	const struct circular *circular = &console->circular;
	const char *body = console->draft.body.data;
	struct strbuf text = STRBUF_INIT, line = STRBUF_INIT;
	const struct ticket_row *row = NULL;
	for (size_t i = 0; i < circular->to.count && !row && macro_has_fields(body); i++)
		if (!circular->envelopes[i].missing)
			row = queue_find(console->queue, circular->to.list[i].id);
	if (row) {
		macro_fill_for(console, row, body, &text);
		strbuf_addf(&line, _("Each gets it with the values of his ticket; this is as %lld gets it."),
		        (long long)row->id);
		pager_add(&console->preview, ROLE_HINT, 0, NULL, line.data);
		pager_add(&console->preview, ROLE_TEXT, 0, NULL, "");
	}
	reply_preview_body(console, row ? text.data : body);
	strbuf_release(&text);
	strbuf_release(&line);
}

static void add_count(struct console *console, size_t count)
{
	struct pager *page = &console->preview;
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

static void add_warnings(struct console *console, size_t missing)
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
	snprintf(text, sizeof text,
	        _("Without a value for a field of the text, and left out: %zu, marked below with -."),
	        missing);
	if (missing)
		pager_add(&console->preview, ROLE_WARNING, 0, NULL, text);
}

/* What a reply to it alone would say first. */
static void add_whose(const struct console *console, const struct ticket_row *row, struct strbuf *out)
{
	if (!row->assignee_id || row->assignee_id == console->identity.agent_id)
		return;
	strbuf_adds(out, "  ");
	strbuf_addf(out, _("(%s's ticket)"), agent_label(console, row->assignee_id));
}

static void add_envelope(struct console *console, size_t at)
{
	const struct envelope *envelope = &console->circular.envelopes[at];
	const int64_t id = console->circular.to.list[at].id;
	const struct ticket_row *row = queue_find(console->queue, id);
	struct strbuf line = STRBUF_INIT;
	char number[32];
	const char sign = envelope->missing ? '-' : envelope->flagged ? '!' : ' ';
	snprintf(number, sizeof number, "%c%c%" PRId64, sign, envelope->changed ? '~' : ' ', id);
	if (!row)
		strbuf_adds(&line, _("it has left the queue meanwhile"));
	else if (envelope->missing)
		strbuf_addf(&line, _("{%s} has no value here, it is left out: %s"), envelope->missing,
		        row->subject);
	else if (console->draft.internal)
		strbuf_adds(&line, row->subject);
	else
		strbuf_addf(&line, "%s%s%s  %s", envelope->recipient ? envelope->recipient : "?",
		        envelope->cc && *envelope->cc ? ", " : "", envelope->cc ? envelope->cc : "",
		        row->subject);
	if (row)
		add_whose(console, row, &line);
	pager_add(&console->preview, sign != ' ' || envelope->changed ? ROLE_WARNING : ROLE_TEXT, 2, number,
	        line.data);
	strbuf_release(&line);
}

void circular_preview(struct console *console)
{
	const struct draft *draft = &console->draft;
	struct pager *page = &console->preview;
	const size_t count = console->circular.to.count, getting = look_at_fields(console);
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
	add_warnings(console, count - getting);
	reply_preview_macro(console);
	add_body(console);
	pager_add(page, ROLE_TEXT, 0, NULL, "");
	add_count(console, getting);
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
	struct undoable *undo = undo_find(console, console->bulk.id);
	unmark_done(console);
	if (undo && !undo->final) {
		undo->text = alloc_copy(console->bulk.action.text);
		macro_actions_copy(&undo->macro, &draft->macro);
	}
	if (count.done == count.all && draft_discard_sent(draft))
		return;
	if (!is_unknown(&console->bulk))
		draft_sent_not(draft);
	draft_keep(draft);
}

/* Each gets the text with the values of his ticket. */
static bool fill_in(
        struct console *console, const struct ticket_row *row, struct action *action, struct error *why)
{
	struct strbuf text = STRBUF_INIT;
	const char *missing = macro_fill_for(console, row, action->text, &text);
	free(action->text);
	action->text = strbuf_detach(&text);
	if (missing)
		return error_set(why, ERROR_REFUSED, _("{%s} has no value here; nothing was sent"), missing);
	return true;
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
	draft_know_sent(draft);
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
	macro_for_action(console, &draft->macro, &action);
	draft_keep(&circular->sent);
	circular->sent = *draft;
	*draft = (struct draft){.ticket_id = 0};
	strbuf_init(&draft->body);
	while (console->depth)
		console_leave(console);
	bulk_start(console, &action,
	        &(struct deed){.title = internal ? _("note") : _("reply"),
	                .fit = fill_in,
	                .derive = true,
	                .ended = ended},
	        &circular->to, WAITS_LEFT_OUT, NULL);
}

/* ---- taken back -------------------------------------------------------------------------------------------- */

static bool is_of_text(const struct draft *draft, const char *text, const struct macro_actions *macro)
{
	struct strbuf clean = STRBUF_INIT;
	char *has = macro_actions_json(&draft->macro), *had = macro_actions_json(macro);
	text_sanitise(&clean, draft->body.data, draft->body.length, TEXT_KEEP_LINES);
	const bool is = strcmp(clean.data, text) == 0 && strcmp(has, had) == 0;
	strbuf_release(&clean);
	free(has);
	free(had);
	return is;
}

/* The draft for the marked says this: because it was made now, or because it did before. */
static bool is_draft_again(struct console *console, const char *text, const struct macro_actions *macro)
{
	struct strbuf place = STRBUF_INIT;
	struct draft draft;
	struct error err;
	draft_place(console, &place);
	const struct draft_request request = {
	        .place = place.data, .ticket_id = DRAFT_OF_MARKED, .signature = "", .below = ""};
	bool is = draft_make(&request, text, macro, &err);
	if (!is && draft_load(&draft, place.data, DRAFT_OF_MARKED, false, &err)) {
		is = is_of_text(&draft, text, macro);
		draft_keep(&draft);
	}
	strbuf_release(&place);
	return is;
}

static void dropped(void *context, const struct answer *answer, const struct error *err)
{
	struct console *console = context;
	if (!err && !console->left)
		drafts_ask(console);
}

/* The server has made a draft of each ticket's part. They are one text, so where that is a draft they are none. */
void circular_taken_back(struct console *console)
{
	struct bulk *bulk = &console->bulk;
	struct strbuf ids = STRBUF_INIT;
	for (size_t i = 0; i < bulk->count; i++)
		if (bulk->items[i].state == BULK_DONE)
			strbuf_addf(&ids, ids.length ? ",%s" : "{%s", bulk->items[i].request_id);
	if (ids.length && is_draft_again(console, bulk->text, &bulk->macro)) {
		strbuf_addc(&ids, '}');
		const char *const values[] = {ids.data};
		link_ask(console->link, ASK_DRAFT_DROP_RECALLED, values, dropped, console);
		bulk->outcome = _("The text is one draft again; r takes it up.");
	} else if (ids.length) {
		drafts_ask(console);
		bulk->outcome = _("The text is a draft of each ticket; :drafts lists them.");
	}
	strbuf_release(&ids);
}

static void confirmed(struct console *console, const char *text)
{
	char number[24], mistake[200];
	if (!circular_is_open(console))
		return;
	const size_t count = look_at_fields(console);
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
	const size_t count = look_at_fields(console);
	free(circular->hold_for);
	circular->status = status;
	circular->hold_for = alloc_copy(hold_for);
	if (!count) {
		console_say(console, ROLE_ERROR,
		        _("none of these tickets has a value for each field of the text (e edits it); nothing was sent"));
		return;
	}
	if (console->draft.internal) {
		send_now(console);
		return;
	}
	draft_know_sent(&console->draft);
	if (draft_changed_since_sent(&console->draft))
		snprintf(label, sizeof label, _("some may have it as it was before; type %zu to send this: "),
		        count);
	else
		snprintf(label, sizeof label, _("type %zu to send it to %zu customers: "), count, count);
	prompt_ask(console, label, "", NULL, NULL, confirmed);
}
