/*
 * Attaching: a path is typed, the worker copies the file beside the draft, the preview lists it. Names for completion are read
 * by the worker, too, while the path is being typed: the directory may be on a server that hangs.
 */
#include "app/attach.h"

#include "app/state.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/worker.h"
#include "core/filename.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LIMIT_UNKNOWN = 25 * 1024 * 1024, FILES_MOST = 20, NAMES_MOST = 2000, CHUNK = 65536 };

/* ---- copying, in the worker ---------------------------------------------------------------------------- */

struct attaching {
	struct console *console;
	char *from;       /* owned, like the two below */
	char *draft_path; /* whose it will be */
	char *directory;
	bool shown;   /* the draft was as it is shown when this began */
	int64_t room; /* bytes that it may have */
	int64_t size;
	char name[300];
	struct error error;
};

static bool copy_bytes(struct attaching *attaching, int from, int to)
{
	char chunk[CHUNK];
	ssize_t got;
	while ((got = read(from, chunk, sizeof chunk)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_errno(&attaching->error, ERROR_IO, _("cannot read %s"), attaching->from);
		attaching->size += got;
		if (attaching->size > attaching->room)
			return error_set(&attaching->error, ERROR_REFUSED,
			        _("%s is too large: %lld kB are left of what a message may carry"),
			        attaching->from, (long long)(attaching->room / 1000));
		for (ssize_t at = 0; at < got;) {
			const ssize_t put = write(to, chunk + at, (size_t)(got - at));
			if (put < 0 && errno != EINTR)
				return error_errno(
				        &attaching->error, ERROR_IO, _("cannot keep %s"), attaching->from);
			at += put > 0 ? put : 0;
		}
	}
	return true;
}

/* O_NONBLOCK: a named pipe must not hang us before it is found to be none. */
static int open_source(struct attaching *attaching)
{
	struct stat st;
	const int fd = open(attaching->from, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0) {
		error_errno(&attaching->error, ERROR_NO_INPUT, _("cannot read %s"), attaching->from);
	} else if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		error_set(&attaching->error, ERROR_NO_INPUT, _("%s is no file"), attaching->from);
		close(fd);
		return -1;
	}
	return fd;
}

/* Only now: another console may have attached something to the same draft meanwhile. */
static bool give_number(struct attaching *attaching, const char *new_path)
{
	char *path = alloc_format(
	        "%s/%02d %s", attaching->directory, draft_files_next(attaching->directory), attaching->name);
	const bool good = rename(new_path, path) == 0 ||
	                  error_errno(&attaching->error, ERROR_IO, _("cannot keep %s"), attaching->from);
	free(path);
	return good;
}

/* Under a name that counts as no file of the draft until it is whole. */
static void copy_job(void *context)
{
	struct attaching *attaching = context;
	struct strbuf name = STRBUF_INIT;
	filename_safe(&name, attaching->from);
	snprintf(attaching->name, sizeof attaching->name, "%s", name.data);
	strbuf_release(&name);
	char *new_path = alloc_format("%s/new-%lld", attaching->directory, (long long)getpid());
	const int from = open_source(attaching);
	if (from >= 0) {
		mkdir(attaching->directory, 0700);
		unlink(new_path);
		const int to = open(new_path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		bool good = to >= 0 ||
		            error_errno(&attaching->error, ERROR_IO, _("cannot keep %s"), attaching->from);
		good = good && copy_bytes(attaching, from, to);
		if (to >= 0 && close(to) != 0 && good)
			good = error_errno(&attaching->error, ERROR_IO, _("cannot keep %s"), attaching->from);
		good = good && give_number(attaching, new_path);
		if (!good)
			unlink(new_path);
		close(from);
	}
	free(new_path);
}

static void forget(struct attaching *attaching)
{
	free(attaching->from);
	free(attaching->draft_path);
	free(attaching->directory);
	free(attaching);
}

static void copied(void *context)
{
	struct attaching *attaching = context;
	struct console *console = attaching->console;
	char size[32];
	console->attach.under_way = NULL;
	console->dirty = true;
	ticket_size_text(attaching->size, size, sizeof size);
	if (attaching->error.kind != ERROR_NONE)
		console_say(console, ROLE_ERROR, "%s", attaching->error.text);
	else
		console_say(console, ROLE_SUCCESS, _("attached: %s, %s"), attaching->name, size);
	if (!console->draft.path || strcmp(console->draft.path, attaching->draft_path) != 0) {
		if (access(attaching->draft_path, F_OK) != 0)
			draft_files_drop(attaching->draft_path); /* it was thrown away meanwhile */
	} else {
		if (attaching->shown)
			draft_files_shown(&console->draft);
		drafts_store(console, &console->draft);
	}
	reply_preview_refresh(console);
	forget(attaching);
}

/* ---- names for completion, from the worker --------------------------------------------------------------- */

struct path_listing {
	struct console *console;
	char *typed;     /* owned: the text up to the last slash, as it was typed */
	char *directory; /* owned: what it means */
	char **names;    /* owned, with a slash behind directories */
	size_t count;
	bool ready;
	struct completions found;
};

static void list_job(void *context)
{
	struct path_listing *listing = context;
	DIR *opened = opendir(*listing->directory ? listing->directory : ".");
	for (struct dirent *entry;
	        opened && listing->count < NAMES_MOST && (entry = readdir(opened)) != NULL;) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		listing->names = alloc_grow(listing->names, listing->count + 1, sizeof *listing->names);
		listing->names[listing->count++] =
		        alloc_format("%s%s", entry->d_name, entry->d_type == DT_DIR ? "/" : "");
	}
	if (opened)
		closedir(opened);
}

static void free_listing(struct path_listing *listing)
{
	if (!listing)
		return;
	for (size_t i = 0; i < listing->count; i++)
		free(listing->names[i]);
	free(listing->names);
	free(listing->typed);
	free(listing->directory);
	completions_clear(&listing->found);
	free(listing);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void listed(void *context)
{
	struct path_listing *listing = context;
	struct attach *attach = &listing->console->attach;
	listing->ready = true;
	if (listing->count)
		qsort(listing->names, listing->count, sizeof *listing->names, by_name);
	if (attach->listing != listing)
		free_listing(listing); /* another directory is being typed since */
}

static size_t typed_directory(const char *text)
{
	const char *slash = strrchr(text, '/');
	return slash ? (size_t)(slash - text) + 1 : 0;
}

/* Has the directory of the path so far listed, unless it is. */
static void path_typed(struct console *console, const char *text)
{
	struct attach *attach = &console->attach;
	const size_t length = typed_directory(text);
	if (attach->listing && strlen(attach->listing->typed) == length &&
	        strncmp(attach->listing->typed, text, length) == 0)
		return;
	if (attach->listing && attach->listing->ready)
		free_listing(attach->listing);
	struct path_listing *listing = alloc_bytes(sizeof *listing);
	struct strbuf directory = STRBUF_INIT;
	listing->console = console;
	listing->typed = alloc_copy_n(text, length);
	files_expand(&directory, listing->typed);
	listing->directory = strbuf_detach(&directory);
	attach->listing = listing;
	worker_run(console->worker, list_job, listed, listing);
}

size_t complete_path(void *context, const char *text, struct candidate *out, size_t room)
{
	struct console *console = context;
	path_typed(console, text);
	struct path_listing *listing = console->attach.listing;
	const size_t lead = typed_directory(text);
	size_t count = 0;
	if (!listing->ready)
		return 0;
	completions_clear(&listing->found);
	for (size_t i = 0; i < listing->count && count < room; i++) {
		const char *name = listing->names[i];
		if (strncmp(name, text + lead, strlen(text + lead)) != 0 || (*name == '.' && !text[lead]))
			continue;
		out[count++] = (struct candidate){
		        .text = completions_add(&listing->found, "%.*s%s", (int)lead, text, name),
		        .help = "",
		        .shown = name};
	}
	return count;
}

/* ---- commands --------------------------------------------------------------------------------------------- */

static int64_t limit_of(const struct console *console)
{
	return console->attach.limit ? console->attach.limit : LIMIT_UNKNOWN;
}

static void limit_came(void *context, const struct answer *answer, const struct error *err)
{
	struct console *console = context;
	if (!err && answer->rows)
		console->attach.limit = answer_int(answer, 0, 0);
}

static void attach_path(struct console *console, const char *path)
{
	struct attached_files files;
	struct strbuf from = STRBUF_INIT;
	if (!*path || attach_is_busy(console))
		return;
	draft_files_read(&console->draft, &files);
	struct attaching *attaching = alloc_bytes(sizeof *attaching);
	attaching->console = console;
	attaching->room = limit_of(console);
	attaching->shown = draft_is_as_shown(&console->draft);
	for (size_t i = 0; i < files.count; i++)
		attaching->room -= files.list[i].size;
	const size_t count = files.count;
	draft_files_release(&files);
	if (count >= FILES_MOST) {
		console_say(console, ROLE_ERROR, _("%d files are the most for one message"), FILES_MOST);
		free(attaching);
		return;
	}
	files_expand(&from, path);
	attaching->from = strbuf_detach(&from);
	attaching->draft_path = alloc_copy(console->draft.path);
	attaching->directory = alloc_format(
	        "%.*s.files", (int)(strlen(console->draft.path) - strlen(".txt")), console->draft.path);
	console->attach.under_way = attaching;
	worker_run(console->worker, copy_job, copied, attaching);
}

/* With many tickets there is one text and no place for files. */
static bool cannot_have_files(struct console *console)
{
	if (!circular_is_open(console))
		return false;
	console_say(console, ROLE_HINT, _("files go with a reply or note to one ticket"));
	return true;
}

void command_ATTACH(struct console *console, const char *argument)
{
	if (cannot_have_files(console))
		return;
	if (!console->attach.limit)
		link_ask(console->link, ASK_ATTACHMENT_LIMIT, NULL, limit_came, console);
	if (*argument) {
		attach_path(console, argument);
		return;
	}
	prompt_ask(console, _("attach file: "), "", complete_path, NULL, attach_path);
	console->prompt_changed = path_typed;
	path_typed(console, "");
}

/* Which one to take off is not clear: those that there are. */
static void say_which(struct console *console, const struct attached_files *files, const char *argument)
{
	struct strbuf numbers = STRBUF_INIT;
	for (size_t i = 0; i < files->count; i++)
		strbuf_addf(&numbers, i ? ", %d" : "%d", files->list[i].number);
	if (!files->count)
		console_say(console, ROLE_ERROR, "%s", _("no file is attached"));
	else if (!*argument)
		console_say(console, ROLE_ERROR, _("say which file, by its number: %s"), numbers.data);
	else
		console_say(console, ROLE_ERROR, _("no file %s is attached; there is %s"), argument,
		        numbers.data);
	strbuf_release(&numbers);
}

/* Without a number it is the only one. */
void command_DETACH(struct console *console, const char *argument)
{
	struct attached_files files;
	char *end;
	const long typed = strtol(argument, &end, 10);
	bool found = false;
	const bool shown = draft_is_as_shown(&console->draft);
	draft_files_read(&console->draft, &files);
	const long number = !*argument && files.count == 1 ? files.list[0].number : typed;
	for (size_t i = 0; i < files.count && !*end; i++)
		if (files.list[i].number == number && unlink(files.list[i].path) == 0) {
			console_say(console, ROLE_HINT, _("%s does not go along"), files.list[i].name);
			found = true;
		}
	if (!found)
		say_which(console, &files, argument);
	draft_files_release(&files);
	if (shown)
		draft_shown(&console->draft);
	drafts_store(console, &console->draft);
	reply_preview_refresh(console);
	console->dirty = true;
}

/* ---- the preview -------------------------------------------------------------------------------------------- */

/* "2 files are on desk only", once for each machine, at the first of its files. */
static void add_only_on(struct console *console, const struct attached_files *files, size_t at)
{
	const char *host = files->list[at].host;
	char line[400];
	int count = 0;
	for (size_t i = 0; i < files->count; i++) {
		const bool there = files->list[i].host && strcmp(files->list[i].host, host) == 0;
		if (there && i < at)
			return;
		count += there;
	}
	snprintf(line, sizeof line,
	        P_("%d file is on %s only: it does not go along from here.",
	                "%d files are on %s only: they do not go along from here.", count),
	        count, host);
	pager_add(&console->preview, ROLE_WARNING, 0, NULL, line);
}

void attach_preview(struct console *console)
{
	struct attached_files files;
	draft_files_read(&console->draft, &files);
	for (size_t i = 0; i < files.count; i++) {
		const struct attached_copy *file = &files.list[i];
		char size[32], line[400];
		ticket_size_text(file->size, size, sizeof size);
		const char *what = !file->missing                    ? attached_type(file->name)
		                   : file->host                      ? _("not here")
		                   : fetch_has_failed(console, file) ? _("cannot be fetched")
		                                                     : _("comes from the server");
		snprintf(line, sizeof line, "%d  %s  %s  %s", file->number, file->name, what, size);
		if (file->host)
			add_only_on(console, &files, i);
		pager_add(&console->preview, file->missing ? ROLE_WARNING : ROLE_TEXT, 0, _("File"), line);
	}
	draft_files_release(&files);
}

bool attach_is_busy(struct console *console)
{
	if (!console->attach.under_way)
		return false;
	console_say(console, ROLE_HINT, _("%s is still being copied"), console->attach.under_way->from);
	return true;
}

/* The worker has ended: what it still holds hangs, and stays. */
void attach_release(struct console *console)
{
	if (console->attach.listing && console->attach.listing->ready)
		free_listing(console->attach.listing);
}
