/*
 * What stands below the list, or beside it, is the ticket that the keys act on, whatever has moved the cursor.
 */
#include "show.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name, *list, *keys;
	bool taken; /* a colleague takes the ticket under the cursor meanwhile */
} ways[] = {
        {"claimed in the list", "gugg", "c", false},
        {"claimed in the ticket", "gugg", "\ncq", false},
        {"another status in the ticket", "\\status:new\n", "\nsoq", false},
        {"an undo after a move", "\\status:new\n", "\nsoqju", false},
        {"an undo in another ticket", "\\status:new\n", "so\nuq", false},
        {"many", "\\status:new\n", " jsou", false},
        {"all", "\\status:new\n", ":mark all\nso", false},
        {"another filter", "gugg", "\n\\status:open\nq", false},
        {"another view", "gugg", "\ncgaq", false},
        {"one that the list does not show", "gugg", ":48190\nq", false},
        {"taken in the list", "gugg", "", true},
        {"taken while it is read", "gugg", "\n", true},
};

static void take(struct console *console)
{
	struct kept_row copy = {.row = {.id = 0}};
	kept_row_set(&copy, queue_find(console->queue, console->selected));
	copy.row.assignee_id = 2;
	copy.row.version++;
	queue_put(console->queue, &copy.row);
	list_refresh(console);
	kept_row_release(&copy);
}

static long long number_in(const char *line)
{
	return atoll(line + strcspn(line, "0123456789"));
}

static long long cursor_row(struct show *show)
{
	for (int y = 0; y < 30; y++)
		if (stage_line(&show->stage, y)[0] == '>')
			return number_in(stage_line(&show->stage, y));
	return 0;
}

/* The heading of what is below the list, or beside it. */
static long long shown(struct show *show, bool split)
{
	for (int y = 1; y < 30; y++) {
		const char *line = stage_line(&show->stage, y);
		const char *at = split ? strstr(line, "│") : strncmp(line, "── ", 7) == 0 ? line : NULL;
		if (at)
			return number_in(at);
	}
	return 0;
}

static void expect_same(struct show *show, const char *name, bool split, const char *when)
{
	struct strbuf picture = STRBUF_INIT;
	show_draw(show);
	stage_text(&show->stage, &picture);
	cr_expect_eq(cursor_row(show), show->console->selected, "%s, %s: the cursor\n%s", name, when,
	        picture.data);
	cr_expect_eq(shown(show, split), console_ticket(show->console),
	        "%s, %s: %lld is shown, and keys act on %lld", name, when, shown(show, split),
	        (long long)console_ticket(show->console));
	strbuf_release(&picture);
}

Test(shown, is_what_the_keys_act_on)
{
	for (int split = 0; split < 2; split++)
		for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
			struct show show;
			char one[2] = "";
			show_open(&show, 30, 100, "dark", 3);
			show.console->settings.split = split;
			show_type(&show, ways[i].list);
			expect_same(&show, ways[i].name, split, "before");
			for (const char *k = ways[i].keys; *k; k++) {
				one[0] = *k;
				show_type(&show, one);
				/* As the loop does it after a key: what one keeps reading is shown by then. */
				show_what_keys_act_on(show.console);
			}
			if (ways[i].taken)
				take(show.console);
			show_what_keys_act_on(show.console);
			if (console_place(show.console) == PLACE_TICKET)
				show_type(&show, "q");
			expect_same(&show, ways[i].name, split, "after");
			if (ways[i].taken && !*ways[i].keys)
				cr_expect_not_null(strstr(stage_line(&show.stage, 28), "is ben's now"),
				        "who took it: %s", stage_line(&show.stage, 28));
			show_close(&show);
		}
}
