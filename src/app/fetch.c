/* Fetching the missing files of a draft. The server is asked for slices, so that nothing waits for a large file, and the worker
 * writes it. A draft that was sent, thrown away or put down meanwhile has no note of the file any more: then it is let go. */
#include "app/fetch.h"

#include "app/state.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/worker.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SLICE = 256 * 1024 };

struct fetching {
	struct console *console;
	char *path; /* owned: of the note that it is missing */
	char *name; /* owned */
	int64_t id, size;
	struct strbuf bytes;
	bool shown; /* the draft was as it is shown before the file came */
	struct error error;
};

static void ask_slice(struct fetching *one);

static void forget(struct fetching *one)
{
	one->console->fetch.under_way = NULL;
	strbuf_release(&one->bytes);
	free(one->path);
	free(one->name);
	free(one);
}

static void forget_failures(struct fetch *fetch)
{
	for (size_t i = 0; i < fetch->failed_count; i++)
		free(fetch->failed[i]);
	free(fetch->failed);
	fetch->failed = NULL;
	fetch->failed_count = 0;
}

bool fetch_has_failed(const struct console *console, const struct attached_copy *file)
{
	const struct fetch *fetch = &console->fetch;
	for (size_t i = 0; i < fetch->failed_count; i++)
		if (strcmp(fetch->failed[i], file->path) == 0)
			return true;
	return false;
}

/* Not again before the draft is taken up again. Without a server nothing is known: it is asked again when it is back. */
static void failed(struct fetching *one)
{
	struct console *console = one->console;
	struct fetch *fetch = &console->fetch;
	const bool away = one->error.kind == ERROR_UNAVAILABLE;
	if (!away) {
		fetch->failed = alloc_grow(fetch->failed, fetch->failed_count + 1, sizeof *fetch->failed);
		fetch->failed[fetch->failed_count++] = alloc_copy(one->path);
		console_say(console, ROLE_ERROR, _("%s cannot be fetched and does not go along: %s"),
		        one->name, one->error.text);
	}
	forget(one);
	console->dirty = true;
	if (away)
		return;
	reply_preview_refresh(console);
	fetch_go_on(console);
}

/* ---- it has come --------------------------------------------------------------------------------------- */

static void keep_job(void *context)
{
	struct fetching *one = context;
	draft_files_came(one->path, one->bytes.data, one->bytes.length, &one->error);
}

/* Whether the note of a missing file lies beside this draft. */
static bool is_of(const struct draft *draft, const char *note)
{
	static const char folder[] = ".files/";
	const size_t stem = draft->path ? strlen(draft->path) - strlen(".txt") : 0;
	return stem && strncmp(draft->path, note, stem) == 0 &&
	       strncmp(note + stem, folder, sizeof folder - 1) == 0;
}

static void kept(void *context)
{
	struct fetching *one = context;
	struct console *console = one->console;
	if (one->error.kind != ERROR_NONE) {
		failed(one);
		return;
	}
	if (one->shown && is_of(&console->draft, one->path))
		draft_files_shown(&console->draft);
	forget(one);
	reply_preview_refresh(console);
	console->dirty = true;
	fetch_go_on(console);
}

static void slice_came(void *context, const struct answer *answer, const struct error *err)
{
	struct fetching *one = context;
	struct console *console = one->console;
	size_t length = 0;
	unsigned char *bytes = err ? NULL : answer_bytes(answer, 0, 0, &length);
	if (console->left) {
		free(bytes);
		forget(one);
		return;
	}
	strbuf_add(&one->bytes, (const char *)bytes, length);
	free(bytes);
	if (err) {
		one->error = *err;
		failed(one);
	} else if (!length && (int64_t)one->bytes.length < one->size) {
		error_set(&one->error, ERROR_NOT_FOUND, "%s", _("the server does not have it"));
		failed(one);
	} else if ((int64_t)one->bytes.length < one->size) {
		ask_slice(one);
	} else {
		one->shown = is_of(&console->draft, one->path) && draft_is_as_shown(&console->draft);
		worker_run(console->worker, keep_job, kept, one);
	}
}

static void ask_slice(struct fetching *one)
{
	char id[24], offset[24], count[24];
	snprintf(id, sizeof id, "%" PRId64, one->id);
	snprintf(offset, sizeof offset, "%zu", one->bytes.length);
	snprintf(count, sizeof count, "%d", SLICE);
	const char *const values[] = {id, offset, count};
	link_ask(one->console->link, ASK_ATTACHMENT_PART, values, slice_came, one);
}

/* ---- which one ------------------------------------------------------------------------------------------ */

static bool is_coming(const struct console *console, const struct attached_copy *file)
{
	return file->missing && !file->host && !fetch_has_failed(console, file);
}

void fetch_go_on(struct console *console)
{
	struct attached_files files;
	struct fetching *one = NULL;
	if (console->fetch.under_way || !console->draft.path || link_state(console->link) != LINK_LIVE)
		return;
	draft_files_read(&console->draft, &files);
	for (size_t i = 0; i < files.count && !one; i++) {
		const struct attached_copy *file = &files.list[i];
		if (!is_coming(console, file) || !file->attachment)
			continue;
		one = alloc_bytes(sizeof *one);
		*one = (struct fetching){.console = console,
		        .path = alloc_copy(file->path),
		        .name = alloc_copy(file->name),
		        .id = file->attachment,
		        .size = file->size};
		strbuf_init(&one->bytes);
	}
	draft_files_release(&files);
	console->fetch.under_way = one;
	if (one)
		ask_slice(one);
}

void fetch_begin(struct console *console)
{
	forget_failures(&console->fetch);
	fetch_go_on(console);
}

/* ---- before sending -------------------------------------------------------------------------------------- */

static bool still_comes(struct console *console, const struct attached_files *files)
{
	for (size_t i = 0; i < files->count; i++)
		if (is_coming(console, &files->list[i])) {
			console_say(console, ROLE_HINT,
			        _("not sent: %s still comes from the server; :detach %d takes it off"),
			        files->list[i].name, files->list[i].number);
			return true;
		}
	return false;
}

static bool are_missing(struct console *console, const struct attached_files *files)
{
	struct draft *draft = &console->draft;
	int count = 0;
	for (size_t i = 0; i < files->count; i++)
		count += files->list[i].missing;
	if (!count || draft->without == draft->shown)
		return false;
	draft->without = draft->shown;
	console_say(console, ROLE_QUESTION,
	        P_("not sent: %d file is not here; the same key again sends without it",
	                "not sent: %d files are not here; the same key again sends without them", count),
	        count);
	return true;
}

bool fetch_must_be_told(struct console *console)
{
	struct attached_files files;
	draft_files_read(&console->draft, &files);
	const bool told = still_comes(console, &files) || are_missing(console, &files);
	draft_files_release(&files);
	if (told)
		fetch_go_on(console);
	return told;
}

/* The link and the worker have ended: what the worker still holds hangs, and stays. */
void fetch_release(struct console *console)
{
	forget_failures(&console->fetch);
}
