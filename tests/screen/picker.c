/*
 * The list to pick from, as pictures and key by key: what narrows it, what moves, what is taken, and that nothing in an
 * item leaves its cell.
 */
#include "ui/picker.h"
#include "base/strbuf.h"
#include "stage.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const struct picker_item macros[] = {
        {11, "Refund: asked accounting", "pending, +billing", "own"},
        {12, "Данные с задержкой", "hold for BigQuery, high", "shared"},
        {13, "Данные восстановлены", "pending, -delay", "shared"},
        {14, "Close: answered by phone", "note, closed", "Support"},
        {15, "日本語のご案内", "pending", "shared"},
        {16, "\x1b[31mred\u202e\u200b\x07 alert",
                "\x9b"
                "2J\nsecond line\ttab",
                "ow\x1bn"},
        {17, "A very long name that goes on and on until nothing of it can be seen behind the frame's edge any more",
                "and a note that is long too, with more words than there is room for beside it", "Support"},
        {18, "", "a macro without a name", NULL},
};

enum { MACROS = sizeof macros / sizeof *macros };

static enum picker_result type(struct picker *picker, const char *text)
{
	enum picker_result result = PICKER_CHOOSING;
	for (; *text; text++)
		result = picker_key(picker, *text);
	return result;
}

static int64_t chosen(const struct picker *picker)
{
	int64_t id;
	return picker_chosen(picker, &id) ? id : -1;
}

static void fill_preview(struct picker *picker)
{
	pager_release(&picker->preview);
	pager_init(&picker->preview, "preview");
	pager_add(&picker->preview, ROLE_NOTE, 0, NULL, "Then: on hold for BigQuery; priority high");
	pager_add(&picker->preview, ROLE_TEXT, 0, NULL, "");
	pager_add(&picker->preview, ROLE_TEXT, 0, NULL,
	        "Здравствуйте, Мира!\n\nДанные из BigQuery приходят с задержкой. Мы следим за этим и напишем, как только"
	        " таблицы снова будут полными.\n\nAnna");
	for (int i = 0; i < 30; i++)
		pager_add(&picker->preview, ROLE_DIM, 0, NULL, "one more line");
}

static void draw(struct stage *stage, struct picker *picker)
{
	const int rows = terminal_rows(stage->terminal), columns = terminal_columns(stage->terminal);
	const struct rect body = {1, 0, rows - 3, columns};
	int y, x;
	terminal_frame_begin(stage->terminal, true);
	for (int i = 0; i < body.rows; i++)
		draw_text(stage->terminal, body.y + i, 0, columns, ROLE_TEXT,
		        "what lies below: 日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語");
	picker_draw(picker, stage->terminal, body, &y, &x);
	stage_frame_end(stage, y, x);
}

Test(picker, pictures)
{
	static const struct {
		const char *name, *theme;
		int rows, columns;
		const char *typed;
		bool previewed, ascii;
	} cases[] = {
	        {"picker-80x24-dark", "dark", 24, 80, "dan", true, false},
	        {"picker-80x24-all", "dark", 24, 80, "", false, false},
	        {"picker-80x24-nothing", "mono", 24, 80, "zzz", true, false},
	        {"picker-80x24-ascii", "mono", 24, 80, "re", true, true},
	        {"picker-160x45-light", "light", 45, 160, "", true, false},
	        {"picker-60x15-dark", "dark", 15, 60, "ea", true, false},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct stage stage;
		struct picker picker = {.title = NULL};
		struct error err;
		stage_bare(&stage, cases[i].rows, cases[i].columns, NULL);
		stage_theme(&stage, cases[i].theme);
		const struct terminal_options options = {.theme = &stage.theme, .ascii = cases[i].ascii};
		stage.terminal = terminal_open(&options, &err);
		stage_pump(&stage);
		picker_open(&picker, "macro for 48213", macros, MACROS, cases[i].previewed);
		type(&picker, cases[i].typed);
		if (cases[i].previewed)
			fill_preview(&picker);
		if (strcmp(cases[i].typed, "zzz") == 0)
			picker_say(&picker, "nothing in the list matches");
		draw(&stage, &picker);
		stage_golden(&stage, cases[i].name);
		picker_close(&picker);
		stage_close(&stage);
	}
}

Test(picker, a_name_comes_before_a_note)
{
	static const struct picker_item agents[] = {
	        {1, "vera", "Anna Petrenko", ""}, {2, "marinchenka", "Alla", ""}, {3, "joanna", "Jo", ""}};
	struct picker picker = {.title = NULL};
	picker_open(&picker, "t", agents, 3, false);
	type(&picker, "anna");
	cr_expect_eq(picker.shown_count, 3);
	cr_expect_eq(chosen(&picker), 3);
	picker_key(&picker, KEY_TAB);
	cr_expect_eq(chosen(&picker), 2, "however scattered: a note may be all that was typed");
	picker_key(&picker, KEY_TAB);
	cr_expect_eq(chosen(&picker), 1);
	picker_close(&picker);
}

Test(picker, keys)
{
	struct picker picker = {.title = NULL};
	picker_open(&picker, "t", macros, MACROS, false);
	cr_expect_eq(chosen(&picker), 11);
	picker_key(&picker, KEY_UP_ARROW);
	cr_expect_eq(chosen(&picker), 18, "around the end");
	picker_key(&picker, KEY_TAB);
	picker_key(&picker, KEY_TAB);
	cr_expect_eq(chosen(&picker), 12);
	picker_key(&picker, KEY_END_KEY);
	cr_expect_eq(chosen(&picker), 18);
	picker.height = 4;
	picker_key(&picker, KEY_PAGE_UP);
	cr_expect_eq(chosen(&picker), 14);
	picker_key(&picker, KEY_PAGE_UP);
	cr_expect_eq(chosen(&picker), 11, "a page stops at the end");

	type(&picker, "phone");
	cr_expect_eq(picker.shown_count, 1);
	cr_expect_eq(chosen(&picker), 14);
	picker_key(&picker, KEY_HOME_KEY); /* in the line now */
	type(&picker, "c");
	cr_expect_str_eq(picker.line.text.data, "cphone");
	cr_expect_eq(type(&picker, "zzz"), PICKER_CHOOSING);
	picker_say(&picker, "no");
	cr_expect_eq(picker_key(&picker, '\r'), PICKER_TAKEN);
	cr_expect_eq(chosen(&picker), -1, "nothing matches");
	cr_expect(picker.line.note);
	picker_key(&picker, 'U' & 0x1f);
	picker_key(&picker, KEY_DELETE_KEY);
	cr_expect_not(picker.line.note, "what was said was about another text");

	/* What is in the note is found too, behind what is in the text. */
	picker_key(&picker, KEY_END_KEY);
	picker_key(&picker, 'U' & 0x1f);
	type(&picker, "pending");
	cr_expect_eq(picker.shown_count, 3);
	picker_key(&picker, 'U' & 0x1f);
	type(&picker, "closed");
	cr_expect_eq(chosen(&picker), 14);

	/* A paste is text, whatever is in it. */
	picker_key(&picker, 'U' & 0x1f);
	picker_key(&picker, KEY_PASTE_BEGIN);
	cr_expect_eq(type(&picker, "re\r\t"), PICKER_CHOOSING);
	picker_key(&picker, KEY_PASTE_END);
	cr_expect_str_eq(picker.line.text.data, "re  ");

	/* It narrows once, when it has ended, and says where it was cut. */
	picker_key(&picker, 'U' & 0x1f);
	picker_key(&picker, KEY_PASTE_BEGIN);
	for (int i = 0; i < 5000; i++)
		picker_key(&picker, 'z');
	cr_expect_eq(picker.shown_count, MACROS);
	picker_key(&picker, KEY_PASTE_END);
	cr_expect_eq(picker.shown_count, 0);
	cr_assert(picker.line.note);
	cr_expect_str_eq(picker.line.note, "a line has room for 4000 bytes; what did not fit was left out");
	picker_key(&picker, KEY_BACKSPACE_KEY);
	cr_expect_null(picker.line.note);
	cr_expect_eq(picker_key(&picker, KEY_ESC), PICKER_LEFT);
	picker_close(&picker);
}

/* The pages are the preview's where it is longer than its place, and the list's where it is not. */
Test(picker, pages_of_the_preview)
{
	struct stage stage;
	struct picker picker = {.title = NULL};
	stage_open(&stage, 24, 80, "dark", NULL);
	picker_open(&picker, "macro for 48213", macros, MACROS, true);
	fill_preview(&picker);
	draw(&stage, &picker);
	cr_assert(picker_scrolls_preview(&picker));
	const int rows = picker.preview.rows, height = picker.preview.height;
	picker_key(&picker, KEY_PAGE_DOWN);
	draw(&stage, &picker);
	cr_expect_eq(picker.preview.top, rows - 1);
	cr_expect_eq(chosen(&picker), 11, "the cursor stays");
	for (int i = 0; i < 20; i++) {
		picker_key(&picker, KEY_PAGE_DOWN);
		draw(&stage, &picker);
	}
	cr_expect_eq(picker.preview.top, height - rows, "it ends with its last line");
	picker_key(&picker, KEY_PAGE_UP);
	draw(&stage, &picker);
	cr_expect_eq(picker.preview.top, height - rows - (rows - 1));

	pager_release(&picker.preview);
	pager_init(&picker.preview, "preview");
	pager_add(&picker.preview, ROLE_TEXT, 0, NULL, "short");
	draw(&stage, &picker);
	cr_expect_not(picker_scrolls_preview(&picker));
	picker_key(&picker, KEY_PAGE_DOWN);
	cr_expect_neq(chosen(&picker), 11);
	picker_close(&picker);
	stage_close(&stage);
}

/* Who types quickly types before the server has answered: the Enter waits for the items. */
Test(picker, enter_waits_for_what_is_to_come)
{
	struct picker picker = {.title = NULL};
	picker_open(&picker, "t", NULL, 0, false);
	cr_expect_eq(type(&picker, "phone\r"), PICKER_CHOOSING);
	cr_expect_eq(picker_fill(&picker, macros, MACROS), PICKER_TAKEN);
	cr_expect_eq(chosen(&picker), 14);
	picker_open(&picker, "t", NULL, 0, false);
	type(&picker, "phone\r");
	picker_key(&picker, KEY_BACKSPACE_KEY); /* another text: it does not wait any more */
	cr_expect_eq(picker_fill(&picker, macros, MACROS), PICKER_CHOOSING);
	picker_open(&picker, "t", NULL, 0, false);
	type(&picker, "zzz\r");
	cr_expect_eq(picker_fill(&picker, macros, MACROS), PICKER_CHOOSING, "nothing matches");
	picker_close(&picker);
}
