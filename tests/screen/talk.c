/*
 * The conversation on the screen: what is folded and unfolded, what a search finds, and a thread that grows above what one
 * reads.
 */
#include "base/alloc.h"
#include "base/strbuf.h"
#include "office.h"
#include "stage.h"
#include "ui/ticket_view.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TICKET = 48213 };

struct reading {
	struct stage stage;
	struct office office;
	struct ticket_view *view;
	uint64_t revision;
	const char *search;
	bool by_words;
};

static void open_reading(struct reading *reading, int rows, int columns, const char *theme)
{
	*reading = (struct reading){.view = ticket_view_new(), .revision = 1};
	stage_open(&reading->stage, rows, columns, theme, NULL);
	office_open(&reading->office);
}

static void close_reading(struct reading *reading)
{
	ticket_view_free(reading->view);
	office_close(&reading->office);
	stage_close(&reading->stage);
}

static struct ticket_model model_of(const struct reading *reading)
{
	const struct office *office = &reading->office;
	return (struct ticket_model){.row = queue_find(office->queue, TICKET),
	        .conversation = &office->conversation,
	        .conversation_revision = reading->revision,
	        .directory = &office->directory,
	        .now = office->now,
	        .warn_s = OFFICE_WARN_S,
	        .utc_offset_s = OFFICE_OFFSET_S,
	        .focused = true,
	        .draft = "",
	        .search = reading->search,
	        .by_words = reading->by_words};
}

static void draw(struct reading *reading)
{
	struct stage *stage = &reading->stage;
	const struct ticket_model model = model_of(reading);
	terminal_frame_begin(stage->terminal, false);
	ticket_view_draw(reading->view, stage->terminal,
	        (struct rect){0, 0, terminal_rows(stage->terminal), terminal_columns(stage->terminal)},
	        &model);
	stage_frame_end(stage, -1, 0);
}

static int row_with(struct reading *reading, const char *words)
{
	for (int row = 0; row < terminal_rows(reading->stage.terminal); row++)
		if (strstr(stage_line(&reading->stage, row), words))
			return row;
	return -1;
}

static void say_with_history(struct reading *reading)
{
	conversation_release(&reading->office.conversation);
	reading->office.conversation.ticket_id = TICKET;
	office_say(&reading->office, ENTRY_PUBLIC, AUTHOR_CUSTOMER, "Марина Коваль", "2026-11-23 09:27",
	        "Данные всё ещё пустые.\n\nС уважением,\nМарина Коваль\nЛеруа, +7 495 000-00-00\n\n"
	        "пн, 23 нояб. 2026 г. в 09:10, Ben <help@desk.test>:\n> Проверьте, пожалуйста, токен.\n> Ben\n>> Добрый день!\n"
	        ">> Таблицы сессий пустые: needle в стоге сена.\n");
	office_say(&reading->office, ENTRY_PUBLIC, AUTHOR_AGENT, "Ben Okafor", "2026-11-23 09:58",
	        "Уточню у коллег.\n\n> Данные всё ещё\n> пустые.\n> Совет через час.\n\nТокен обновлён.");
}

Test(talk, quotations_and_signatures_are_folded)
{
	static const char *const themes[] = {"dark", "light"};
	for (size_t i = 0; i < 2; i++) {
		struct reading reading;
		char name[64];
		open_reading(&reading, 30, 80, themes[i]);
		say_with_history(&reading);
		draw(&reading);
		snprintf(name, sizeof name, "folded-80x30-%s", themes[i]);
		stage_golden(&reading.stage, name);
		cr_expect_eq(row_with(&reading, "needle"), -1);
		const int top = row_with(&reading, "Данные");
		cr_expect_not(ticket_view_fold(reading.view));
		draw(&reading);
		snprintf(name, sizeof name, "unfolded-80x30-%s", themes[i]);
		stage_golden(&reading.stage, name);
		cr_expect_eq(row_with(&reading, "Данные"), top, "what was on top stays there");
		cr_expect(ticket_view_fold(reading.view));
		close_reading(&reading);
	}
}

Test(talk, a_search_unfolds_what_hides_it)
{
	struct reading reading;
	open_reading(&reading, 16, 80, "dark");
	say_with_history(&reading);
	draw(&reading);
	reading.search = "NEEDLE";
	cr_expect(ticket_view_search(reading.view, reading.search, 1));
	draw(&reading);
	cr_expect_geq(row_with(&reading, "needle"), 0);
	cr_expect_geq(row_with(&reading, "Таблицы"), 0);
	cr_expect(row_with(&reading, "Совет") < 0, "the other message stays folded");
	/* Forward and back around the ends, through both messages. */
	reading.search = "данные";
	for (int i = 0; i < 3; i++) {
		cr_expect(ticket_view_search(reading.view, reading.search, i == 1 ? -1 : 1));
		draw(&reading);
		cr_expect_geq(row_with(&reading, "анные"), 0);
	}
	cr_expect_geq(row_with(&reading, "Уточню"), 0);
	cr_expect_not(ticket_view_search(reading.view, "nowhere", 1));
	close_reading(&reading);
}

/* ---- what the server found ------------------------------------------------------------------------------ */

static void say_of_invoices(struct reading *reading)
{
	struct strbuf log = STRBUF_INIT;
	for (int i = 0; i < 30; i++)
		strbuf_addf(&log, "line %d of the log\n", i);
	strbuf_adds(&log, "One invoice is missing.");
	conversation_release(&reading->office.conversation);
	reading->office.conversation.ticket_id = TICKET;
	office_say(
	        &reading->office, ENTRY_PUBLIC, AUTHOR_CUSTOMER, "Eve", "2026-11-23 09:00", "Good morning.");
	office_say(&reading->office, ENTRY_PUBLIC, AUTHOR_CUSTOMER, "Eve", "2026-11-23 09:10", log.data);
	office_say(&reading->office, ENTRY_NOTE, AUTHOR_AGENT, "Ben", "2026-11-23 09:20",
	        "The invoices are late.");
	office_say(&reading->office, ENTRY_EVENT, AUTHOR_AGENT, "Ben", "2026-11-23 09:25", "set tag invoice");
	office_say(&reading->office, ENTRY_PUBLIC, AUTHOR_AGENT, "Ben", "2026-11-23 09:30",
	        "It comes today.\n\n> One invoice is missing.");
	strbuf_release(&log);
}

Test(talk, a_found_ticket_is_shown_from_the_first_sought_word)
{
	static const struct {
		const char *search, *says;
		bool by_words;
	} cases[] = {
	        {"invoice", "One invoice is missing.", true},
	        {"invoice", "It comes today.", false}, /* a search in the list: the last message */
	        {"late", "The invoices are late.", true},
	        {"nowhere", "It comes today.", true},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct reading reading;
		open_reading(&reading, 16, 80, "mono");
		say_of_invoices(&reading);
		reading.search = cases[i].search;
		reading.by_words = cases[i].by_words;
		ticket_view_to_unread(reading.view);
		draw(&reading);
		cr_expect_geq(row_with(&reading, cases[i].says), 0, "%s", cases[i].says);
		ticket_view_to_top(reading.view);
		draw(&reading);
		cr_expect_geq(row_with(&reading, "Good morning."), 0, "only once: who scrolls is left alone");
		close_reading(&reading);
	}
}

Test(talk, the_peek_at_a_found_ticket_shows_the_last_message_that_was_sought)
{
	static const struct {
		const char *search, *says;
		bool by_words;
	} cases[] = {
	        {"invoices", "The invoices are late.", true},
	        {"missing", "One invoice is missing.", true},
	        {"today", "It comes today.", true},
	        {"nowhere", "It comes today.", true},
	        {"morning", "It comes today.", false},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct reading reading;
		struct ticket_peek peek = {0};
		open_reading(&reading, 16, 80, "mono");
		say_of_invoices(&reading);
		reading.search = cases[i].search;
		reading.by_words = cases[i].by_words;
		const struct ticket_model model = model_of(&reading);
		terminal_frame_begin(reading.stage.terminal, false);
		ticket_peek_draw(&peek, reading.stage.terminal, (struct rect){0, 0, 6, 80}, &model);
		stage_frame_end(&reading.stage, -1, 0);
		cr_expect_geq(row_with(&reading, cases[i].says), 0, "%s: %s", cases[i].search, cases[i].says);
		close_reading(&reading);
	}
}

/* ---- where there is little room ------------------------------------------------------------------------ */

Test(talk, a_reply_on_its_way_shows_when_it_was_written_where_there_is_room)
{
	static const struct {
		int columns;
		int64_t in_s;
		const char *says;
	} cases[] = {
	        {80, 10, " 11:40, goes out in 10 s"},
	        {80, -60, " 11:40, waits for delivery"},
	        {46, 10, "   goes out in 10 s"},
	        {46, -60, "   waits for delivery"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct reading reading;
		open_reading(&reading, 24, cases[i].columns, "mono");
		struct conversation *conversation = &reading.office.conversation;
		conversation_release(conversation);
		conversation->ticket_id = TICKET;
		office_say(&reading.office, ENTRY_PUBLIC, AUTHOR_AGENT, "Ben Okafor", "2026-11-23 11:40",
		        "The token is new.");
		conversation->entries[0].send_at = reading.office.now + cases[i].in_s;
		draw(&reading);
		cr_expect_geq(row_with(&reading, "Ben Okafor"), 0, "the name is whole");
		cr_expect_geq(row_with(&reading, cases[i].says), 0, "%d columns: %s", cases[i].columns,
		        cases[i].says);
		close_reading(&reading);
	}
}

Test(talk, a_narrow_pane_says_when_a_late_reply_was_due)
{
	static const struct {
		int columns;
		const char *says;
	} cases[] = {{80, "BREACHED · was due "}, {41, "BREACHED · due 11:27"}, {38, "BREACHED · 11:27"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct reading reading;
		open_reading(&reading, 24, cases[i].columns, "mono");
		draw(&reading);
		cr_expect_geq(row_with(&reading, cases[i].says), 0, "%s", cases[i].says);
		close_reading(&reading);
	}
}

/* ---- long threads ------------------------------------------------------------------------------------- */

/* Messages [first, last] in front of what is there. */
static void add_older(struct conversation *conversation, int first, int last, int older)
{
	struct conversation all;
	conversation_init(&all);
	all.ticket_id = TICKET;
	all.older = older;
	for (int i = first; i <= last; i++) {
		char text[64];
		struct entry *entry = conversation_add(&all);
		snprintf(text, sizeof text, "Message %d says\nsomething.", i);
		*entry = (struct entry){.id = i,
		        .at = i,
		        .at_us = (int64_t)i * 1000000,
		        .send_at = INSTANT_NONE,
		        .sent_at = INSTANT_NONE,
		        .author = alloc_copy("Eve"),
		        .body = alloc_copy(text)};
	}
	conversation_put_before(conversation, &all);
}

Test(talk, older_messages_come_above_what_one_reads)
{
	struct reading reading;
	open_reading(&reading, 24, 80, "dark");
	struct conversation *conversation = &reading.office.conversation;
	conversation_release(conversation);
	conversation->ticket_id = TICKET;
	add_older(conversation, 4901, 5000, 4900);
	ticket_view_to_unread(reading.view);
	draw(&reading);
	cr_expect_geq(row_with(&reading, "Message 5000 says"), 0);
	cr_expect_not(ticket_view_wants(reading.view).older, "nothing is asked for that nobody looks at");
	ticket_view_scroll(reading.view, -390);
	draw(&reading);
	cr_expect(ticket_view_wants(reading.view).older);
	const int row = row_with(&reading, "Message 4902 says");
	cr_expect_geq(row, 0);
	add_older(conversation, 4701, 4900, 4700);
	reading.revision++;
	draw(&reading);
	cr_expect_eq(row_with(&reading, "Message 4902 says"), row, "the lines stay where they were");
	/* To the very beginning: all is asked for, and the first line shows how much is missing. */
	ticket_view_to_top(reading.view);
	draw(&reading);
	cr_expect(ticket_view_wants(reading.view).older);
	cr_expect_geq(row_with(&reading, "4700 older messages: loaded as you scroll"), 0);
	add_older(conversation, 1, 4700, 0);
	reading.revision++;
	draw(&reading);
	cr_expect_geq(row_with(&reading, "Message 1 says"), 0);
	cr_expect_eq(row_with(&reading, "older message"), -1);
	cr_expect_not(ticket_view_wants(reading.view).older);
	close_reading(&reading);
}

Test(talk, the_rest_of_a_long_message_is_asked_for_when_one_comes_near)
{
	struct reading reading;
	open_reading(&reading, 24, 80, "dark");
	struct conversation *conversation = &reading.office.conversation;
	conversation_release(conversation);
	conversation->ticket_id = TICKET;
	add_older(conversation, 1, 2, 0);
	struct strbuf body = STRBUF_INIT;
	for (int i = 0; i < 6000; i++)
		strbuf_addf(&body, "line %d of the log\n", i);
	struct entry *entry = &conversation->entries[0];
	free(entry->body);
	entry->body = alloc_copy_n(body.data, 100000);
	entry->body_size = (int64_t)body.length;
	draw(&reading);
	cr_expect_eq(ticket_view_wants(reading.view).rest_of, 0);
	cr_expect_geq(row_with(&reading, "line 3 of the log"), 0);
	ticket_view_to_end(reading.view);
	draw(&reading);
	cr_expect_eq(ticket_view_wants(reading.view).rest_of, 1);
	cr_expect_geq(row_with(&reading, "kB more of this message: loaded as you scroll]"), 0);
	const int row = row_with(&reading, "Message 2 says");
	cr_expect_geq(row, 0);
	/* It comes: no line is lost or doubled where the parts meet. */
	free(entry->body);
	entry->body = strbuf_detach(&body);
	reading.revision++;
	draw(&reading);
	cr_expect_eq(ticket_view_wants(reading.view).rest_of, 0);
	int lines = 0;
	ticket_view_to_top(reading.view);
	for (int want = 0; want < 6000;) {
		char text[40];
		int at;
		draw(&reading);
		for (;; want++, lines++) {
			snprintf(text, sizeof text, "line %d of the log", want);
			if ((at = row_with(&reading, text)) < 0)
				break;
		}
		cr_assert_leq(lines, 6000);
		cr_assert(want == 6000 || lines, "line %d", want);
		ticket_view_scroll(reading.view, terminal_rows(reading.stage.terminal) / 2);
		if (want < 6000 && lines > 5990)
			ticket_view_to_end(reading.view);
	}
	cr_expect_eq(lines, 6000);
	close_reading(&reading);
}
