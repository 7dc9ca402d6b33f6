/*
 * A customer as the desk sees him beside a ticket: the people of an organization, their last tickets, how many of their waits
 * were met. Names, plan and entitlements are in the directory. Of somebody who belongs nowhere it is himself alone.
 */
#ifndef CORE_CUSTOMER_H
#define CORE_CUSTOMER_H

#include "core/ticket.h"

#include <stddef.h>

struct customer_person {
	char *name, *email; /* owned */
	int open, all;      /* tickets */
};

struct customer_ticket {
	int64_t id;
	enum status status;
	char *subject; /* owned */
	instant at;    /* of its last change */
};

struct customer {
	int open, all; /* tickets */
	struct {
		int met, all;
	} replies[2]; /* of the last 90 days: METRIC_FIRST_REPLY, METRIC_NEXT_REPLY */
	struct customer_person *people;
	size_t person_count;
	struct customer_ticket *tickets; /* what changed last comes first */
	size_t ticket_count;
	instant read_at; /* on the server's clock */
};

void customer_init(struct customer *customer);
void customer_release(struct customer *customer);
/* Each appends a copy. */
void customer_add_person(struct customer *customer, const struct customer_person *person);
void customer_add_ticket(struct customer *customer, const struct customer_ticket *ticket);

#endif
