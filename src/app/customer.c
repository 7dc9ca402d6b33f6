/*
 * The customer pane: what it shows, when the server is asked, the way from it to a ticket.
 *
 * Nothing is asked while the cursor moves: the pane follows the ticket that is shown, and that is the one on which the cursor
 * rests. What is kept is shown at once, however old, and says so when the server is away.
 */
#include "app/customer.h"

#include "app/state.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ASK_AGAIN_MS = 60000, ASK_LEAST_MS = 1000, AFTER_ERROR_MS = 10000 };

static void release_kept(struct kept_customer *kept)
{
	free(kept->email);
	customer_release(&kept->customer);
	*kept = (struct kept_customer){.organization_id = 0};
}

void customers_release(struct customers *customers)
{
	for (size_t i = 0; i < CUSTOMERS_KEPT; i++)
		release_kept(&customers->kept[i]);
	release_kept(&customers->asked);
	release_kept(&customers->seen);
	listing_free(customers->theirs);
	customers->theirs = NULL;
}

/* ---- whose ------------------------------------------------------------------------------------------ */

static bool is_of(const struct ticket_row *row, const void *context)
{
	const struct kept_customer *kept = context;
	if (row->organization_id || kept->organization_id)
		return row->organization_id == kept->organization_id;
	return kept->email && strcmp(row->requester_email, kept->email) == 0;
}

static void set_key(struct kept_customer *kept, const struct ticket_row *row)
{
	release_kept(kept);
	kept->organization_id = row->organization_id;
	kept->email = row->organization_id ? NULL : alloc_copy(row->requester_email);
}

static const struct kept_customer *find_kept(const struct customers *customers, const struct ticket_row *row)
{
	for (size_t i = 0; i < CUSTOMERS_KEPT; i++)
		if (customers->kept[i].asked_ms && is_of(row, &customers->kept[i]))
			return &customers->kept[i];
	return NULL;
}

static struct kept_customer *kept_of(struct customers *customers, const struct ticket_row *row)
{
	return (struct kept_customer *)(uintptr_t)find_kept(customers, row);
}

static struct kept_customer *oldest_slot(struct customers *customers)
{
	struct kept_customer *oldest = &customers->kept[0];
	for (size_t i = 1; i < CUSTOMERS_KEPT; i++)
		if (customers->kept[i].used < oldest->used)
			oldest = &customers->kept[i];
	return oldest;
}

/* Their open tickets and the versions of these, as a hash: another number when one of them has changed. */
static uint64_t tickets_now(struct console *console, const struct ticket_row *row)
{
	struct customers *customers = &console->customers;
	if (!customers->theirs)
		customers->theirs = listing_new(console->queue);
	else if (is_of(row, &customers->seen) && customers->seen_revision == queue_revision(console->queue))
		return customers->seen.tickets;
	if (!is_of(row, &customers->seen)) {
		set_key(&customers->seen, row);
		listing_filter(customers->theirs, is_of, &customers->seen);
	}
	uint64_t made = DRAW_HASH_BEGIN;
	const size_t count = listing_count(customers->theirs);
	for (size_t i = 0; i < count; i++) {
		const struct ticket_row *one = listing_row(customers->theirs, i);
		const int64_t numbers[] = {one->id, one->version};
		made = draw_hash(made, numbers, sizeof numbers);
	}
	customers->seen_revision = queue_revision(console->queue);
	return customers->seen.tickets = made;
}

/* ---- asking ------------------------------------------------------------------------------------------- */

enum { C_KIND, C_ID, C_NAME, C_EMAIL, C_STATUS, C_OPEN, C_ALL, C_AT };

static void take_row(struct customer *customer, const struct answer *answer, size_t row)
{
	const char *kind = answer_text(answer, row, C_KIND), *name = answer_text(answer, row, C_NAME);
	const int open = (int)answer_int(answer, row, C_OPEN), all = (int)answer_int(answer, row, C_ALL);
	if (strcmp(kind, "tickets") == 0) {
		customer->open = open;
		customer->all = all;
	} else if (strcmp(kind, "attainment") == 0) {
		const size_t metric =
		        strcmp(name, "first_reply") == 0 ? METRIC_FIRST_REPLY : METRIC_NEXT_REPLY;
		customer->replies[metric].met = open;
		customer->replies[metric].all = all;
	} else if (strcmp(kind, "person") == 0) {
		customer_add_person(
		        customer, &(struct customer_person){.name = (char *)(uintptr_t)name,
		                          .email = (char *)(uintptr_t)answer_text(answer, row, C_EMAIL),
		                          .open = open,
		                          .all = all});
	} else if (strcmp(kind, "ticket") == 0) {
		struct customer_ticket ticket = {.id = answer_int(answer, row, C_ID),
		        .subject = (char *)(uintptr_t)name,
		        .at = answer_int(answer, row, C_AT)};
		if (status_parse(answer_text(answer, row, C_STATUS), &ticket.status))
			customer_add_ticket(customer, &ticket);
	}
}

static void came(void *context, const struct answer *answer, const struct error *err)
{
	struct console *console = context;
	struct customers *customers = &console->customers;
	customers->under_way = false;
	if (err) {
		customers->not_before_ms =
		        clock_ms() + (err->kind == ERROR_UNAVAILABLE ? ASK_LEAST_MS : AFTER_ERROR_MS);
		if (err->kind != ERROR_UNAVAILABLE)
			console_say(console, ROLE_ERROR, "%s", err->text);
		return;
	}
	const struct ticket_row whose = {.organization_id = customers->asked.organization_id,
	        .requester_email = customers->asked.email};
	struct kept_customer *kept = kept_of(customers, &whose);
	if (!kept)
		kept = oldest_slot(customers);
	release_kept(kept);
	*kept = customers->asked;
	customers->asked = (struct kept_customer){.organization_id = 0};
	kept->revision = kept->used = ++customers->counter;
	kept->customer.read_at = console_now(console);
	for (size_t i = 0; i < answer->rows; i++)
		take_row(&kept->customer, answer, i);
	console->dirty = true;
}

bool customer_is_shown(const struct console *console)
{
	return console_is_wide(console) || console_has_place(console, PLACE_CUSTOMER);
}

static const struct ticket_row *row_shown(const struct console *console)
{
	return console->shown ? queue_find(console->queue, console->shown) : NULL;
}

void customer_want(struct console *console)
{
	struct customers *customers = &console->customers;
	const struct ticket_row *row = customer_is_shown(console) ? row_shown(console) : NULL;
	if (!row || customers->under_way || link_state(console->link) != LINK_LIVE)
		return;
	const struct kept_customer *kept = kept_of(customers, row);
	const int64_t now = clock_ms();
	if (now < customers->not_before_ms)
		return;
	const uint64_t tickets = tickets_now(console, row);
	const bool fresh = kept && kept->tickets == tickets && now - kept->asked_ms < ASK_AGAIN_MS;
	if (fresh || (kept && now - kept->asked_ms < ASK_LEAST_MS))
		return;
	set_key(&customers->asked, row);
	customer_init(&customers->asked.customer);
	customers->asked.tickets = tickets;
	customers->asked.asked_ms = now;
	customers->under_way = true;
	char *id = alloc_format("%lld", (long long)row->id);
	const char *values[] = {id};
	link_ask(console->link, ASK_CUSTOMER, values, came, console);
	free(id);
}

/* ---- showing it ----------------------------------------------------------------------------------------- */

static char *stale_words(const struct console *console, const struct kept_customer *kept)
{
	char when[8] = "";
	struct tm local;
	const time_t at = kept ? (time_t)kept->customer.read_at : 0;
	if (link_state(console->link) != LINK_OFFLINE)
		return alloc_copy("");
	if (!kept)
		return alloc_copy(_("the server is away"));
	if (localtime_r(&at, &local))
		strftime(when, sizeof when, "%H:%M", &local);
	return alloc_format(_("as of %s: the server is away"), when);
}

void customer_draw(struct console *console, struct rect rect, bool focused)
{
	struct customers *customers = &console->customers;
	const struct ticket_row *row = row_shown(console);
	struct kept_customer *kept = row ? kept_of(customers, row) : NULL;
	char *stale = stale_words(console, kept);
	if (kept)
		kept->used = ++customers->counter;
	if (kept && customers->cursor >= kept->customer.ticket_count)
		customers->cursor = kept->customer.ticket_count ? kept->customer.ticket_count - 1 : 0;
	const struct customer_model model = {
	        .row = row,
	        .customer = kept ? &kept->customer : NULL,
	        .revision = kept ? kept->revision : 0,
	        .directory = &console->directory,
	        .directory_revision = console->directory_revision,
	        .now = console_now(console),
	        .utc_offset_s = console_utc_offset(console),
	        .focused = focused,
	        .cursor = customers->cursor,
	        .stale = stale,
	};
	customer_pane_draw(&customers->pane, console->terminal, rect, &model);
	free(stale);
}

/* ---- keys ------------------------------------------------------------------------------------------------- */

static const struct customer *customer_shown(struct console *console)
{
	const struct ticket_row *row = row_shown(console);
	const struct kept_customer *kept = row ? kept_of(&console->customers, row) : NULL;
	return kept ? &kept->customer : NULL;
}

void customer_move(struct console *console, int64_t lines)
{
	const struct customer *customer = customer_shown(console);
	const int64_t count = customer ? (int64_t)customer->ticket_count : 0;
	int64_t at = lines > count ? count : lines < -count ? -count : lines;
	at += (int64_t)console->customers.cursor;
	if (at >= count)
		at = count - 1;
	console->customers.cursor = at < 0 ? 0 : (size_t)at;
	console->dirty = true;
}

void command_CUSTOMER(struct console *console, const char *argument)
{
	console->customers.cursor = 0;
	console_enter(console, PLACE_CUSTOMER);
}

bool customer_allows(const struct console *console, enum command_id id)
{
	const struct ticket_row *row = row_shown(console);
	const struct kept_customer *kept = row ? find_kept(&console->customers, row) : NULL;
	const size_t tickets = kept ? kept->customer.ticket_count : 0;
	if (id == COMMAND_PANE)
		return console_is_wide(console);
	if (id == COMMAND_CUSTOMER_OPEN)
		return tickets > 0;
	return (id != COMMAND_DOWN && id != COMMAND_UP) || tickets > 1;
}

void command_CUSTOMER_OPEN(struct console *console, const char *argument)
{
	const struct customer *customer = customer_shown(console);
	if (!customer || !customer->ticket_count) {
		console_say(console, ROLE_HINT, _("their tickets are not known yet"));
		return;
	}
	const int64_t id = customer->tickets[console->customers.cursor].id;
	while (console->depth)
		console_leave(console);
	open_number(console, id);
}
