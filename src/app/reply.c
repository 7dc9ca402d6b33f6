/*
 * Writing to the customer: draft file, editor, preview. Sending it is send.c's.
 */
#include "app/editor.h"
#include "app/state.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

enum { QUOTED_MOST = 6 };

void draft_place(const struct console *console, struct strbuf *place)
{
	strbuf_addf(place, "%s@%s", console->identity.login, console->identity.server);
}

void reply_own_change(struct console *console, int64_t ticket_id, int32_t version)
{
	struct strbuf place = STRBUF_INIT;
	draft_place(console, &place);
	draft_own_change(place.data, ticket_id, version);
	recall_own_change(console, ticket_id, version);
	strbuf_release(&place);
}

bool reply_keep_text(struct console *console, const struct recallable *recalled, struct error *err)
{
	struct strbuf place = STRBUF_INIT;
	struct draft draft;
	draft_place(console, &place);
	const struct draft_request request = {.place = place.data,
	        .ticket_id = recalled->ticket_id,
	        .version = recalled->version,
	        .messages = recalled->messages,
	        .signature = "",
	        .below = "",
	        .now = recalled->at};
	bool kept = draft_make(&request, recalled->text, &recalled->macro, err);
	if (kept && draft_load(&draft, place.data, recalled->ticket_id, false, err)) {
		kept = draft_files_put(draft.path, recalled->attached, err);
		draft_keep(&draft);
	}
	drafts_changed(console);
	strbuf_release(&place);
	return kept;
}

/* ---- the conversation below the cut line ------------------------------------------------------------ */

static void add_quoted(struct strbuf *out, const struct entry *entry)
{
	char when[32] = "";
	time_t at = (time_t)entry->at;
	struct tm local;
	if (localtime_r(&at, &local))
		strftime(when, sizeof when, "%Y-%m-%d %H:%M", &local);
	strbuf_addf(out, "\n%s  ", when);
	text_sanitise(out, entry->author, strlen(entry->author), TEXT_ONE_LINE);
	strbuf_adds(out, entry->kind == ENTRY_NOTE ? _("  (internal note)\n") : "\n");
	struct strbuf body = STRBUF_INIT;
	text_sanitise(&body, entry->body, strlen(entry->body), TEXT_KEEP_LINES);
	for (const char *line = body.data; *line;) {
		size_t length = strcspn(line, "\n");
		strbuf_adds(out, "> ");
		strbuf_add(out, line, length);
		strbuf_addc(out, '\n');
		line += length + (line[length] == '\n');
	}
	strbuf_release(&body);
}

/* The last messages, newest first. Internal notes only below an internal note: no slip of an editor may carry one into a
 * public reply. */
static void conversation_below(struct console *console, int64_t ticket_id, bool internal, struct strbuf *out)
{
	const struct conversation *conversation = conversation_of(console, ticket_id, NULL);
	const char *warning = presence_warning(console, ticket_id);
	int added = 0;
	if (*warning)
		strbuf_addf(out, "\n%s\n", warning);
	for (size_t i = conversation ? conversation->count : 0; i-- > 0 && added < QUOTED_MOST;) {
		const struct entry *entry = &conversation->entries[i];
		if (entry->kind != ENTRY_PUBLIC && !(internal && entry->kind == ENTRY_NOTE))
			continue;
		add_quoted(out, entry);
		added++;
	}
}

/* ---- the editor ------------------------------------------------------------------------------------- */

bool edit_file(
        struct console *console, const char *path, void (*ended)(struct console *console, int wait_status))
{
	struct error err = {ERROR_NONE, ""};
	console->editor_ended = ended;
	terminal_lend(console->terminal);
	if (editor_start(console->settings.editor, path, &console->editor, &err))
		return true;
	terminal_take_back(console->terminal);
	console->editor = 0;
	console_say(console, ROLE_ERROR, "%s", err.text);
	console->dirty = true;
	return false;
}

static void editor_ended(struct console *console, int wait_status);

void reply_edit(struct console *console)
{
	edit_file(console, console->draft.path, editor_ended);
}

/* Whether the draft below the view of what was added (`v`) is the one that is asked for. */
static bool takes_up_draft(struct console *console, bool internal)
{
	return console_has_place(console, PLACE_PREVIEW) && console->draft.ticket_id == console->target &&
	       console->draft.internal == internal;
}

/* Its file is still needed, and belongs to what was sent. */
static bool is_being_sent(const struct console *console, int64_t ticket_id, bool internal)
{
	for (const struct pending_action *one = console->pending; one; one = one->next)
		if (one->draft && one->draft->ticket_id == ticket_id && one->draft->internal == internal)
			return true;
	return false;
}

/* The draft of the target is at hand: the one that lies below, or the one of its file. False, and said: it is not. */
static bool take_draft(struct console *console, bool internal)
{
	const struct ticket_row *row = console_row(console);
	struct strbuf place = STRBUF_INIT, below = STRBUF_INIT;
	struct error err;
	bool found;
	if (takes_up_draft(console, internal)) {
		while (console_place(console) != PLACE_PREVIEW)
			console_leave(console);
		reply_follow_disk(console);
		return true;
	}
	if (is_being_sent(console, console->target, internal)) {
		console_say(console, ROLE_HINT,
		        internal
		                ? _("the last note to %lld is on its way; write the next when the server has it")
		                : _("the last reply to %lld is on its way; write the next when the server has it"),
		        (long long)console->target);
		return false;
	}
	if (!internal && recall_is_coming_back(console, console->target)) {
		console_say(console, ROLE_HINT,
		        _("the reply to %lld is being taken back; r takes it up when that is confirmed"),
		        (long long)console->target);
		return false;
	}
	while (console_has_place(console, PLACE_PREVIEW)) /* another ticket's: its file stays */
		console_leave(console);
	draft_place(console, &place);
	conversation_below(console, row->id, internal, &below);
	const struct draft_request request = {
	        .place = place.data,
	        .ticket_id = row->id,
	        .internal = internal,
	        .version = news_seen_version(console, row),
	        .messages = row->message_count,
	        .signature = internal ? "" : console->settings.signature,
	        .below = below.data,
	        .now = console_now(console),
	};
	drafts_changed(console);
	const bool fetched = drafts_fetch(console, row->id, internal);
	const bool opened = fetched && draft_open(&console->draft, &request, &found, &err);
	if (opened)
		fetch_begin(console);
	if (fetched && !opened)
		console_say(console, ROLE_ERROR, "%s", err.text);
	strbuf_release(&place);
	strbuf_release(&below);
	return opened;
}

static void show_preview(struct console *console);

/* On a merged ticket nothing is written any more; what was written before it was merged is shown, and can be taken on. */
static void show_merged(struct console *console, bool internal, int64_t into)
{
	const int64_t id = console->target;
	const bool other = !drafts_exist(console, id, internal) && drafts_exist(console, id, !internal);
	if (!drafts_has(console, id))
		console_say(console, ROLE_HINT, _("%lld was merged into %lld: write there, Enter goes there"),
		        (long long)id, (long long)into);
	else if (take_draft(console, other ? !internal : internal))
		show_preview(console);
}

static void begin_writing(struct console *console, bool internal)
{
	const int64_t into = act_is_many(console) ? 0 : merged_into(console, console->target);
	if (act_is_many(console))
		circular_begin(console, internal);
	else if (into)
		show_merged(console, internal, into);
	else if (take_draft(console, internal))
		reply_edit(console);
}

void command_REPLY(struct console *console, const char *argument)
{
	begin_writing(console, false);
}

void command_NOTE(struct console *console, const char *argument)
{
	begin_writing(console, true);
}

void command_EDIT_AGAIN(struct console *console, const char *argument)
{
	reply_edit(console);
}

/* ---- the preview ------------------------------------------------------------------------------------ */

static void add_line(void *context, struct text_line line)
{
	const char *const *at = ((void *const *)context)[0];
	struct pager *page = ((void *const *)context)[1];
	char *text = alloc_copy_n(*at + line.start, line.length);
	size_t hole, length;
	pager_add(page, macro_hole(text, &hole, &length) ? ROLE_WARNING : ROLE_TEXT, 2, NULL, text);
	free(text);
}

void reply_preview_body(struct console *console, const char *body)
{
	struct strbuf clean = STRBUF_INIT;
	text_sanitise(&clean, body, strlen(body), TEXT_KEEP_LINES);
	const char *text = clean.data;
	void *context[] = {&text, &console->preview};
	text_wrap(clean.data, terminal_columns(console->terminal) - 4, add_line, context);
	strbuf_release(&clean);
}

void reply_preview_line(struct console *console)
{
	const struct draft *draft = &console->draft;
	struct pager *page = &console->preview;
	char text[400];
	if (draft->cut_missing)
		pager_add(page, ROLE_ERROR, 0, NULL,
		        _("The line that ends your text is gone from the file: all of it is below and would be sent."));
	if (draft->moved_up)
		pager_add(page, ROLE_WARNING, 0, NULL,
		        _("You wrote below the line: your text stands above it now, and is sent as you see it."));
	snprintf(text, sizeof text,
	        P_("You wrote %d line below the line that ends your text: it is NOT sent. e opens the file to move it up.",
	                "You wrote %d lines below the line that ends your text: they are NOT sent. e opens the file to move them up.",
	                draft->added_lines),
	        draft->added_lines);
	if (draft->added_lines)
		pager_add(page, ROLE_WARNING, 0, NULL, text);
}

/* To whom it will go, as the server says: the asker's Reply-To or a colleague's copy may lead elsewhere than the
 * requester's address, and then it is said aloud. */
static void add_envelope(struct console *console)
{
	struct pager *page = &console->preview;
	const struct conversation *conversation = conversation_of(console, console->draft.ticket_id, NULL);
	if (!conversation || !conversation->recipient) {
		pager_add(page, ROLE_WARNING, 0, NULL,
		        _("To whom it will go is not known here yet: the server has not said."));
		return;
	}
	pager_add(page, ROLE_PUBLIC_CUSTOMER, 0, _("To"), conversation->recipient);
	if (*conversation->cc)
		pager_add(page, ROLE_PUBLIC_CUSTOMER, 0, _("Cc"), conversation->cc);
	pager_add(page, ROLE_TEXT, 0, _("Subject"), conversation->reply_subject);
	if (conversation->flagged)
		pager_add(page, ROLE_WARNING, 0, NULL,
		        _("This is not (only) the requester's own address. Look at it before you send."));
}

void reply_preview_macro(struct console *console)
{
	const struct draft *draft = &console->draft;
	struct strbuf line = STRBUF_INIT;
	size_t hole, length;
	if (macro_actions_any(&draft->macro)) {
		macro_actions_words(&draft->macro, &line);
		pager_add(&console->preview, ROLE_TEXT, 0, _("Macro"), line.data);
	}
	strbuf_clear(&line);
	if (macro_hole(draft->body.data, &hole, &length)) {
		strbuf_addf(&line,
		        _("%.*s has no value on this ticket: e fills it in. Before that it cannot be sent."),
		        (int)length, draft->body.data + hole);
		pager_add(&console->preview, ROLE_ERROR, 0, NULL, line.data);
	}
	strbuf_release(&line);
}

static void make_preview(struct console *console)
{
	const struct draft *draft = &console->draft;
	const struct ticket_row *row = queue_find(console->queue, draft->ticket_id);
	struct pager *page = &console->preview;
	struct strbuf line = STRBUF_INIT;
	if (circular_is_open(console)) {
		circular_preview(console);
		return;
	}
	pager_release(page);
	strbuf_addf(&line, draft->internal ? _("Internal note, %lld") : _("Reply, %lld"),
	        (long long)draft->ticket_id);
	pager_init(page, line.data);
	if (!moved_preview(console))
		news_add(console);
	const struct kept_draft *other = drafts_other(console, draft);
	if (other)
		pager_add(page, ROLE_QUESTION, 0, NULL, drafts_other_words(console, other));
	if (row && row->assignee_id && row->assignee_id != console->identity.agent_id) {
		strbuf_clear(&line);
		strbuf_addf(&line, _("This is %s's ticket."), agent_label(console, row->assignee_id));
		pager_add(page, ROLE_HINT, 0, NULL, line.data);
	}
	const char *warning = presence_warning(console, draft->ticket_id);
	if (*warning)
		pager_add(page, ROLE_WARNING, 0, NULL, warning);
	reply_preview_line(console);
	if (draft->internal) {
		pager_add(page, ROLE_NOTE, 0, NULL, _("INTERNAL NOTE: only agents will read this."));
		mentions_preview(console, draft->body.data);
	} else {
		add_envelope(console);
	}
	attach_preview(console);
	reply_preview_macro(console);
	pager_add(page, ROLE_TEXT, 0, NULL, "");
	reply_preview_body(console, draft->body.data);
	strbuf_release(&line);
}

int32_t reply_ticket_version(const struct console *console)
{
	const struct ticket_row *row = queue_find(console->queue, console->draft.ticket_id);
	return row ? row->version : console->draft.version;
}

void reply_preview_refresh(struct console *console)
{
	if (!console_has_place(console, PLACE_PREVIEW))
		return;
	int top = console->preview.top;
	make_preview(console);
	console->preview.top = top;
}

/* There is no draft to look at any more (its file may be there). */
static void leave_preview(struct console *console)
{
	draft_keep(&console->draft);
	drafts_changed(console);
	while (console_has_place(console, PLACE_PREVIEW))
		console_leave(console);
}

/* The editor left an empty file. Who deleted all of a new draft wants none; but what was written before is not lost
 * because an editor failed or a disk is full. */
static void nothing_left(struct console *console, const char *before, bool failed)
{
	struct error err;
	const bool was_new = !*before || strcmp(before, console->settings.signature) == 0;
	if (was_new && !failed) {
		drafts_forget(console, console->draft.ticket_id, console->draft.internal);
		draft_discard(&console->draft);
		leave_preview(console);
		console_say(console, ROLE_HINT, _("nothing was written, nothing is sent"));
	} else if (draft_restore(&console->draft, before, &err)) {
		leave_preview(console);
		console_say(console, ROLE_ERROR,
		        _("the file came back empty; the text before is kept, :discard throws it away"));
	} else {
		leave_preview(console);
		console_say(console, ROLE_ERROR, "%s", err.text);
	}
}

bool reply_follow_disk(struct console *console)
{
	struct draft *draft = &console->draft;
	struct error err;
	if (draft_is_as_shown(draft))
		return false;
	char *before = alloc_copy(draft->body.data);
	if (!draft_is_gone(draft) && draft_read_again(draft, &err)) {
		drafts_keep_aside(console, draft, before);
		drafts_store(console, draft);
		draft_shown(draft);
		reply_preview_refresh(console);
	}
	free(before);
	return true;
}

static void show_preview(struct console *console)
{
	draft_shown(&console->draft);
	make_preview(console);
	console->preview_version = console->draft.version;
	console_enter(console, PLACE_PREVIEW);
}

/* Behind what stands there, and before the signature. */
static void join(const char *body, const char *signature, const char *text, struct strbuf *out)
{
	const size_t length = strlen(body), tail = strlen(signature);
	size_t end = length;
	if (tail && length >= tail && strcmp(body + length - tail, signature) == 0)
		end -= tail;
	const char *rest = body + end;
	while (end && strchr("\n ", body[end - 1]))
		end--;
	strbuf_add(out, body, end);
	strbuf_addf(out, "%s%s%s%s", end ? "\n\n" : "", text, *rest ? "\n\n" : "", rest);
}

/* Nothing but the signature stands above the line. */
static bool is_bare(const struct console *console)
{
	const struct draft *draft = &console->draft;
	return !text_shows(draft->body.data) ||
	       (!draft->internal && strcmp(draft->body.data, console->settings.signature) == 0);
}

/* Many answer below what they answer to. If that is all there is, it is the text. */
static bool read_written(struct console *console, struct error *err)
{
	struct draft *draft = &console->draft;
	struct strbuf body = STRBUF_INIT;
	if (!draft_read(draft, err))
		return false;
	if (!is_bare(console) || !draft->added)
		return true;
	join(draft->body.data, draft->internal ? "" : console->settings.signature, draft->added, &body);
	const bool moved = draft_move_up(draft, body.data, err);
	strbuf_release(&body);
	return moved;
}

static void editor_ended(struct console *console, int wait_status)
{
	struct draft *draft = &console->draft;
	const bool failed = !WIFEXITED(wait_status) || WEXITSTATUS(wait_status);
	struct error err;
	char *before = alloc_copy(draft->body.data);
	console->dirty = true;
	if (!read_written(console, &err)) {
		console_say(console, ROLE_ERROR, "%s", err.text);
		leave_preview(console);
	} else if (is_bare(console)) {
		nothing_left(console, before, failed);
	} else {
		if (failed)
			console_say(console, ROLE_ERROR,
			        _("the editor ended with an error; look at the text before you send it"));
		if (circular_is_open(console))
			circular_written(console);
		else
			drafts_store(console, draft);
		show_preview(console);
	}
	free(before);
}

void reply_put_in(
        struct console *console, const char *text, const char *below, const struct macro_actions *actions)
{
	struct draft *draft = &console->draft;
	struct strbuf body = STRBUF_INIT;
	struct error err;
	if (*text)
		join(draft->body.data, draft->internal ? "" : console->settings.signature, text, &body);
	if ((*text && !draft_write(draft, body.data, below, &err)) || !draft_add_macro(draft, actions, &err))
		console_say(console, ROLE_ERROR, "%s", err.text);
	if (circular_is_open(console))
		circular_written(console);
	else
		drafts_store(console, draft);
	show_preview(console);
	strbuf_release(&body);
}

void reply_insert(
        struct console *console, bool internal, const char *text, const struct macro_actions *actions)
{
	struct strbuf below = STRBUF_INIT;
	if (!take_draft(console, internal))
		return;
	conversation_below(console, console->draft.ticket_id, internal, &below);
	reply_put_in(console, text, below.data, actions);
	strbuf_release(&below);
}

void command_VIEW_NEW(struct console *console, const char *argument)
{
	int64_t id = console->draft.ticket_id;
	const struct ticket_row *row = queue_find(console->queue, id);
	if (circular_is_open(console)) {
		console_say(console, ROLE_HINT,
		        _("it is for many tickets; the list below the text says which have changed"));
		return;
	}
	if (row)
		draft_seen(&console->draft, row->version, row->message_count, console_now(console));
	make_preview(console);
	console->preview_version = reply_ticket_version(console);
	open_ticket(console, id);
	ticket_view_to_end(console->ticket_view);
}

/* The draft that was kept for the ticket in front of the agent. */
static bool open_kept_draft(struct console *console)
{
	const int64_t id = console->target;
	struct strbuf place = STRBUF_INIT;
	struct error err;
	bool opened = false;
	draft_place(console, &place);
	for (int internal = 0; internal < 2 && !opened && id; internal++)
		opened = drafts_fetch(console, id, internal) &&
		         draft_load(&console->draft, place.data, id, internal, &err);
	if (!opened)
		console_say(console, ROLE_HINT, _("there is no draft of this ticket"));
	strbuf_release(&place);
	return opened;
}

void command_DISCARD(struct console *console, const char *argument)
{
	if (console_place(console) != PLACE_PREVIEW && !open_kept_draft(console))
		return;
	const int64_t id = console->draft.ticket_id;
	const bool internal = console->draft.internal;
	struct error err;
	char *aside = draft_set_aside(&console->draft, &err);
	if (!aside) {
		leave_preview(console);
		console_say(console, ROLE_ERROR, "%s", err.text);
		return;
	}
	struct undoable *undo = undo_push(console);
	undo->ticket_id = id;
	undo->aside = aside;
	undo->internal = internal;
	drafts_forget(console, id, internal);
	leave_preview(console);
	if (id <= 0)
		console_say(console, ROLE_HINT, _("the draft is thrown away; u brings it back"));
	else
		console_say(console, ROLE_HINT,
		        internal ? _("%lld: the draft of a note is thrown away; u brings it back")
		                 : _("%lld: the draft of a reply is thrown away; u brings it back"),
		        (long long)id);
}

bool reply_undiscard(struct console *console, struct undoable *undo)
{
	const int64_t id = undo->ticket_id;
	struct strbuf place = STRBUF_INIT;
	struct error err;
	struct draft draft;
	draft_place(console, &place);
	const bool back = draft_bring_back(undo->aside, place.data, id, undo->internal, &err);
	if (!back) {
		if (id > 0)
			console_say(console, ROLE_ERROR, _("%lld: %s; u again undoes your change before it"),
			        (long long)id, err.text);
		else
			console_say(
			        console, ROLE_ERROR, _("%s; u again undoes your change before it"), err.text);
	} else if (draft_load(&draft, place.data, id, undo->internal, &err)) {
		drafts_store(console, &draft);
		draft_keep(&draft);
	}
	strbuf_release(&place);
	drafts_changed(console);
	if (back && id > 0) {
		ticket_to_front(console, id);
		console_say(console, ROLE_SUCCESS,
		        undo->internal ? _("%lld: the draft is back; i takes it up")
		                       : _("%lld: the draft is back; r takes it up"),
		        (long long)id);
	} else if (back) {
		console_say(console, ROLE_SUCCESS, _("the draft is back"));
	}
	return back;
}

void command_SEND_INTERNAL(struct console *console, const char *argument)
{
	struct error err;
	reply_follow_disk(console);
	if (console->draft.internal)
		console_say(console, ROLE_HINT, _("this is an internal note already; y sends it"));
	else if (draft_make_internal(&console->draft, &err)) {
		draft_shown(&console->draft);
		drafts_forget(console, console->draft.ticket_id, false);
		drafts_store(console, &console->draft);
		make_preview(console);
	} else
		console_say(console, ROLE_ERROR, "%s", err.text);
	console->dirty = true;
}
