/*
 * The customer pane is made as a list of lines first: where it does not fit, the part with the cursor is shown. A line is
 * a text at the left and a shorter one at the right; on a wide screen it stays short, so that the eye finds from one to the other.
 */
#include "ui/customer_pane.h"

#include "ticket_head.h"

#include "base/alloc.h"
#include "base/i18n.h"
#include "core/civil.h"
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MARGIN = 1, INDENT = 3, ONE_LINE_FROM = 70, COLUMNS_MOST = 80, LINES_MOST = 64, NO_LINE = -1 };

struct line {
	enum theme_role role, right_role;
	int indent;
	char *text; /* owned */
	char *lead; /* owned: before the text, at the usual indent; NULL for none */
	enum theme_role lead_role;
	char *right; /* owned; NULL for none */
};

struct page {
	struct line lines[LINES_MOST];
	int count;
	int columns;
	int cursor; /* its line */
};

static struct line *add(struct page *page, enum theme_role role, int indent, char *text)
{
	static struct line none;
	if (page->count == LINES_MOST) {
		free(text);
		none = (struct line){.text = NULL};
		return &none;
	}
	struct line *line = &page->lines[page->count++];
	*line = (struct line){.role = role, .right_role = ROLE_DIM, .indent = indent, .text = text};
	return line;
}

static void add_heading(struct page *page, const char *text)
{
	add(page, ROLE_TEXT, 0, alloc_copy(""));
	add(page, ROLE_HEADER, MARGIN, alloc_copy(text));
}

static const enum theme_role status_roles[STATUS_COUNT] = {
        ROLE_STATUS_NEW, ROLE_STATUS_OPEN, ROLE_STATUS_PENDING, ROLE_STATUS_HOLD, ROLE_STATUS_CLOSED};

/* ---- the parts -------------------------------------------------------------------------------- */

static void add_role(struct page *page, const char *label, const char *name, bool promised)
{
	if (!*name && !promised)
		return;
	add(page, *name ? ROLE_TEXT : ROLE_DIM, MARGIN,
	        alloc_format("%s %s", label, *name ? name : _("not assigned")));
}

struct wrapping {
	struct page *page;
	const char *text;
};

static void add_wrapped(void *context, struct text_line piece)
{
	const struct wrapping *wrapping = context;
	add(wrapping->page, ROLE_DIM, MARGIN, alloc_copy_n(wrapping->text + piece.start, piece.length));
}

static void add_plan(struct page *page, const struct plan *plan, const struct organization *organization)
{
	struct strbuf words = STRBUF_INIT;
	if (!plan) {
		add(page, ROLE_DIM, MARGIN, alloc_copy(_("no plan")));
		return;
	}
	add(page, ROLE_TEXT, MARGIN,
	        plan->archived && !strstr(plan->name, "archived")
	                ? alloc_format(_("%s (archived)"), plan->name)
	                : alloc_copy(plan->name));
	head_entitlements(plan->entitlements, &words);
	struct wrapping wrapping = {page, words.data};
	text_wrap(words.data, page->columns - 2 * MARGIN, add_wrapped, &wrapping);
	strbuf_release(&words);
	add_role(page, _("CSM"), organization->csm, strstr(plan->entitlements, "csm") != NULL);
	add_role(page, _("analyst"), organization->analyst, strstr(plan->entitlements, "analyst") != NULL);
}

static void add_who(struct page *page, const struct customer_model *model)
{
	const struct ticket_row *row = model->row;
	const struct organization *organization =
	        directory_organization(model->directory, row->organization_id);
	if (organization) {
		add(page, ROLE_TITLE, MARGIN, alloc_copy(organization->name));
		add_plan(page, directory_plan(model->directory, organization->plan_id), organization);
		return;
	}
	add(page, ROLE_TITLE, MARGIN,
	        alloc_copy(*row->requester_name ? row->requester_name : row->requester_email));
	add(page, ROLE_DIM, MARGIN, alloc_copy(row->requester_email));
	add(page, ROLE_DIM, MARGIN, alloc_copy(_("no organization")));
}

static void add_attainment(struct page *page, const struct customer *customer)
{
	add_heading(page, _("Answered in time, 90 days"));
	for (int metric = 0; metric < 2; metric++) {
		const int met = customer->replies[metric].met, all = customer->replies[metric].all;
		struct line *line = add(page, ROLE_TEXT, INDENT, alloc_copy(_(head_metric_words[metric])));
		line->right = all ? alloc_format(_("%d of %d, %d %%"), met, all, (int)(100L * met / all))
		                  : alloc_copy(_("none was due"));
		line->right_role = met < all ? ROLE_WARNING : all ? ROLE_CALM : ROLE_DIM;
	}
}

static void add_people(struct page *page, const struct customer *customer)
{
	add_heading(page, _("People, tickets open and all"));
	for (size_t i = 0; i < customer->person_count; i++) {
		const struct customer_person *person = &customer->people[i];
		const bool one_line = page->columns >= ONE_LINE_FROM && *person->name;
		struct line *line = add(page, ROLE_TEXT, INDENT,
		        one_line ? alloc_format("%s  %s", person->name, person->email)
		                 : alloc_copy(*person->name ? person->name : person->email));
		line->right = alloc_format("%d/%d", person->open, person->all);
		if (*person->name && !one_line)
			add(page, ROLE_DIM, INDENT, alloc_copy(person->email));
	}
}

struct columns_of_tickets {
	int id, status; /* cells */
};

static struct columns_of_tickets widths_of(const struct customer *customer)
{
	struct columns_of_tickets widths = {0, 0};
	for (size_t i = 0; i < customer->ticket_count; i++) {
		const char *status = status_label(customer->tickets[i].status);
		const int id = snprintf(NULL, 0, "%lld", (long long)customer->tickets[i].id);
		const int cells = text_width(status, strlen(status));
		widths.id = id > widths.id ? id : widths.id;
		widths.status = cells > widths.status ? cells : widths.status;
	}
	return widths;
}

static void add_tickets(struct page *page, const struct customer_model *model)
{
	const struct customer *customer = model->customer;
	char *heading = alloc_format(_("Last tickets, %d open of %d"), customer->open, customer->all);
	add_heading(page, heading);
	free(heading);
	const struct columns_of_tickets widths = widths_of(customer);
	for (size_t i = 0; i < customer->ticket_count; i++) {
		const struct customer_ticket *ticket = &customer->tickets[i];
		char when[32];
		civil_short_words(ticket->at, model->now, model->utc_offset_s, when, sizeof when);
		struct line *line = add(
		        page, ROLE_TEXT, INDENT + widths.id + widths.status + 3, alloc_copy(ticket->subject));
		line->lead = alloc_format(
		        "%*lld %s", widths.id, (long long)ticket->id, status_label(ticket->status));
		line->lead_role = status_roles[ticket->status];
		line->right = alloc_copy(when);
		if (model->focused && i == model->cursor)
			page->cursor = page->count - 1;
	}
}

static void make_page(struct page *page, const struct customer_model *model)
{
	if (!model->row) {
		add(page, ROLE_DIM, MARGIN, alloc_copy(_("no ticket is selected")));
		return;
	}
	add_who(page, model);
	if (!model->customer) {
		add(page, ROLE_TEXT, 0, alloc_copy(""));
		add(page, ROLE_DIM, MARGIN, alloc_copy(*model->stale ? model->stale : _("Loading")));
		return;
	}
	if (*model->stale)
		add(page, ROLE_OFFLINE, MARGIN, alloc_copy(model->stale));
	add_attainment(page, model->customer);
	add_people(page, model->customer);
	add_tickets(page, model);
}

/* ---- drawing ---------------------------------------------------------------------------------- */

static void draw_line(
        struct terminal *terminal, int y, struct rect rect, const struct line *line, bool cursor)
{
	const int end = rect.x + rect.columns - MARGIN, x = rect.x + line->indent;
	const int right = line->right ? draw_width(terminal, line->right, rect.columns / 2) : 0;
	const int room = end - x - (right ? right + 1 : 0);
	if (cursor)
		draw_text(terminal, y, rect.x + MARGIN, 1, ROLE_SELECTED, ">");
	if (line->lead)
		draw_text(terminal, y, rect.x + INDENT, line->indent - INDENT, line->lead_role, line->lead);
	if (room > 0)
		draw_text(terminal, y, x, room, line->role, line->text);
	if (right)
		draw_text(terminal, y, end - right, right, line->right_role, line->right);
}

/* The first line shown: all from the top, unless the cursor would be below the edge. */
static int top_of(const struct page *page, int rows)
{
	return page->cursor >= rows ? page->cursor - rows + 1 : 0;
}

static uint64_t made_of(struct rect rect, const struct customer_model *model)
{
	const struct ticket_row *row = model->row;
	const int64_t numbers[] = {row ? row->id : 0, row ? row->organization_id : 0,
	        model->customer ? (int64_t)model->revision + 1 : 0, (int64_t)model->directory_revision,
	        model->focused ? (int64_t)model->cursor + 1 : 0, model->utc_offset_s,
	        civil_day(model->now, model->utc_offset_s)};
	uint64_t made = draw_hash(draw_hash_rect(DRAW_HASH_BEGIN, rect), numbers, sizeof numbers);
	made = draw_hash_text(made, model->stale);
	if (row)
		made = draw_hash_text(draw_hash_text(made, row->requester_name), row->requester_email);
	return made;
}

void customer_pane_draw(struct customer_pane *pane, struct terminal *terminal, struct rect rect,
        const struct customer_model *model)
{
	const uint64_t made = made_of(rect, model);
	if (pane->epoch == terminal_epoch(terminal) && pane->drawn == made)
		return;
	*pane = (struct customer_pane){.epoch = terminal_epoch(terminal), .drawn = made};
	struct page *page = alloc_bytes(sizeof *page);
	const struct rect place = {
	        rect.y, rect.x, rect.rows, rect.columns < COLUMNS_MOST ? rect.columns : COLUMNS_MOST};
	page->columns = place.columns;
	page->cursor = NO_LINE;
	make_page(page, model);
	draw_fill(terminal, rect, ROLE_TEXT);
	const int top = top_of(page, rect.rows);
	for (int i = top; i < page->count && i - top < rect.rows; i++)
		draw_line(terminal, rect.y + i - top, place, &page->lines[i], i == page->cursor);
	for (int i = 0; i < page->count; i++) {
		free(page->lines[i].text);
		free(page->lines[i].lead);
		free(page->lines[i].right);
	}
	free(page);
}
