/*
 * The customer of a ticket: beside list and ticket on a wide screen, as a page on a narrow one, of somebody who belongs
 * nowhere, and while the server is away.
 */
#include "core/text.h"
#include "office.h"
#include "stage.h"
#include "ui/customer_pane.h"
#include "ui/queue_view.h"
#include "ui/ticket_view.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct customer customer_of_office(void)
{
	struct customer customer;
	static const struct customer_person people[] = {
	        {(char *)"Марина Коваль", (char *)"m.koval@example.com", 1, 14},
	        {(char *)"", (char *)"robot@example.com", 2, 3},
	        {(char *)"Johannes Wolfgang Amadeus von Hohenzollern-Sigmaringen",
	                (char *)"johannes.wolfgang.amadeus@a-very-long-domain.example.com", 0, 120},
	};
	static const struct {
		int64_t id;
		enum status status;
		const char *subject, *at;
	} tickets[] = {
	        {48213, STATUS_NEW, "Данные за ночь не загрузились в BigQuery", "2026-11-23 11:12"},
	        {48002, STATUS_HOLD, "Streaming of Google Ads costs", "2026-11-20 16:40"},
	        {47001, STATUS_CLOSED, "東京のデータ", "2026-10-02 10:00"},
	        {9, STATUS_PENDING, "\033[31mRed\a", "2025-12-07 09:00"},
	};
	customer_init(&customer);
	customer.open = 3;
	customer.all = 137;
	customer.replies[METRIC_FIRST_REPLY].met = 12;
	customer.replies[METRIC_FIRST_REPLY].all = 13;
	customer.replies[METRIC_NEXT_REPLY].met = customer.replies[METRIC_NEXT_REPLY].all = 30;
	for (size_t i = 0; i < sizeof people / sizeof *people; i++)
		customer_add_person(&customer, &people[i]);
	for (size_t i = 0; i < sizeof tickets / sizeof *tickets; i++)
		customer_add_ticket(&customer, &(struct customer_ticket){.id = tickets[i].id,
		                                       .status = tickets[i].status,
		                                       .subject = (char *)(uintptr_t)tickets[i].subject,
		                                       .at = office_time(tickets[i].at)});
	return customer;
}

static struct customer_model model_of(const struct office *office, const struct customer *customer)
{
	return (struct customer_model){.row = queue_find(office->queue, 48213),
	        .customer = customer,
	        .revision = 1,
	        .directory = &office->directory,
	        .now = office->now,
	        .utc_offset_s = OFFICE_OFFSET_S,
	        .stale = ""};
}

static void draw_wide(struct stage *stage, struct office *office, const struct customer *customer)
{
	struct queue_view view = {0};
	struct customer_pane pane = {0};
	struct ticket_view *ticket_view = ticket_view_new();
	struct customer_model model = model_of(office, customer);
	model.focused = true;
	model.cursor = 1;
	terminal_frame_begin(stage->terminal, true);
	queue_view_draw(&view, stage->terminal, (struct rect){0, 0, 60, 93},
	        &(struct queue_model){.listing = office->listing,
	                .directory = &office->directory,
	                .now = office->now,
	                .warn_s = OFFICE_WARN_S,
	                .selected = 48213,
	                .utc_offset_s = OFFICE_OFFSET_S,
	                .view_name = "all"});
	draw_vertical(stage->terminal, 0, 93, 60);
	ticket_view_draw(ticket_view, stage->terminal, (struct rect){0, 94, 60, 77},
	        &(struct ticket_model){.row = queue_find(office->queue, 48213),
	                .conversation = &office->conversation,
	                .conversation_revision = 1,
	                .directory = &office->directory,
	                .now = office->now,
	                .warn_s = OFFICE_WARN_S,
	                .utc_offset_s = OFFICE_OFFSET_S,
	                .draft = ""});
	draw_vertical(stage->terminal, 0, 171, 60);
	customer_pane_draw(&pane, stage->terminal, (struct rect){0, 172, 60, 48}, &model);
	stage_frame_end(stage, -1, 0);
	ticket_view_free(ticket_view);
}

Test(customer, beside_list_and_ticket)
{
	static const char *const themes[] = {"dark", "light"};
	for (size_t i = 0; i < 2; i++) {
		struct stage stage;
		struct office office;
		struct customer customer = customer_of_office();
		char name[40];
		office_open(&office);
		struct ticket_row row = *queue_find(office.queue, 48213);
		row.tags = "billing,vip";
		office_put(&office, &row);
		stage_open(&stage, 60, 220, themes[i], NULL);
		draw_wide(&stage, &office, &customer);
		snprintf(name, sizeof name, "customer-220x60-%s", themes[i]);
		stage_golden(&stage, name);
		stage_close(&stage);
		office_close(&office);
		customer_release(&customer);
	}
}

/* A page that is too long shows the part with the cursor. */
Test(customer, as_a_page)
{
	struct stage stage;
	struct office office;
	struct customer customer = customer_of_office();
	struct customer_pane pane = {0};
	office_open(&office);
	stage_open(&stage, 16, 80, "mono", NULL);
	struct customer_model model = model_of(&office, &customer);
	model.focused = true;
	for (model.cursor = 0; model.cursor < 4; model.cursor += 3) {
		terminal_frame_begin(stage.terminal, true);
		customer_pane_draw(&pane, stage.terminal, (struct rect){0, 0, 16, 80}, &model);
		stage_frame_end(&stage, -1, 0);
		stage_golden(&stage, model.cursor ? "customer-80x16-end" : "customer-80x16");
	}
	/* What stands there already costs nothing. */
	model.cursor = 3;
	terminal_frame_begin(stage.terminal, false);
	customer_pane_draw(&pane, stage.terminal, (struct rect){0, 0, 16, 80}, &model);
	cr_expect_eq(stage_frame_end(&stage, -1, 0), 0);
	stage_close(&stage);
	customer_release(&customer);
	office_close(&office);
}

Test(customer, as_a_page_on_a_wide_screen_its_lines_stay_short)
{
	struct stage stage;
	struct office office;
	struct customer customer = customer_of_office();
	struct customer_pane pane = {0};
	office_open(&office);
	stage_open(&stage, 24, 160, "mono", NULL);
	const struct customer_model model = model_of(&office, &customer);
	terminal_frame_begin(stage.terminal, true);
	customer_pane_draw(&pane, stage.terminal, (struct rect){0, 0, 24, 160}, &model);
	stage_frame_end(&stage, -1, 0);
	for (int y = 0; y < 24; y++)
		cr_expect(text_width(stage_line(&stage, y), strlen(stage_line(&stage, y))) <= 80, "%s",
		        stage_line(&stage, y));
	stage_close(&stage);
	customer_release(&customer);
	office_close(&office);
}

Test(customer, of_nobody_on_its_way_and_old)
{
	struct stage stage;
	struct office office;
	struct customer customer = customer_of_office();
	office_open(&office);
	stage_open(&stage, 24, 44, "mono", NULL);
	customer_release(&customer);
	for (int i = 0; i < 4; i++) {
		struct customer_pane pane = {0};
		struct customer_model model = model_of(&office, i == 1 ? NULL : &customer);
		model.row = i == 0 ? NULL : queue_find(office.queue, 48241); /* belongs nowhere */
		model.stale = i == 3 ? "as of 11:41: the server is away" : "";
		terminal_frame_begin(stage.terminal, true);
		customer_pane_draw(&pane, stage.terminal, (struct rect){0, 0, 24, 44}, &model);
		stage_frame_end(&stage, -1, 0);
		static const char *const shows[] = {"no ticket is selected", "Loading", "none was due",
		        "as of 11:41: the server is away"};
		bool said = false, nowhere = false;
		for (int y = 0; y < 24; y++) {
			said |= strstr(stage_line(&stage, y), shows[i]) != NULL;
			nowhere |= strstr(stage_line(&stage, y), "no organization") != NULL;
		}
		cr_expect(said, "%s", shows[i]);
		cr_expect_eq(nowhere, i > 0);
	}
	stage_close(&stage);
	office_close(&office);
}
