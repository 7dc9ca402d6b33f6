/*
 * Replies that were sent from here and may not have left yet: how long `u` takes them back, and their texts, so that what is
 * taken back can be written on.
 *
 * Whether a reply has left only the server knows (schema/functions/62_recall.sql); the time shown here is the policy's delay
 * counted from the confirmation.
 */
#ifndef APP_RECALL_H
#define APP_RECALL_H

#include "core/action.h"

#include <stdbool.h>
#include <stddef.h>

struct console;

enum { RECALL_MOST = 50 };

struct recallable {
	char request_id[37];
	int64_t ticket_id;
	instant at; /* when its writer sent it: from then on he has not looked */
	int32_t version; /* of the ticket as he knows it: with this reply, and what he did after it; 0: not confirmed */
	int messages;  /* the same, without this reply */
	instant until; /* goes out then; INSTANT_NONE: not confirmed yet */
	char *text;    /* owned */
	char *said;    /* owned: the line that told of the delay, until the delay is over; NULL: not said */
	struct macro_actions macro; /* what went with it */
	struct attached *attached;  /* held, their bytes until it goes out; NULL: none */
};

struct recall {
	int64_t delay_s;                     /* the policy's; 0: not known, or there is none */
	struct recallable sent[RECALL_MOST]; /* oldest first */
	size_t count;
};

/* Asks for the policy's delay; again whenever names or plans have changed. */
void recall_learn(struct console *console);
/* A reply is on its way to the server; its text, its files, and what a macro does with it. */
void recall_sending(struct console *console, const struct action *action);
/* The server has it, and the ticket has this version; 0: it has refused it. */
void recall_sent(struct console *console, const char *request_id, int32_t version);
/* The ticket has this version by a change of one's own. */
void recall_own_change(struct console *console, int64_t ticket_id, int32_t version);
/* It was taken back: its text is the draft of a reply again. */
void recall_undone(struct console *console, const char *request_id);
/* A reply to the ticket is being taken back: its text will be the draft. */
bool recall_is_coming_back(struct console *console, int64_t ticket_id);
/* What is said of a reply that goes out in so many seconds. Recipient: NULL when it is not known. With an address of 30 cells,
 * any status and the languages of the catalogs it fits into 80 columns. */
void recall_words(int64_t ticket_id, const char *recipient, int64_t delay_s, enum status status, char *out,
        size_t size);
/* What stands in the message line while nothing was said: the reply that can still be taken back, and for how long; a while
 * after that, where it is. *next: when the line changes. False: there is none. */
bool recall_line(const struct console *console, char *out, size_t size, instant *next);
/* The line that told of a delay goes when the delay is over. Returns when that is next; INSTANT_NONE: never. */
instant recall_over(struct console *console);
void recall_release(struct recall *recall);

#endif
