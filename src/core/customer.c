/* Plain lists; the server has cut them to what a screen shows. */
#include "core/customer.h"

#include "base/alloc.h"

#include <stdlib.h>

void customer_init(struct customer *customer)
{
	*customer = (struct customer){.read_at = INSTANT_NONE};
}

void customer_release(struct customer *customer)
{
	for (size_t i = 0; i < customer->person_count; i++) {
		free(customer->people[i].name);
		free(customer->people[i].email);
	}
	for (size_t i = 0; i < customer->ticket_count; i++)
		free(customer->tickets[i].subject);
	free(customer->people);
	free(customer->tickets);
	customer_init(customer);
}

void customer_add_person(struct customer *customer, const struct customer_person *person)
{
	customer->people = alloc_grow(customer->people, customer->person_count + 1, sizeof *customer->people);
	struct customer_person *added = &customer->people[customer->person_count++];
	*added = *person;
	added->name = alloc_copy(person->name);
	added->email = alloc_copy(person->email);
}

void customer_add_ticket(struct customer *customer, const struct customer_ticket *ticket)
{
	customer->tickets =
	        alloc_grow(customer->tickets, customer->ticket_count + 1, sizeof *customer->tickets);
	struct customer_ticket *added = &customer->tickets[customer->ticket_count++];
	*added = *ticket;
	added->subject = alloc_copy(ticket->subject);
}
