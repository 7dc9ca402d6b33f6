/*
 * All drafts of this agent: the files of this machine (app/draft.h), and the copies that the server keeps, of this machine's and
 * of others'.
 *
 * The file is what is edited and what survives a lost server; the copy is what survives a lost machine and a full disk. After each
 * change the file's text goes to the server; what could not go then goes with the next connection. A draft that only the server
 * has is taken up by `r` as if its file were here. Two texts for one ticket are never made into one: `x` in the preview exchanges
 * them, and both stay.
 */
#ifndef APP_DRAFTS_H
#define APP_DRAFTS_H

#include "app/draft.h"
#include "core/ticket.h"

struct console;

/* The server's copy of one draft; strings are owned. */
struct kept_draft {
	int64_t ticket_id;
	bool internal;
	int32_t version; /* of the ticket as its writer had seen it */
	int messages;
	instant at;
	char *place; /* where it was written: another one of this console's, or "recalled 17" */
	char *host;  /* the same for people; "" for a reply that was taken back */
	char *body;
	char *subject;       /* of the ticket */
	char *macro;         /* JSON: what a macro does when it is sent (core/macro.h); "" for nothing */
	char *files;         /* JSON: what lies beside it there (core/beside.h) */
	int64_t merged_into; /* where the ticket's conversation goes on; 0: there */
};

struct drafts {
	char place[64]; /* this machine's state directory */
	char host[65];
	struct kept_draft *list; /* owned; the server's, newest first */
	size_t count;
	struct draft_file *files; /* owned; this machine's */
	size_t file_count;
	bool files_known;
	bool asking, heard;
	bool behind;    /* files may be newer than their copies */
	bool live;      /* the link was, at the last turn */
	int64_t ask_ms; /* clock_ms() of the next question */
	int64_t opened; /* the ticket that was open at the last turn */
	struct strbuf words;
};

void drafts_init(struct drafts *drafts);
void drafts_release(struct drafts *drafts);
void drafts_turn(struct console *console);
int64_t drafts_deadline(const struct console *console);

/* A file was made beside all this: the server is asked now, and gets it. */
void drafts_ask(struct console *console);
/* A file came or went. */
void drafts_changed(struct console *console);
/* Gives the server the text of this draft. */
void drafts_store(struct console *console, const struct draft *draft);
/* Keeps another text of it with the server, unless it is the same: `x` exchanges them. */
void drafts_keep_aside(struct console *console, const struct draft *draft, const char *body);
/* The draft of this machine was sent or thrown away. */
void drafts_forget(struct console *console, int64_t ticket_id, bool internal);
/* Before a draft is opened: one that only the server has becomes a file. False: it could not, and it was said why. */
bool drafts_fetch(struct console *console, int64_t ticket_id, bool internal);
/* Another text of the same draft that the server keeps; NULL: none. */
const struct kept_draft *drafts_other(struct console *console, const struct draft *draft);
/* A line about it for the preview. Valid until the next call of this or of the next. */
const char *drafts_other_words(struct console *console, const struct kept_draft *other);
/* Where the conversation of a ticket goes on, as the server says with the drafts of it; 0: there, or there is none. */
int64_t drafts_merged_into(const struct console *console, int64_t ticket_id);
/* Whether there is such a draft, here or with the server. */
bool drafts_exist(struct console *console, int64_t ticket_id, bool internal);
/* "reply draft", "reply draft on host2", "" for none. */
const char *drafts_words(struct console *console, int64_t ticket_id);
bool drafts_has(const void *console, int64_t ticket_id); /* for the list */

#endif
