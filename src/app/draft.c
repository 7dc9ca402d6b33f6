/*
 * The draft's file. Everything is done with the directory's descriptor held, names are made of a number and a word, and
 * what the place is called is reduced to letters, digits and a few signs: nothing from outside becomes a path.
 */
#include "app/draft.h"

#include "base/alloc.h"
#include "core/action.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DRAFT_MOST = 4 * 1024 * 1024 };

const char draft_cut_line[] =
        "------------------------ >8 ------------------------ what is below is not sent";

static const char *kind_word(bool internal)
{
	return internal ? "note" : "reply";
}

/* ---- where ---------------------------------------------------------------------------------------- */

static bool add_state_directory(struct strbuf *path, struct error *err)
{
	const char *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	if (state && state[0] == '/')
		strbuf_adds(path, state);
	else if (home && home[0] == '/')
		strbuf_addf(path, "%s/.local/state", home);
	else
		return error_set(err, ERROR_CONFIG,
		        "no place for drafts: set HOME or XDG_STATE_HOME to an absolute path");
	return true;
}

static void add_safe(struct strbuf *path, const char *place)
{
	for (; *place; place++)
		strbuf_addc(path, isalnum((unsigned char)*place) || strchr("@.-", *place) ? *place : '_');
}

static bool make_directories(const char *path, struct error *err)
{
	char *copy = alloc_copy(path);
	bool made = true;
	for (char *slash = strchr(copy + 1, '/'); made; slash = strchr(slash + 1, '/')) {
		if (slash)
			*slash = '\0';
		if (mkdir(copy, 0700) && errno != EEXIST)
			made = error_errno(err, ERROR_IO, "cannot make the directory for drafts %s", copy);
		if (!slash)
			break;
		*slash = '/';
	}
	free(copy);
	return made;
}

static bool draft_directory(const char *place, struct strbuf *path, struct error *err)
{
	if (!add_state_directory(path, err))
		return false;
	strbuf_adds(path, "/sandglass/drafts/");
	add_safe(path, place);
	return true;
}

/* ---- files ---------------------------------------------------------------------------------------- */

static bool write_all(int fd, const char *bytes, size_t length)
{
	while (length) {
		ssize_t written = write(fd, bytes, length);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return false;
		bytes += written;
		length -= (size_t)written;
	}
	return true;
}

/* Writes a new file; an existing one is an error (EEXIST). It is on the disk when this returns. */
static bool write_new(const char *path, const char *bytes, size_t length, struct error *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return error_errno(err, ERROR_IO, "cannot keep the draft in %s", path);
	bool written = write_all(fd, bytes, length) && fsync(fd) == 0;
	if (!written)
		error_errno(err, ERROR_IO, "cannot keep the draft in %s", path);
	close(fd);
	if (!written)
		unlink(path);
	return written;
}

static bool read_file(const char *path, struct strbuf *out, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return error_errno(err, ERROR_IO, "cannot read the draft %s", path);
	char chunk[8192];
	ssize_t got;
	while ((got = read(fd, chunk, sizeof chunk)) > 0 && out->length < DRAFT_MOST)
		strbuf_add(out, chunk, (size_t)got);
	close(fd);
	if (got < 0)
		return error_errno(err, ERROR_IO, "cannot read the draft %s", path);
	if (got > 0)
		return error_set(err, ERROR_INPUT, "the draft %s is larger than %d MiB; shorten it", path,
		        DRAFT_MOST >> 20);
	return true;
}

static char *sending_path(const struct draft *draft)
{
	size_t length = strlen(draft->path) - strlen(".txt");
	return alloc_format("%.*s.sending", (int)length, draft->path);
}

/* An earlier sending that was never confirmed left its request id: it is used again. */
static void take_request_id(struct draft *draft)
{
	char *path = sending_path(draft);
	struct strbuf id = STRBUF_INIT;
	struct error ignored;
	if (access(path, F_OK) == 0 && read_file(path, &id, &ignored) && id.length == 36)
		memcpy(draft->request_id, id.data, 37);
	else
		action_make_id(draft->request_id);
	strbuf_release(&id);
	free(path);
}

/* ---- the life of a draft ------------------------------------------------------------------------- */

bool draft_open(struct draft *draft, const char *place, int64_t ticket_id, bool internal,
        const char *signature, const char *below, bool *found, struct error *err)
{
	struct strbuf path = STRBUF_INIT;
	draft_keep(draft);
	if (!draft_directory(place, &path, err) || !make_directories(path.data, err)) {
		strbuf_release(&path);
		return false;
	}
	strbuf_addf(&path, "/%lld-%s.txt", (long long)ticket_id, kind_word(internal));
	*found = access(path.data, F_OK) == 0;
	if (!*found) {
		struct strbuf text = STRBUF_INIT;
		strbuf_addf(&text, "\n%s%s%s%s\n%s", *signature ? "\n" : "", signature,
		        *signature ? "\n" : "", draft_cut_line, below);
		bool written = write_new(path.data, text.data, text.length, err);
		strbuf_release(&text);
		if (!written) {
			strbuf_release(&path);
			return false;
		}
	}
	draft->ticket_id = ticket_id;
	draft->internal = internal;
	draft->path = strbuf_detach(&path);
	take_request_id(draft);
	return true;
}

bool draft_read(struct draft *draft, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	if (!read_file(draft->path, &text, err)) {
		strbuf_release(&text);
		return false;
	}
	const char *cut = strstr(text.data, draft_cut_line);
	size_t length = cut ? (size_t)(cut - text.data) : text.length;
	while (length && isspace((unsigned char)text.data[length - 1]))
		length--;
	size_t start = 0;
	while (start < length && (text.data[start] == '\n' || text.data[start] == '\r'))
		start++;
	strbuf_clear(&draft->body);
	strbuf_add(&draft->body, text.data + start, length - start);
	strbuf_release(&text);
	return true;
}

bool draft_make_internal(struct draft *draft, struct error *err)
{
	const char *slash = strrchr(draft->path, '/');
	char *path = alloc_format("%.*s/%lld-%s.txt", (int)(slash - draft->path), draft->path,
	        (long long)draft->ticket_id, kind_word(!draft->internal));
	if (access(path, F_OK) == 0) {
		error_set(err, ERROR_REFUSED,
		        "there is a %s draft of this ticket already; send or discard it first",
		        kind_word(!draft->internal));
		free(path);
		return false;
	}
	if (rename(draft->path, path)) {
		error_errno(err, ERROR_IO, "cannot rename the draft to %s", path);
		free(path);
		return false;
	}
	free(draft->path);
	draft->path = path;
	draft->internal = !draft->internal;
	take_request_id(draft);
	return true;
}

bool draft_sending(struct draft *draft, struct error *err)
{
	char *path = sending_path(draft);
	unlink(path);
	bool written = write_new(path, draft->request_id, 36, err);
	free(path);
	return written;
}

void draft_sent_not(struct draft *draft)
{
	char *path = sending_path(draft);
	unlink(path);
	free(path);
	action_make_id(draft->request_id);
}

void draft_discard(struct draft *draft)
{
	if (!draft->path)
		return;
	char *path = sending_path(draft);
	unlink(draft->path);
	unlink(path);
	free(path);
	draft_keep(draft);
}

void draft_keep(struct draft *draft)
{
	free(draft->path);
	strbuf_release(&draft->body);
	*draft = (struct draft){.ticket_id = 0};
	strbuf_init(&draft->body);
}

const char *draft_exists(const char *place, int64_t ticket_id)
{
	const char *found = NULL;
	for (int internal = 0; internal < 2 && !found; internal++) {
		struct strbuf path = STRBUF_INIT;
		if (draft_directory(place, &path, NULL)) {
			strbuf_addf(&path, "/%lld-%s.txt", (long long)ticket_id, kind_word(internal));
			if (access(path.data, F_OK) == 0)
				found = kind_word(internal);
		}
		strbuf_release(&path);
	}
	return found;
}
