/*
 * Readers of mail stores. A maildir's file is locked (flock) while it is worked on, and its place in new/ is looked at again after
 * the lock: two at once never take the same message, and one that dies leaves it in new/.
 */
#include "mail/mailbox.h"

#include "base/alloc.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct mailbox {
	enum mailbox_format format;
	size_t most;
	char *path;
	FILE *file; /* of a maildir: the message that is worked on, locked */
	bool done;
	struct strbuf line; /* mbox: the line read ahead */
	bool line_cut;
	struct dirent **names; /* maildir: what new/ held */
	int count;
	int at;
	char *name; /* maildir: path of the message read last; NULL when it is settled */
};

/* ---- opening ------------------------------------------------------------------------------------- */

static int is_message(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool open_maildir(struct mailbox *box, const char *path, struct error *err)
{
	char *folder = alloc_format("%s/new", path);
	box->count = scandir(folder, &box->names, is_message, alphasort);
	free(folder);
	return box->count >= 0 || error_errno(err, ERROR_NO_INPUT, "%s is no maildir that can be read", path);
}

static bool open_file(struct mailbox *box, const char *path, struct error *err)
{
	struct stat info;
	if (!path) {
		box->file = stdin;
		return true;
	}
	box->file = fopen(path, "re");
	if (!box->file)
		return error_errno(err, ERROR_NO_INPUT, "cannot open %s", path);
	if (fstat(fileno(box->file), &info) == 0 && S_ISDIR(info.st_mode))
		return error_set(err, ERROR_NO_INPUT, "%s is a directory; --format maildir reads one", path);
	return true;
}

struct mailbox *mailbox_open(const char *path, enum mailbox_format format, size_t most, struct error *err)
{
	struct mailbox *box = alloc_bytes(sizeof *box);
	*box = (struct mailbox){
	        .format = format, .most = most, .path = alloc_copy(path), .line = STRBUF_INIT};
	bool good = true;
	if (format == MAILBOX_MAILDIR && !path)
		good = error_set(err, ERROR_USAGE, "--format maildir needs the name of a directory");
	else if (format == MAILBOX_MAILDIR)
		good = open_maildir(box, path, err);
	else
		good = open_file(box, path, err);
	if (good)
		return box;
	mailbox_close(box);
	return NULL;
}

static void settle(struct mailbox *box)
{
	if (box->file && box->file != stdin)
		fclose(box->file);
	box->file = NULL;
	free(box->name);
	box->name = NULL;
}

void mailbox_close(struct mailbox *box)
{
	if (!box)
		return;
	settle(box);
	for (int i = 0; i < box->count; i++)
		free(box->names[i]);
	free(box->names);
	free(box->path);
	strbuf_release(&box->line);
	free(box);
}

/* ---- one message a file -------------------------------------------------------------------------- */

static enum mailbox_read failed(struct mailbox *box, struct error *err)
{
	error_errno(err, ERROR_IO, "cannot read %s",
	        box->name   ? box->name
	        : box->path ? box->path
	                    : "the standard input");
	return MAILBOX_FAILED;
}

/* The rest of the file up to the limit. A longer one is read to its end, so that the writer of a pipe sees no failure. */
static enum mailbox_read read_whole(struct mailbox *box, struct strbuf *raw, bool *cut, struct error *err)
{
	static char spill[64 << 10];
	for (;;) {
		bool full = raw->length >= box->most;
		size_t want = full || box->most - raw->length > sizeof spill ? sizeof spill
		                                                             : box->most - raw->length;
		size_t got = fread(spill, 1, want, box->file);
		if (!full)
			strbuf_add(raw, spill, got);
		*cut = *cut || (full && got);
		if (got < want)
			break;
	}
	return ferror(box->file) ? failed(box, err) : MAILBOX_MESSAGE;
}

/* ---- mbox ---------------------------------------------------------------------------------------- */

/* One line with its end into box->line, cut at the limit. False at the end of the file. */
static bool read_line(struct mailbox *box)
{
	strbuf_clear(&box->line);
	box->line_cut = false;
	int c;
	while ((c = getc_unlocked(box->file)) != EOF) {
		if (box->line.length < box->most)
			strbuf_addc(&box->line, (char)c);
		else
			box->line_cut = true;
		if (c == '\n')
			return true;
	}
	return box->line.length > 0;
}

/* "From someone Mon Nov 23 10:00:00 2026": the time tells it from a sentence that begins so. */
static bool is_from_line(const struct strbuf *line)
{
	if (line->length < 10 || memcmp(line->data, "From ", 5) != 0)
		return false;
	for (const char *colon = line->data; (colon = strchr(colon, ':')); colon++)
		if (isdigit((unsigned char)colon[-1]) && isdigit((unsigned char)colon[1]) &&
		        isdigit((unsigned char)colon[2]))
			return true;
	return false;
}

static size_t from_quotes(const struct strbuf *line)
{
	size_t n = strspn(line->data, ">");
	return n && strncmp(line->data + n, "From ", 5) == 0 ? n : 0;
}

static bool is_blank_line(const struct strbuf *line)
{
	return strcmp(line->data, "\n") == 0 || strcmp(line->data, "\r\n") == 0;
}

static enum mailbox_read read_mbox(struct mailbox *box, struct strbuf *raw, bool *cut, struct error *err)
{
	bool blank = true; /* the line before was blank; it belongs to the From_ line if one follows */
	size_t blank_at = 0;
	bool started = false;
	if (!box->line.length && !read_line(box))
		box->done = true;
	while (!box->done) {
		bool from = blank && is_from_line(&box->line);
		if (from && started)
			break;
		blank = is_blank_line(&box->line);
		if (blank)
			blank_at = raw->length;
		started = started || from || !blank;
		size_t skip = from ? box->line.length : from_quotes(&box->line) ? 1 : 0;
		size_t add = box->line.length - skip, room = box->most - raw->length;
		*cut = *cut || add > room || box->line_cut;
		strbuf_add(raw, box->line.data + skip, add > room ? room : add);
		box->done = !read_line(box);
	}
	if (ferror(box->file))
		return failed(box, err);
	if (blank && blank_at < raw->length)
		strbuf_truncate(raw, blank_at);
	return started ? MAILBOX_MESSAGE : MAILBOX_END;
}

/* ---- maildir ------------------------------------------------------------------------------------- */

/* Opens and locks the file; false when it is gone or somebody else has it. */
static bool claim(struct mailbox *box)
{
	struct stat open_one, named_one;
	box->file = fopen(box->name, "re");
	if (!box->file || flock(fileno(box->file), LOCK_EX | LOCK_NB) != 0 ||
	        fstat(fileno(box->file), &open_one) != 0)
		return false;
	return S_ISREG(open_one.st_mode) && stat(box->name, &named_one) == 0 &&
	       named_one.st_ino == open_one.st_ino;
}

static enum mailbox_read read_maildir(struct mailbox *box, struct strbuf *raw, bool *cut, struct error *err)
{
	while (box->at < box->count) {
		settle(box);
		box->name = alloc_format("%s/new/%s", box->path, box->names[box->at++]->d_name);
		if (claim(box))
			return read_whole(box, raw, cut, err);
		if (!box->file && errno != ENOENT)
			return failed(box, err);
	}
	settle(box);
	return MAILBOX_END;
}

bool mailbox_taken(struct mailbox *box, struct error *err)
{
	if (box->format != MAILBOX_MAILDIR || !box->name)
		return true;
	const char *name = strrchr(box->name, '/') + 1;
	char *target = alloc_format("%s/cur/%s%s", box->path, name, strstr(name, ":2,") ? "" : ":2,");
	bool moved = rename(box->name, target) == 0 || errno == ENOENT;
	if (!moved)
		error_errno(err, ERROR_IO, "cannot move %s to %s", box->name, target);
	free(target);
	settle(box);
	return moved;
}

enum mailbox_read mailbox_next(struct mailbox *box, struct strbuf *raw, bool *cut, struct error *err)
{
	strbuf_clear(raw);
	*cut = false;
	if (box->format == MAILBOX_MAILDIR)
		return read_maildir(box, raw, cut, err);
	if (box->done)
		return MAILBOX_END;
	if (box->format == MAILBOX_MBOX)
		return read_mbox(box, raw, cut, err);
	box->done = true;
	return read_whole(box, raw, cut, err);
}
