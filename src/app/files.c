/*
 * Fetching a file: open, then slice by slice ask and write, then close. One at a time. Whatever goes wrong, half a file is
 * taken away again.
 *
 * The name that the sender gave it is made safe (core/filename.h), nothing that exists is overwritten or followed (O_EXCL), and
 * the file is for its owner only. Opening and writing happen in the worker: the directory may be on a server that hangs.
 */
#include "app/files.h"

#include "app/pick.h"
#include "app/state.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/worker.h"
#include "core/filename.h"
#include "core/text.h"
#include "mail/charset.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SLICE = 256 * 1024, SHOWN_MOST = 1024 * 1024, NUMBER_MOST = 999, SNIFFED = 8192 };

struct transfer {
	struct console *console;
	int64_t ticket_id;
	int64_t id;
	char *name; /* owned, as the sender gave it; the same of the type */
	char *type;
	int64_t size, wanted, got;
	bool saving;         /* to a file; otherwise to be shown */
	bool working;        /* a job of the worker is under way */
	bool stopped;        /* by the agent, or because something failed */
	struct strbuf bytes; /* to be shown */

	/* the worker's, while a job runs */
	char *directory; /* owned */
	char *path;      /* owned; of the file when it is open */
	int fd;
	unsigned char *slice; /* owned; to be written */
	size_t slice_size;
	struct error error;
};

/* ---- the worker's jobs ------------------------------------------------------------------------------ */

static void open_job(void *context)
{
	struct transfer *transfer = context;
	struct strbuf safe = STRBUF_INIT;
	filename_safe(&safe, transfer->name);
	for (int number = 1; number <= NUMBER_MOST && transfer->fd < 0; number++) {
		struct strbuf path = STRBUF_INIT;
		strbuf_addf(&path, "%s/", transfer->directory);
		filename_numbered(&path, safe.data, number);
		transfer->fd = open(path.data, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		const int failure = errno;
		free(transfer->path);
		transfer->path = strbuf_detach(&path);
		errno = failure;
		if (transfer->fd < 0 && failure != EEXIST)
			break;
	}
	if (transfer->fd < 0)
		error_errno(&transfer->error, ERROR_IO, _("cannot save into %s"), transfer->directory);
	strbuf_release(&safe);
}

static void write_job(void *context)
{
	struct transfer *transfer = context;
	for (size_t at = 0; at < transfer->slice_size;) {
		const ssize_t put = write(transfer->fd, transfer->slice + at, transfer->slice_size - at);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0) {
			error_errno(&transfer->error, ERROR_IO, _("cannot write %s"), transfer->path);
			break;
		}
		at += (size_t)put;
	}
	free(transfer->slice);
	transfer->slice = NULL;
}

static void close_job(void *context)
{
	struct transfer *transfer = context;
	if (transfer->fd < 0)
		return;
	const bool kept = !transfer->stopped && transfer->got == transfer->size;
	if (close(transfer->fd) != 0 && kept)
		error_errno(&transfer->error, ERROR_IO, _("cannot write %s"), transfer->path);
	if (!kept || transfer->error.kind != ERROR_NONE)
		unlink(transfer->path);
	transfer->fd = -1;
}

/* ---- one after the other ------------------------------------------------------------------------------- */

static void go_on(struct transfer *transfer);
static void show_file(struct transfer *transfer);

static void forget(struct transfer *transfer)
{
	if (transfer->console->files.transfer == transfer)
		transfer->console->files.transfer = NULL;
	free(transfer->name);
	free(transfer->type);
	free(transfer->directory);
	free(transfer->path);
	free(transfer->slice);
	strbuf_release(&transfer->bytes);
	free(transfer);
}

static void job_done(void *context)
{
	struct transfer *transfer = context;
	transfer->working = false;
	go_on(transfer);
}

static void closed(void *context)
{
	struct transfer *transfer = context;
	struct console *console = transfer->console;
	console->dirty = true;
	if (transfer->error.kind != ERROR_NONE)
		console_say(console, ROLE_ERROR, "%s", transfer->error.text);
	else if (transfer->stopped)
		console_say(console, ROLE_HINT, _("%s was not saved: you stopped it"), transfer->name);
	else
		console_say(console, ROLE_SUCCESS, _("saved as %s"), transfer->path);
	forget(transfer);
}

static void end(struct transfer *transfer)
{
	struct console *console = transfer->console;
	console->dirty = true;
	if (transfer->saving) {
		transfer->working = true;
		worker_run(console->worker, close_job, closed, transfer);
		return;
	}
	if (transfer->error.kind != ERROR_NONE)
		console_say(console, ROLE_ERROR, "%s", transfer->error.text);
	else if (!transfer->stopped)
		show_file(transfer);
	forget(transfer);
}

static void take_slice(struct transfer *transfer, unsigned char *bytes, size_t length)
{
	transfer->got += (int64_t)length;
	if (!transfer->saving) {
		strbuf_add(&transfer->bytes, bytes, length);
		free(bytes);
		go_on(transfer);
		return;
	}
	transfer->slice = bytes;
	transfer->slice_size = length;
	transfer->working = true;
	worker_run(transfer->console->worker, write_job, job_done, transfer);
}

static void slice_came(void *context, const struct answer *answer, const struct error *err)
{
	struct transfer *transfer = context;
	transfer->console->dirty = true;
	size_t length = 0;
	unsigned char *bytes = err ? NULL : answer_bytes(answer, 0, 0, &length);
	if (err)
		transfer->error = *err;
	else if (!length && transfer->got < transfer->wanted)
		error_set(&transfer->error, ERROR_NOT_FOUND, _("%s was not kept on the server"),
		        transfer->name);
	if (transfer->error.kind != ERROR_NONE || transfer->stopped) {
		free(bytes);
		go_on(transfer);
	} else {
		take_slice(transfer, bytes, length);
	}
}

static void ask_slice(struct transfer *transfer)
{
	char id[24], offset[24], count[24];
	const int64_t left = transfer->wanted - transfer->got;
	snprintf(id, sizeof id, "%" PRId64, transfer->id);
	snprintf(offset, sizeof offset, "%" PRId64, transfer->got);
	snprintf(count, sizeof count, "%" PRId64, left < SLICE ? left : SLICE);
	const char *const values[] = {id, offset, count};
	link_ask(transfer->console->link, ASK_ATTACHMENT_PART, values, slice_came, transfer);
}

static void go_on(struct transfer *transfer)
{
	transfer->console->dirty = true;
	if (transfer->stopped || transfer->error.kind != ERROR_NONE || transfer->got >= transfer->wanted)
		end(transfer);
	else
		ask_slice(transfer);
}

/* ---- where to ---------------------------------------------------------------------------------------------- */

void files_expand(struct strbuf *out, const char *path)
{
	const char *home = getenv("HOME");
	if (path[0] == '~' && (path[1] == '/' || !path[1]) && home) {
		strbuf_adds(out, home);
		path++;
	}
	strbuf_adds(out, path);
}

static char *download_directory(const struct console *console)
{
	const char *const places[] = {
	        console->settings.download_directory, getenv("XDG_DOWNLOAD_DIR"), getenv("HOME"), "."};
	size_t i = 0;
	while (!places[i] || !*places[i])
		i++;
	struct strbuf path = STRBUF_INIT;
	files_expand(&path, places[i]);
	return strbuf_detach(&path);
}

/* ---- starting -------------------------------------------------------------------------------------------------- */

static const struct attachment *find(struct console *console, int64_t ticket_id, int64_t id)
{
	const struct conversation *conversation = conversation_of(console, ticket_id, NULL);
	for (size_t i = 0; conversation && i < conversation->count; i++)
		for (size_t k = 0; k < conversation->entries[i].attachment_count; k++)
			if (conversation->entries[i].attachments[k].id == id)
				return &conversation->entries[i].attachments[k];
	return NULL;
}

/* NULL, and said, when it cannot be had. */
static struct transfer *begin(struct console *console, int64_t ticket_id, int64_t id)
{
	const struct attachment *file = find(console, ticket_id, id);
	if (console->files.transfer) {
		console_say(console, ROLE_HINT, _("one file at a time: %s is still coming; Esc stops it"),
		        console->files.transfer->name);
		return NULL;
	}
	if (!file) {
		console_say(console, ROLE_ERROR, _("there is no file %lld in what is loaded of this ticket"),
		        (long long)id);
		return NULL;
	}
	if (!file->stored) {
		console_say(console, ROLE_ERROR,
		        _("%s was not kept: it was over the limit when it came; the sender has it"),
		        file->name);
		return NULL;
	}
	struct transfer *transfer = alloc_bytes(sizeof *transfer);
	*transfer = (struct transfer){.console = console,
	        .ticket_id = ticket_id,
	        .id = id,
	        .name = alloc_copy(file->name),
	        .type = alloc_copy(file->type),
	        .size = file->size,
	        .wanted = file->size,
	        .bytes = STRBUF_INIT,
	        .fd = -1};
	console->files.transfer = transfer;
	console->dirty = true;
	return transfer;
}

static void save(struct console *console, int64_t ticket_id, int64_t id)
{
	struct transfer *transfer = begin(console, ticket_id, id);
	if (!transfer)
		return;
	transfer->saving = transfer->working = true;
	transfer->directory = download_directory(console);
	worker_run(console->worker, open_job, job_done, transfer);
}

static void view(struct console *console, int64_t id)
{
	struct transfer *transfer = begin(console, console->target, id);
	if (!transfer)
		return;
	transfer->wanted = transfer->size < SHOWN_MOST ? transfer->size : SHOWN_MOST;
	go_on(transfer);
}

/* ---- showing ------------------------------------------------------------------------------------------------------ */

static bool is_utf16(const struct strbuf *bytes)
{
	return bytes->length > 1 &&
	       (memcmp(bytes->data, "\xff\xfe", 2) == 0 || memcmp(bytes->data, "\xfe\xff", 2) == 0);
}

/* By what is in it: what a sender calls a file means little. */
static bool is_text(const struct strbuf *bytes)
{
	size_t odd = 0;
	const size_t length = bytes->length < SNIFFED ? bytes->length : SNIFFED;
	for (size_t i = 0; i < length; i++) {
		const unsigned char c = (unsigned char)bytes->data[i];
		if (!c)
			return is_utf16(bytes);
		odd += c < ' ' && !strchr("\t\n\r\f\x1b", c);
	}
	return odd * 50 <= length;
}

static void add_text(struct pager *page, const struct strbuf *bytes)
{
	struct strbuf text = STRBUF_INIT, clean = STRBUF_INIT;
	charset_to_utf8(&text, (struct slice){bytes->data, bytes->length}, is_utf16(bytes) ? "utf-16" : NULL);
	text_sanitise(&clean, text.data, text.length, TEXT_KEEP_LINES);
	for (char *line = clean.data; *line;) {
		char *end = strchr(line, '\n');
		if (end)
			*end = '\0';
		pager_add(page, ROLE_TEXT, 0, NULL, line);
		line = end ? end + 1 : line + strlen(line);
	}
	strbuf_release(&text);
	strbuf_release(&clean);
}

/* The page opens unless the agent has gone elsewhere meanwhile. */
static void show_file(struct transfer *transfer)
{
	struct console *console = transfer->console;
	if (!(place_scope(console_place(console)) & (SCOPE_ANY | SCOPE_PAGE)) ||
	        console_ticket(console) != transfer->ticket_id)
		return;
	char line[300], number[24];
	snprintf(line, sizeof line, "%s  %s", transfer->name, transfer->type);
	const char *end = memrchr(transfer->bytes.data, '\n', transfer->bytes.length);
	if (transfer->got < transfer->size && end && !is_utf16(&transfer->bytes)) /* no half characters */
		strbuf_truncate(&transfer->bytes, (size_t)(end - transfer->bytes.data) + 1);
	page_begin(console, line);
	struct pager *page = &console->page;
	snprintf(number, sizeof number, "%lld", (long long)transfer->size);
	if (!is_text(&transfer->bytes)) {
		snprintf(line, sizeof line,
		        _("This is no text: %s bytes, which another program can open. s saves it."), number);
		pager_add(page, ROLE_HINT, 0, NULL, line);
	} else if (!transfer->bytes.length) {
		pager_add(page, ROLE_HINT, 0, NULL, _("The file is empty."));
	} else {
		if (transfer->got < transfer->size) {
			snprintf(line, sizeof line,
			        _("Here is the first megabyte of %s bytes; s saves all of it."), number);
			pager_add(page, ROLE_HINT, 0, NULL, line);
		}
		add_text(page, &transfer->bytes);
	}
	console->files.shown = transfer->id;
	console->files.shown_ticket = transfer->ticket_id;
	page_show(console, PLACE_FILE);
}

/* ---- commands -------------------------------------------------------------------------------------------------------- */

static void add_items(
        const struct conversation *conversation, struct picker_item *items, char (*tails)[48], size_t *count)
{
	for (size_t i = conversation->count; i-- > 0;) {
		const struct entry *entry = &conversation->entries[i];
		for (size_t k = 0; k < entry->attachment_count; k++) {
			const struct attachment *file = &entry->attachments[k];
			ticket_size_text(file->size, tails[*count], sizeof tails[0]);
			items[*count] = (struct picker_item){.id = file->id,
			        .text = file->name,
			        .note = file->type,
			        .tail = file->stored ? tails[*count] : _("not kept")};
			(*count)++;
		}
	}
}

static size_t count_files(const struct conversation *conversation)
{
	size_t count = 0;
	for (size_t i = 0; i < conversation->count; i++)
		count += conversation->entries[i].attachment_count;
	return count;
}

bool files_here(const struct console *console)
{
	const int64_t id = console_ticket(console);
	for (size_t i = 0; id && i < CONVERSATIONS_KEPT; i++)
		if (console->kept[i].conversation.ticket_id == id)
			return count_files(&console->kept[i].conversation);
	return false;
}

/* The number that a command was given, or 0 and said. */
static int64_t number_of(struct console *console, const char *argument)
{
	char *end;
	const long long id = strtoll(argument, &end, 10);
	if (id > 0 && !*end)
		return id;
	console_say(console, ROLE_ERROR, _("a file is called by the number before its name, not \"%s\""),
	        argument);
	return 0;
}

void command_ATTACHMENTS(struct console *console, const char *argument)
{
	const struct conversation *conversation = conversation_of(console, console->target, NULL);
	const size_t all = conversation ? count_files(conversation) : 0;
	if (*argument) {
		const int64_t id = number_of(console, argument);
		if (id)
			view(console, id);
		return;
	}
	if (!all) {
		console_say(console, ROLE_HINT, _("this ticket has no files"));
		return;
	}
	struct picker_item *items = alloc_array(all, sizeof *items);
	char(*tails)[48] = alloc_array(all, sizeof *tails);
	size_t count = 0;
	add_items(conversation, items, tails, &count);
	if (count == 1)
		view(console, items[0].id);
	else
		pick_open(console, _("files of this ticket, newest first"), items, count, NULL, view);
	free(items);
	free(tails);
}

void command_SAVE_SHOWN(struct console *console, const char *argument)
{
	save(console, console->files.shown_ticket, console->files.shown);
}

void command_SAVE(struct console *console, const char *argument)
{
	const int64_t id = number_of(console, argument);
	if (id)
		save(console, console->target, id);
}

bool files_stop(struct console *console)
{
	struct transfer *transfer = console->files.transfer;
	if (!transfer || transfer->stopped)
		return false;
	transfer->stopped = true; /* what is under way ends by itself, and then it ends */
	console->dirty = true;
	return true;
}

bool files_line(const struct console *console, char *out, size_t size)
{
	const struct transfer *transfer = console->files.transfer;
	if (!transfer || (!transfer->saving && transfer->wanted <= SLICE))
		return false;
	char got[32], all[32];
	ticket_size_text(transfer->got, got, sizeof got);
	ticket_size_text(transfer->size, all, sizeof all);
	snprintf(out, size, _("%s: %s of %s; Esc stops"), transfer->name, got, all);
	return true;
}

/* At the end: the link and the worker are closed, so nothing of it is under way any more but a job that hangs, and that
 * one keeps what it works with. */
void files_release(struct console *console)
{
	struct transfer *transfer = console->files.transfer;
	if (!transfer || transfer->working)
		return;
	transfer->stopped = true;
	if (transfer->fd >= 0)
		close_job(transfer);
	forget(transfer);
}
