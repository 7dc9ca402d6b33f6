/*
 * People whom the desk knows, found by a part of their address or name: the server is asked while it is typed, one question
 * at a time, and what it said last is offered.
 */
#ifndef APP_CONTACTS_H
#define APP_CONTACTS_H

#include "base/error.h"
#include "ui/prompt.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct console;

struct contact {
	char *email, *name; /* owned */
	int32_t organization_id;
};

struct contacts {
	struct contact *list; /* owned: the last answer */
	size_t count;
	char *asked;  /* owned: what it was an answer to, or will be; NULL: nothing was asked yet */
	char *wanted; /* owned: what was typed since; NULL: nothing else */
	bool under_way;
};

void contacts_release(struct contacts *contacts);
/* Of those that came last; NULL: not among them. */
const struct contact *contacts_find(const struct console *console, const char *email);

/* The context is the console, the text begins with an address or a part of one. */
prompt_complete complete_contact;

/* "ivan@kite.example Ivan Petrov", "Ivan Petrov <ivan@kite.example> and more". */
struct person_typed {
	char *email;      /* owned; small letters */
	char *name;       /* owned; "" when only an address was typed */
	const char *rest; /* of the text, behind both; "" for nothing */
};
bool person_read(const char *text, struct person_typed *out, struct error *err);
void person_release(struct person_typed *person);

#endif
