/* The agent's drafts here and on the server, and the two commands that show more than one of them. */
#include "app/drafts.h"

#include "app/state.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "core/civil.h"
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ASK_MS = 60000 };

static const char *kind_word(bool internal)
{
	return internal ? "note" : "reply";
}

/* ---- the server's list ------------------------------------------------------------------------------ */

static void release_kept(struct kept_draft *kept)
{
	free(kept->place);
	free(kept->host);
	free(kept->body);
	free(kept->subject);
	free(kept->macro);
	free(kept->files);
}

static void release_list(struct drafts *drafts)
{
	for (size_t i = 0; i < drafts->count; i++)
		release_kept(&drafts->list[i]);
	free(drafts->list);
	drafts->list = NULL;
	drafts->count = 0;
}

void drafts_init(struct drafts *drafts)
{
	struct error err;
	*drafts = (struct drafts){.behind = true};
	strbuf_init(&drafts->words);
	if (gethostname(drafts->host, sizeof drafts->host - 1))
		drafts->host[0] = '\0';
	if (!draft_place_id(drafts->place, sizeof drafts->place, &err)) /* said when a draft is begun */
		snprintf(drafts->place, sizeof drafts->place, "host %.50s", drafts->host);
}

void drafts_release(struct drafts *drafts)
{
	release_list(drafts);
	free(drafts->files);
	strbuf_release(&drafts->words);
}

static bool is_of(const struct kept_draft *kept, int64_t ticket_id, bool internal)
{
	return kept->ticket_id == ticket_id && kept->internal == internal;
}

static struct kept_draft *find(struct drafts *drafts, int64_t ticket_id, bool internal, const char *place)
{
	for (size_t i = 0; i < drafts->count; i++)
		if (is_of(&drafts->list[i], ticket_id, internal) && strcmp(drafts->list[i].place, place) == 0)
			return &drafts->list[i];
	return NULL;
}

static void drop_from_list(struct drafts *drafts, int64_t ticket_id, bool internal, const char *place)
{
	struct kept_draft *kept = find(drafts, ticket_id, internal, place);
	if (!kept)
		return;
	release_kept(kept);
	memmove(kept, kept + 1, (drafts->count - (size_t)(kept - drafts->list) - 1) * sizeof *kept);
	drafts->count--;
}

/* As the server will have it; `files` and `macro` are taken over. */
static void put_into_list(struct console *console, const struct draft *draft, const char *place,
        const char *body, char *macro, char *files)
{
	struct drafts *drafts = &console->drafts;
	const struct ticket_row *row = queue_find(console->queue, draft->ticket_id);
	drop_from_list(drafts, draft->ticket_id, draft->internal, place);
	drafts->list = alloc_grow(drafts->list, drafts->count + 1, sizeof *drafts->list);
	memmove(drafts->list + 1, drafts->list, drafts->count * sizeof *drafts->list);
	drafts->count++;
	drafts->list[0] = (struct kept_draft){.ticket_id = draft->ticket_id,
	        .internal = draft->internal,
	        .version = draft->version,
	        .messages = draft->messages,
	        .at = console_now(console),
	        .place = alloc_copy(place),
	        .host = alloc_copy(drafts->host),
	        .body = alloc_copy(body),
	        .subject = alloc_copy(row ? row->subject : ""),
	        .macro = macro,
	        .files = files};
}

/* ---- this machine's files --------------------------------------------------------------------------- */

void drafts_changed(struct console *console)
{
	console->drafts.files_known = false;
	console->dirty = true;
}

static void know_files(struct console *console)
{
	struct drafts *drafts = &console->drafts;
	struct strbuf place = STRBUF_INIT;
	if (drafts->files_known)
		return;
	draft_place(console, &place);
	free(drafts->files);
	drafts->files = draft_files(place.data, &drafts->file_count);
	drafts->files_known = true;
	strbuf_release(&place);
}

static bool has_file(struct console *console, int64_t ticket_id, bool internal)
{
	struct drafts *drafts = &console->drafts;
	know_files(console);
	for (size_t i = 0; i < drafts->file_count; i++)
		if (drafts->files[i].ticket_id == ticket_id && drafts->files[i].internal == internal)
			return true;
	return false;
}

/* ---- files to the server ---------------------------------------------------------------------------- */

/* The text as it would be sent: so the sending finds its copy. */
static char *clean_body(const struct draft *draft)
{
	struct strbuf clean = STRBUF_INIT;
	text_sanitise(&clean, draft->body.data, draft->body.length, TEXT_KEEP_LINES);
	return strbuf_detach(&clean);
}

static void stored(void *context, const struct answer *answer, const struct error *err)
{
	struct console *console = context;
	if (err && err->kind == ERROR_UNAVAILABLE)
		console->drafts.behind = true;
}

static char *macro_of(const struct draft *draft)
{
	return draft->macro.name ? macro_actions_json(&draft->macro) : alloc_copy("");
}

static char *files_of(const struct draft *draft)
{
	struct beside files;
	draft_files_told(draft, &files);
	char *json = beside_json(&files);
	beside_release(&files);
	return json;
}

/* `files`: JSON; those of the draft, or none. */
static void put(struct console *console, const struct draft *draft, const char *place, const char *body,
        const char *files, const char *takes, link_ask_done *done, void *context)
{
	char *macro = macro_of(draft);
	char id[24], version[16], messages[16];
	snprintf(id, sizeof id, "%lld", (long long)draft->ticket_id);
	snprintf(version, sizeof version, "%d", (int)draft->version);
	snprintf(messages, sizeof messages, "%d", draft->messages);
	const char *values[] = {id, kind_word(draft->internal), place, console->drafts.host, body, version,
	        messages, takes, macro, files};
	link_ask(console->link, ASK_DRAFT_PUT, values, done, context);
	free(macro);
}

static void store_taking(struct console *console, const struct draft *draft, const char *takes)
{
	struct drafts *drafts = &console->drafts;
	if (draft->ticket_id <= 0 || !draft->body.length)
		return;
	char *body = clean_body(draft), *files = files_of(draft);
	put(console, draft, drafts->place, body, files, takes, stored, console);
	if (*takes)
		drop_from_list(drafts, draft->ticket_id, draft->internal, takes);
	put_into_list(console, draft, drafts->place, body, macro_of(draft), files);
	free(body);
	drafts_changed(console);
}

void drafts_store(struct console *console, const struct draft *draft)
{
	store_taking(console, draft, "");
}

static void drop_at(struct console *console, int64_t ticket_id, bool internal, const char *place)
{
	char id[24];
	snprintf(id, sizeof id, "%lld", (long long)ticket_id);
	const char *values[] = {id, kind_word(internal), place};
	link_ask(console->link, ASK_DRAFT_DROP, values, stored, console);
	drop_from_list(&console->drafts, ticket_id, internal, place);
	drafts_changed(console);
}

void drafts_forget(struct console *console, int64_t ticket_id, bool internal)
{
	if (ticket_id > 0)
		drop_at(console, ticket_id, internal, console->drafts.place);
}

/* The taken back reply that this text is; NULL: it is none. */
static const struct kept_draft *recalled(
        const struct drafts *drafts, const struct draft *draft, const char *body)
{
	for (size_t i = 0; i < drafts->count; i++) {
		const struct kept_draft *kept = &drafts->list[i];
		if (is_of(kept, draft->ticket_id, draft->internal) &&
		        strncmp(kept->place, "recalled ", 9) == 0 && strcmp(kept->body, body) == 0)
			return kept;
	}
	return NULL;
}

/* Whether the server has the draft as it is: text, what its macro does, names of its files. */
static bool is_stored(const struct draft *draft, const char *body, const struct kept_draft *kept)
{
	struct macro_actions known = {.name = NULL};
	struct beside beside;
	macro_actions_read(kept->macro, &known);
	beside_read(kept->files, &beside);
	for (size_t i = 0; i < beside.count; i++)
		beside.list[i].id = 0;
	char *known_macro = known.name ? macro_actions_json(&known) : alloc_copy("");
	char *known_files = beside_json(&beside), *macro = macro_of(draft), *files = files_of(draft);
	const bool same = strcmp(kept->body, body) == 0 && strcmp(known_macro, macro) == 0 &&
	                  strcmp(known_files, files) == 0;
	free(known_macro);
	free(known_files);
	free(macro);
	free(files);
	macro_actions_release(&known);
	beside_release(&beside);
	return same;
}

static void learn_files(const struct draft *draft, const struct kept_draft *from)
{
	struct beside files;
	beside_read(from->files, &files);
	draft_files_learn(draft, &files);
	beside_release(&files);
}

/* One draft of this machine, unless the server has it as it is. */
static void store_file(struct console *console, const struct draft *draft)
{
	struct drafts *drafts = &console->drafts;
	char *body = clean_body(draft);
	const struct kept_draft *kept = find(drafts, draft->ticket_id, draft->internal, drafts->place);
	const struct kept_draft *back = recalled(drafts, draft, body);
	char *takes = alloc_copy(back ? back->place : "");
	if (back)
		learn_files(draft, back);
	if (!kept || back || !is_stored(draft, body, kept))
		store_taking(console, draft, takes);
	free(takes);
	free(body);
}

/* While the editor has the file it may be half written: what stood in it before is stored then. */
static void catch_up_with(struct console *console, const struct draft_file *file, const char *place)
{
	struct draft draft;
	if (console->editor && console->draft.ticket_id == file->ticket_id &&
	        console->draft.internal == file->internal) {
		store_file(console, &console->draft);
	} else if (draft_load(&draft, place, file->ticket_id, file->internal, NULL)) {
		store_file(console, &draft);
		draft_keep(&draft);
	}
}

/* What a lost connection, or a killed console, kept from the server. */
static void catch_up(struct console *console)
{
	struct drafts *drafts = &console->drafts;
	struct strbuf place = STRBUF_INIT;
	drafts->behind = false;
	drafts->files_known = false;
	know_files(console);
	draft_place(console, &place);
	for (size_t i = 0; i < drafts->file_count; i++) {
		if (drafts->files[i].ticket_id > 0)
			catch_up_with(console, &drafts->files[i], place.data);
		drafts->files_known = true; /* the same files: the loop goes on over them */
	}
	strbuf_release(&place);
}

/* ---- the server's list comes ------------------------------------------------------------------------ */

static size_t count_waiting(struct console *console)
{
	struct drafts *drafts = &console->drafts;
	know_files(console);
	size_t count = drafts->file_count;
	for (size_t i = 0; i < drafts->count; i++) {
		const struct kept_draft *kept = &drafts->list[i];
		bool counted = has_file(console, kept->ticket_id, kept->internal);
		for (size_t j = 0; j < i && !counted; j++)
			counted = is_of(&drafts->list[j], kept->ticket_id, kept->internal);
		count += !counted;
	}
	return count;
}

static void say_waiting(struct console *console)
{
	const size_t count = count_waiting(console);
	if (count && !console->message.text)
		console_say(console, ROLE_HINT,
		        P_("%zu draft is waiting; :drafts shows it",
		                "%zu drafts are waiting; :drafts lists them", count),
		        count);
}

static void heard(void *context, const struct answer *answer, const struct error *err)
{
	struct console *console = context;
	struct drafts *drafts = &console->drafts;
	drafts->asking = false;
	if (err)
		return;
	release_list(drafts);
	drafts->list = alloc_array(answer->rows ? answer->rows : 1, sizeof *drafts->list);
	for (size_t i = 0; i < answer->rows; i++)
		drafts->list[drafts->count++] = (struct kept_draft){.ticket_id = answer_int(answer, i, 0),
		        .internal = strcmp(answer_text(answer, i, 1), "note") == 0,
		        .place = alloc_copy(answer_text(answer, i, 2)),
		        .host = alloc_copy(answer_text(answer, i, 3)),
		        .body = alloc_copy(answer_text(answer, i, 4)),
		        .version = (int32_t)answer_int(answer, i, 5),
		        .messages = (int)answer_int(answer, i, 6),
		        .at = answer_int(answer, i, 7),
		        .subject = alloc_copy(answer_text(answer, i, 8)),
		        .macro = alloc_copy(answer_text(answer, i, 9)),
		        .files = alloc_copy(answer_text(answer, i, 10)),
		        .merged_into = answer_int(answer, i, 11)};
	if (drafts->behind)
		catch_up(console);
	if (!drafts->heard)
		say_waiting(console);
	drafts->heard = true;
	fetch_go_on(console);
	reply_preview_refresh(console);
	console->dirty = true;
}

void drafts_ask(struct console *console)
{
	console->drafts.behind = true;
	console->drafts.ask_ms = 0;
	drafts_changed(console);
}

void drafts_turn(struct console *console)
{
	struct drafts *drafts = &console->drafts;
	const bool live = link_state(console->link) == LINK_LIVE && console->identity.agent_id;
	if ((live && !drafts->live) || (console->opened && console->opened != drafts->opened))
		drafts->ask_ms = 0;
	drafts->live = live;
	drafts->opened = console->opened;
	know_files(console);
	if (!live || drafts->asking || clock_ms() < drafts->ask_ms)
		return;
	drafts->asking = true;
	drafts->ask_ms = clock_ms() + ASK_MS;
	link_ask(console->link, ASK_DRAFTS, NULL, heard, console);
}

int64_t drafts_deadline(const struct console *console)
{
	const struct drafts *drafts = &console->drafts;
	return drafts->live && !drafts->asking ? drafts->ask_ms : INT64_MAX;
}

/* ---- from the server to a file ---------------------------------------------------------------------- */

/* "host2, 20:41". */
static void origin_words(struct console *console, const struct kept_draft *kept, char *out, size_t size)
{
	char when[48];
	civil_short_words(kept->at, console_now(console), console_utc_offset(console), when, sizeof when);
	if (!*kept->host)
		snprintf(out, size, _("taken back, %s"), when);
	else
		snprintf(out, size, "%s, %s", kept->host, when);
}

static bool expect_files(const struct draft *draft, const struct kept_draft *kept, struct error *err)
{
	struct beside files;
	beside_read(kept->files, &files);
	const bool noted = draft_files_expect(draft->path, &files, kept->host, err);
	beside_release(&files);
	return noted;
}

/* Text, what its macro does, and what is to lie beside it: all of it, or nothing. */
static bool make_from(const struct draft_request *request, const struct kept_draft *kept, struct draft *draft,
        struct error *err)
{
	struct macro_actions macro;
	macro_actions_read(kept->macro, &macro);
	bool made = draft_make(request, kept->body, &macro, err) &&
	            draft_load(draft, request->place, request->ticket_id, request->internal, err);
	if (made && !expect_files(draft, kept, err)) {
		draft_discard(draft);
		made = false;
	}
	macro_actions_release(&macro);
	return made;
}

bool drafts_fetch(struct console *console, int64_t ticket_id, bool internal)
{
	struct drafts *drafts = &console->drafts;
	const struct kept_draft *kept = NULL;
	struct strbuf place = STRBUF_INIT;
	struct error err;
	for (size_t i = 0; i < drafts->count && !kept; i++)
		if (is_of(&drafts->list[i], ticket_id, internal))
			kept = &drafts->list[i];
	drafts->files_known = false;
	if (!kept || has_file(console, ticket_id, internal))
		return true;
	draft_place(console, &place);
	const struct draft_request request = {.place = place.data,
	        .ticket_id = ticket_id,
	        .internal = internal,
	        .version = kept->version,
	        .messages = kept->messages,
	        .signature = "",
	        .below = "",
	        .now = kept->at};
	struct draft draft;
	const bool made = make_from(&request, kept, &draft, &err);
	strbuf_release(&place);
	if (!made) {
		console_say(console, ROLE_ERROR, "%s", err.text);
		return false;
	}
	char origin[160];
	char *from = alloc_copy(kept->place);
	origin_words(console, kept, origin, sizeof origin);
	store_taking(console, &draft, strcmp(from, drafts->place) == 0 ? "" : from);
	console_say(console, ROLE_HINT, _("%lld: this is your draft from elsewhere (%s)"),
	        (long long)ticket_id, origin);
	free(from);
	draft_keep(&draft);
	return true;
}

/* ---- two texts of one draft ------------------------------------------------------------------------- */

const struct kept_draft *drafts_other(struct console *console, const struct draft *draft)
{
	struct drafts *drafts = &console->drafts;
	char *body = draft->ticket_id > 0 ? clean_body(draft) : NULL;
	const struct kept_draft *other = NULL;
	for (size_t i = 0; body && i < drafts->count && !other; i++) {
		const struct kept_draft *kept = &drafts->list[i];
		if (is_of(kept, draft->ticket_id, draft->internal) &&
		        strcmp(kept->place, drafts->place) != 0 && strcmp(kept->body, body) != 0)
			other = kept;
	}
	free(body);
	return other;
}

const char *drafts_other_words(struct console *console, const struct kept_draft *other)
{
	char origin[160];
	struct strbuf *out = &console->drafts.words;
	origin_words(console, other, origin, sizeof origin);
	strbuf_clear(out);
	strbuf_addf(out, _("Another draft of yours is kept (%s).  x exchange"), origin);
	return out->data;
}

void drafts_keep_aside(struct console *console, const struct draft *draft, const char *body)
{
	struct strbuf clean = STRBUF_INIT;
	char id[37], place[64], *now = clean_body(draft);
	text_sanitise(&clean, body, strlen(body), TEXT_KEEP_LINES);
	if (draft->ticket_id > 0 && clean.length && strcmp(clean.data, now) != 0) {
		action_make_id(id);
		snprintf(place, sizeof place, "aside %s", id);
		put(console, draft, place, clean.data, "[]", "", stored, console);
		put_into_list(console, draft, place, clean.data, macro_of(draft), alloc_copy("[]"));
	}
	strbuf_release(&clean);
	free(now);
}

struct exchange {
	struct console *console;
	struct draft draft; /* which one; its path and body are not used */
	char *mine, *place;
	struct kept_draft theirs;
	char aside[64];
};

/* Its text instead of ours, with what its macro does; its files are added to ours. */
static bool take_other(struct draft *draft, const struct kept_draft *other, struct error *err)
{
	struct macro_actions macro;
	if (!draft_restore(draft, other->body, err))
		return false;
	draft_drop_macro(draft);
	macro_actions_read(other->macro, &macro);
	const bool taken =
	        (!macro.name || draft_add_macro(draft, &macro, err)) && expect_files(draft, other, err);
	macro_actions_release(&macro);
	return taken;
}

/* The draft stands in the preview as it did when x was pressed. */
static bool is_as_it_was(const struct console *console, const struct exchange *exchange)
{
	const struct draft *draft = &console->draft;
	if (!draft->ticket_id || draft->ticket_id != exchange->draft.ticket_id || console->editor ||
	        draft->internal != exchange->draft.internal || console_place(console) != PLACE_PREVIEW)
		return false;
	char *body = clean_body(draft);
	const bool same = strcmp(body, exchange->mine) == 0 && draft_is_as_shown(draft);
	free(body);
	return same;
}

/* What stood here is safe: now the other text takes its place. But the agent may have gone on with it meanwhile: then it stays, and
 * needs no copy. */
static void exchanged(void *context, const struct answer *answer, const struct error *err)
{
	struct exchange *exchange = context;
	struct console *console = exchange->console;
	struct draft *draft = &console->draft;
	struct error failure;
	if (err) {
		console_say(console, ROLE_ERROR, "%s", err->text);
	} else if (!is_as_it_was(console, exchange)) {
		drop_at(console, exchange->draft.ticket_id, exchange->draft.internal, exchange->aside);
	} else {
		put_into_list(
		        console, draft, exchange->aside, exchange->mine, macro_of(draft), alloc_copy("[]"));
		if (take_other(draft, &exchange->theirs, &failure)) {
			draft_seen(draft, exchange->draft.version, exchange->draft.messages,
			        exchange->draft.seen_at);
			console->preview_version = draft->version;
			draft_shown(draft);
			store_taking(console, draft, exchange->place);
			fetch_begin(console);
			reply_preview_refresh(console);
		} else {
			console_say(console, ROLE_ERROR, "%s", failure.text);
		}
	}
	console->dirty = true;
	free(exchange->mine);
	release_kept(&exchange->theirs);
	free(exchange->place);
	free(exchange);
}

void command_EXCHANGE(struct console *console, const char *argument)
{
	struct draft *draft = &console->draft;
	reply_follow_disk(console);
	const struct kept_draft *other = drafts_other(console, draft);
	if (!other) {
		console_say(console, ROLE_HINT, _("there is no other draft of this ticket"));
		return;
	}
	struct exchange *exchange = alloc_bytes(sizeof *exchange);
	char id[37];
	action_make_id(id);
	*exchange = (struct exchange){.console = console,
	        .draft = {.ticket_id = draft->ticket_id,
	                .internal = draft->internal,
	                .version = other->version,
	                .messages = other->messages,
	                .seen_at = other->at},
	        .mine = clean_body(draft),
	        .theirs = {.body = alloc_copy(other->body),
	                .host = alloc_copy(other->host),
	                .macro = alloc_copy(other->macro),
	                .files = alloc_copy(other->files)},
	        .place = alloc_copy(other->place)};
	snprintf(exchange->aside, sizeof exchange->aside, "aside %s", id);
	put(console, draft, exchange->aside, exchange->mine, "[]", "", exchanged, exchange);
}

/* ---- what is shown ---------------------------------------------------------------------------------- */

int64_t drafts_merged_into(const struct console *console, int64_t ticket_id)
{
	const struct drafts *drafts = &console->drafts;
	for (size_t i = 0; i < drafts->count; i++)
		if (drafts->list[i].ticket_id == ticket_id && drafts->list[i].merged_into)
			return drafts->list[i].merged_into;
	return 0;
}

bool drafts_exist(struct console *console, int64_t ticket_id, bool internal)
{
	const struct drafts *drafts = &console->drafts;
	bool exists = has_file(console, ticket_id, internal);
	for (size_t i = 0; i < drafts->count && !exists; i++)
		exists = is_of(&drafts->list[i], ticket_id, internal);
	return exists;
}

bool drafts_has(const void *context, int64_t ticket_id)
{
	const struct drafts *drafts = &((const struct console *)context)->drafts;
	for (size_t i = 0; i < drafts->file_count; i++)
		if (drafts->files[i].ticket_id == ticket_id)
			return true;
	for (size_t i = 0; i < drafts->count; i++)
		if (drafts->list[i].ticket_id == ticket_id)
			return true;
	return false;
}

const char *drafts_words(struct console *console, int64_t ticket_id)
{
	const struct drafts *drafts = &console->drafts;
	struct strbuf *out = &console->drafts.words;
	strbuf_clear(out);
	know_files(console);
	if (has_file(console, ticket_id, false))
		return _("reply draft");
	if (has_file(console, ticket_id, true))
		return _("note draft");
	for (size_t i = 0; i < drafts->count; i++) {
		const struct kept_draft *kept = &drafts->list[i];
		if (kept->ticket_id != ticket_id)
			continue;
		if (!*kept->host)
			return kept->internal ? _("note draft") : _("reply draft");
		strbuf_addf(out, kept->internal ? _("note draft on %s") : _("reply draft on %s"), kept->host);
		break;
	}
	return out->data;
}

/* ---- :drafts ---------------------------------------------------------------------------------------- */

/* An item stands for a ticket's reply or note, in as many texts as there are. */
static int64_t item_id(int64_t ticket_id, bool internal)
{
	return ticket_id * 2 + internal;
}

static void add_text(struct pager *page, const char *origin, const char *body)
{
	struct strbuf clean = STRBUF_INIT;
	pager_add(page, ROLE_HINT, 0, NULL, origin);
	text_sanitise(&clean, body, strlen(body), TEXT_KEEP_LINES);
	for (const char *line = clean.data; *line;) {
		const size_t length = strcspn(line, "\n");
		char *text = alloc_copy_n(line, length);
		pager_add(page, ROLE_TEXT, 2, NULL, text);
		free(text);
		line += length + (line[length] == '\n');
	}
	strbuf_release(&clean);
}

static void preview_drafts(struct console *console, int64_t id, struct pager *page)
{
	struct drafts *drafts = &console->drafts;
	struct strbuf place = STRBUF_INIT;
	struct draft draft;
	draft_place(console, &place);
	if (drafts_merged_into(console, id / 2)) {
		char line[200];
		snprintf(line, sizeof line, _("merged into %lld: Enter, r, and M takes the draft there"),
		        (long long)drafts_merged_into(console, id / 2));
		pager_add(page, ROLE_QUESTION, 0, NULL, line);
	}
	if (draft_load(&draft, place.data, id / 2, id % 2, NULL))
		add_text(page, _("on this machine"), draft.body.data);
	draft_keep(&draft);
	strbuf_release(&place);
	for (size_t i = 0; i < drafts->count; i++) {
		const struct kept_draft *kept = &drafts->list[i];
		char origin[160];
		if (item_id(kept->ticket_id, kept->internal) != id ||
		        (strcmp(kept->place, drafts->place) == 0 &&
		                has_file(console, kept->ticket_id, kept->internal)))
			continue;
		origin_words(console, kept, origin, sizeof origin);
		add_text(page, origin, kept->body);
	}
}

static void drafts_picked(struct console *console, int64_t id)
{
	char ticket[24];
	snprintf(ticket, sizeof ticket, "%lld", (long long)(id / 2));
	dispatch_command(console, COMMAND_OPEN, ticket);
}

struct items {
	struct picker_item *items;
	char (*texts)[48];
	size_t count;
};

static void add_item(
        struct items *items, int64_t ticket_id, bool internal, const char *subject, const char *tail)
{
	for (size_t i = 0; i < items->count; i++)
		if (items->items[i].id == item_id(ticket_id, internal))
			return;
	char *text = items->texts[items->count];
	snprintf(text, sizeof items->texts[0], internal ? _("%lld note") : _("%lld reply"),
	        (long long)ticket_id);
	items->items[items->count++] = (struct picker_item){
	        .id = item_id(ticket_id, internal), .text = text, .note = subject, .tail = tail};
}

void command_DRAFTS(struct console *console, const char *argument)
{
	struct drafts *drafts = &console->drafts;
	drafts->files_known = false;
	know_files(console);
	const size_t most = drafts->count + drafts->file_count + 1;
	struct items items = {.items = alloc_array(most, sizeof *items.items),
	        .texts = alloc_array(most, sizeof *items.texts)};
	for (size_t i = 0; i < drafts->file_count; i++) {
		const struct draft_file *file = &drafts->files[i];
		const struct ticket_row *row = queue_find(console->queue, file->ticket_id);
		const struct kept_draft *kept = find(drafts, file->ticket_id, file->internal, drafts->place);
		if (file->ticket_id > 0)
			add_item(&items, file->ticket_id, file->internal,
			        row    ? row->subject
			        : kept ? kept->subject
			               : "",
			        _("on this machine"));
	}
	for (size_t i = 0; i < drafts->count; i++)
		add_item(&items, drafts->list[i].ticket_id, drafts->list[i].internal, drafts->list[i].subject,
		        drafts->list[i].host);
	if (items.count)
		pick_open(console, _("drafts"), items.items, items.count, preview_drafts, drafts_picked);
	else
		console_say(console, ROLE_HINT, _("there are no drafts"));
	free(items.items);
	free(items.texts);
}
