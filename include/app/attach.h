/*
 * Files that go along with a reply or note. They are copied beside the draft at once, so that what is sent is what was
 * attached, wherever the original is by then:
 *
 *   …/drafts/PLACE/48213-reply.files/01 report.pdf      0600; the number is the order, the rest the name that it is sent under
 *   …/drafts/PLACE/48213-reply.files/02@1 table.csv     the first file of the reply that was taken back and is this draft now
 *   …/drafts/PLACE/48213-reply.files/03? photo.jpg      is not here: "PART ATTACHMENT SIZE HOST" says where it may be had (core/beside.h)
 */
#ifndef APP_ATTACH_H
#define APP_ATTACH_H

#include "app/draft.h"
#include "core/attached.h"
#include "core/beside.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct console;
struct attaching;

struct attach {
	struct attaching *under_way; /* owned; NULL: nothing is being copied */
	int64_t limit; /* bytes that all files of a message may have, as the server says; 0: not known */
	struct path_listing *listing; /* owned: the directory that is being typed, for completion */
};

struct attached_copy {
	int number; /* as it is shown, and for :detach */
	char *path; /* owned, like the names */
	char *name;
	int64_t size;
	int part;           /* which file of the reply that was taken back; 0: none of it */
	bool missing;       /* it is not here */
	int64_t attachment; /* then: what the server calls it; 0: not known */
	char *host;         /* then: the only machine that has it; NULL: the server has it */
	uint64_t
	        node; /* which file on the disk it is, and when it was written: two of the same name and size are told apart */
	int64_t changed_ns;
};

struct attached_files {
	struct attached_copy *list;
	size_t count;
};

/* ---- files of a draft, for draft.c and reply.c ---- */
void draft_files_read(const struct draft *draft, struct attached_files *out); /* in order; none is no error */
void draft_files_release(struct attached_files *files);
/* Into memory, to be sent: *out is NULL when there are none. What is not here is left out. */
bool draft_files_load(const struct draft *draft, struct attached **out, struct error *err);
/* Beside a draft again, after what was sent is taken back. NULL is none; of a file without its bytes it is noted that the server
 * has it. */
bool draft_files_put(const char *draft_path, const struct attached *attached, struct error *err);
/* Notes the files of a draft that comes from `host`: what the server has can be fetched, the rest is on that machine alone. */
bool draft_files_expect(
        const char *draft_path, const struct beside *files, const char *host, struct error *err);
/* What the server calls those that it has. */
void draft_files_learn(const struct draft *draft, const struct beside *files);
/* A file that was missing has come: it takes its place, unless it was taken off meanwhile. */
bool draft_files_came(const char *missing_path, const char *bytes, size_t size, struct error *err);
/* What the server is told of them. */
void draft_files_told(const struct draft *draft, struct beside *out);
/* Another number for other files; 0 for none. _print: also for others of the same names and sizes. */
uint64_t draft_files_hash(const struct draft *draft);
uint64_t draft_files_print(const struct draft *draft);
int draft_files_next(const char *directory); /* the first free number */
/* Takes them away; the same of a draft that has got another path. */
void draft_files_drop(const char *draft_path);
void draft_files_follow(const char *old_draft_path, const char *draft_path);

/* ---- for the preview ---- */
void attach_preview(struct console *console);
bool attach_is_busy(
        struct console *console); /* and says so: nothing is sent without what is still being copied */
void attach_release(struct console *console);

#endif
