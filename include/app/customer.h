/*
 * Whose ticket is in front of the agent: the customer pane's contents, kept for each organization that was looked at lately.
 * The server is asked when the cursor rests and the pane is on the screen; again when a ticket of theirs has changed, or
 * after a while.
 */
#ifndef APP_CUSTOMER_H
#define APP_CUSTOMER_H

#include "core/command.h"
#include "core/customer.h"
#include "core/queue.h"
#include "ui/customer_pane.h"

struct console;

enum { CUSTOMERS_KEPT = 12 };

struct kept_customer {
	int32_t organization_id; /* 0 with an address: somebody who belongs nowhere; 0 without: empty slot */
	char *email;             /* owned; NULL for an organization */
	struct customer customer;
	uint64_t tickets; /* their open tickets when it was asked for, as a hash */
	uint64_t revision, used;
	int64_t asked_ms; /* clock_ms() */
};

struct customers {
	struct kept_customer kept[CUSTOMERS_KEPT];
	struct kept_customer asked; /* the question that is under way: for whom, and their tickets then */
	bool under_way;
	int64_t not_before_ms; /* after an error: clock_ms() */
	uint64_t counter;
	struct listing *theirs; /* open tickets of whom `seen` is about */
	struct kept_customer seen;
	uint64_t seen_revision; /* of the queue, when their tickets were hashed */
	struct customer_pane pane;
	size_t cursor; /* of the last tickets */
};

bool customer_is_shown(const struct console *console);
void customer_want(struct console *console);
/* Of what works in the pane: whether it can do something now. */
bool customer_allows(const struct console *console, enum command_id id);
void customer_draw(struct console *console, struct rect rect, bool focused);
void customer_move(struct console *console, int64_t lines); /* the cursor of the last tickets */
void customers_release(struct customers *customers);

#endif
