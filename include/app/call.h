/*
 * A phone call becomes a ticket: who called and about what are asked for, the note of the call is written in the editor,
 * and leaving the editor logs it. All of it stands in one draft file until the server has confirmed it.
 */
#ifndef APP_CALL_H
#define APP_CALL_H

#include "app/contacts.h"
#include "app/draft.h"

struct call {
	struct person_typed caller; /* of the prompts; rest is not used */
	struct draft draft;         /* while the editor runs */
};

/* The three things that the draft's text holds: the note, and behind it two lines for the others. Each is owned; NULL: its line
 * is not there. */
struct call_text {
	char *note, *customer, *subject;
};
void call_text_read(const char *text, struct call_text *out);
void call_text_release(struct call_text *text);

void call_release(struct call *call);

#endif
