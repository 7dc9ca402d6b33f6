/*
 * How many bytes go to the terminal: over a slow link they are what an agent feels. Counts, not times, so they may
 * fail a test.
 */
#include "office.h"
#include "stage.h"
#include "ui/frame.h"
#include "ui/queue_view.h"

#include <criterion/criterion.h>

struct show {
	int drawn; /* frames */
	struct stage stage;
	struct office office;
	struct queue_view view;
};

static void show_open(struct show *show, int rows, int columns, int more)
{
	*show = (struct show){0};
	office_open(&show->office);
	office_add_many(&show->office, more);
	stage_open(&show->stage, rows, columns, "dark", NULL);
}

static void show_close(struct show *show)
{
	office_close(&show->office);
	stage_close(&show->stage);
}

static const struct hint hints[] = {{"c", "claim"}, {"?", "help"}};

static uint64_t frame(struct show *show, size_t selected)
{
	const int rows = terminal_rows(show->stage.terminal),
	          columns = terminal_columns(show->stage.terminal);
	const struct queue_model model = {.listing = show->office.listing,
	        .directory = &show->office.directory,
	        .now = show->office.now,
	        .warn_s = OFFICE_WARN_S,
	        .selected = listing_id(show->office.listing, selected),
	        .focused = true,
	        .utc_offset_s = OFFICE_OFFSET_S,
	        .view_name = "all"};
	const struct title_model title = {.view = "QUEUE all",
	        .order = "prio,due",
	        .counts_known = true,
	        .counts = listing_counts(
	                show->office.listing, &show->office.directory, show->office.now, OFFICE_WARN_S),
	        .warn_text = "30m",
	        .agent = "anna",
	        .wall_clock = "11:41"};
	terminal_frame_begin(show->stage.terminal, !show->drawn++); /* as the console does: one layout */
	title_draw(show->stage.terminal, 0, &title);
	queue_view_draw(&show->view, show->stage.terminal, (struct rect){1, 0, rows - 8, columns}, &model);
	draw_rule(show->stage.terminal, rows - 7, 0, columns, "peek");
	message_draw(show->stage.terminal, rows - 2, ROLE_SUCCESS, "48207 is yours");
	footer_draw(show->stage.terminal, rows - 1, hints, 2);
	return stage_frame_end(&show->stage, -1, 0);
}

static const struct {
	int rows, columns;
} sizes[] = {{24, 80}, {45, 160}};

Test(bytes, cursor_move)
{
	for (size_t i = 0; i < 2; i++) {
		struct show show;
		show_open(&show, sizes[i].rows, sizes[i].columns, 0);
		frame(&show, 0);
		cr_expect_eq(frame(&show, 0), 0, "nothing changed, nothing is sent");
		uint64_t most = 0;
		for (size_t at = 1; at <= 10; at++) {
			uint64_t bytes = frame(&show, at);
			most = bytes > most ? bytes : most;
		}
		for (size_t at = 10; at-- > 0;) {
			uint64_t bytes = frame(&show, at);
			most = bytes > most ? bytes : most;
		}
		cr_log_info("cursor move at %d columns: %d bytes", sizes[i].columns, (int)most);
		cr_expect_leq(most, 40, "%d columns: %d bytes", sizes[i].columns, (int)most);
		show_close(&show);
	}
}

Test(bytes, scrolled_line)
{
	for (size_t i = 0; i < 2; i++) {
		struct show show;
		show_open(&show, sizes[i].rows, sizes[i].columns, 200);
		const size_t last = (size_t)sizes[i].rows - 10;
		uint64_t latin = 0, other = 0, latin_lines = 0, other_lines = 0;
		frame(&show, last);
		for (size_t at = 0; at < 40; at++) {
			const bool is_latin = listing_row(show.office.listing, last + 1 + at)->subject[0] > 0;
			const uint64_t bytes = frame(&show, last + 1 + at);
			*(is_latin ? &latin : &other) += bytes;
			*(is_latin ? &latin_lines : &other_lines) += 1;
		}
		latin /= latin_lines;
		other /= other_lines;
		cr_log_info("scrolled line at %d columns: %d bytes, Cyrillic %d", sizes[i].columns,
		        (int)latin, (int)other);
		cr_expect_leq(latin, 200);
		/* A Cyrillic letter is two bytes: a wide line of them may cost what its letters do. */
		cr_expect_leq(other, sizes[i].columns > 100 ? 260 : 200);
		cr_expect_eq(show.view.top, 40);
		show_close(&show);
	}
}

/* A minute of nothing but clocks, one of them under ten minutes. */
Test(bytes, clocks)
{
	struct show show;
	show_open(&show, 24, 80, 0);
	frame(&show, 0);
	uint64_t total = 0;
	for (int i = 0; i < 60; i++) {
		show.office.now++;
		total += frame(&show, 0);
	}
	cr_log_info("clocks: %d bytes a minute", (int)total);
	cr_expect_leq(total, 60 * 60);
	cr_expect_gt(total, 60 * 4, "the seconds move");
	show_close(&show);
}
