/*
 * Marks and actions on many tickets as they stand on the screen.
 */
#include "base/alloc.h"
#include "base/i18n.h"
#include "show.h"

#include <criterion/criterion.h>
#include <stdio.h>

static const struct {
	const char *name, *theme, *language;
	int rows, columns;
} sizes[] = {{"80x24-dark", "dark", "en", 24, 80}, {"80x24-light", "light", "en", 24, 80},
        {"160x45-mono", "mono", "en", 45, 160}, {"ru-80x24-dark", "dark", "ru", 24, 80},
        {"ru-220x60-light", "light", "ru", 60, 220}};

enum { SIZES = sizeof sizes / sizeof *sizes };

static const char *named(const char *what, size_t size)
{
	static char name[60];
	snprintf(name, sizeof name, "bulk-%s-%s", what, sizes[size].name);
	return name;
}

Test(bulk_pictures, marks_progress_and_the_question_about_those_who_wait)
{
	for (size_t i = 0; i < SIZES; i++) {
		struct show show;
		show_open(&show, sizes[i].rows, sizes[i].columns, sizes[i].theme, 60);
		i18n_choose(sizes[i].language);
		show_type(&show, "gg jj V");
		show_golden(&show, named("marked", i));
		show_type(&show, "sc");
		show_golden(&show, named("waiting", i));
		show_type(&show, "qU:mark all\nPh");
		for (size_t item = 40; item < 60; item++)
			show.console->bulk.items[item].state = BULK_DONE;
		show_golden(&show, named("progress", i));
		show_close(&show);
	}
}

static void refuse(struct bulk *bulk, size_t at, enum error_kind kind, const char *why)
{
	bulk->items[at].state = BULK_REFUSED;
	bulk->items[at].kind = kind;
	bulk->items[at].why = alloc_copy(why);
}

Test(bulk_pictures, summary)
{
	for (size_t i = 0; i < SIZES; i++) {
		struct show show;
		show_open(&show, sizes[i].rows, sizes[i].columns, sizes[i].theme, 9);
		i18n_choose(sizes[i].language);
		struct bulk *bulk = &show.console->bulk;
		bulk->title = alloc_format(_("status %s"), status_label(STATUS_CLOSED));
		bulk->count = 20;
		bulk->items = alloc_array(bulk->count, sizeof *bulk->items);
		for (size_t item = 0; item < bulk->count; item++)
			bulk->items[item] = (struct bulk_item){.ticket_id = 48190 + (int64_t)item,
			        .last = true,
			        .state = item < 18 ? BULK_DONE : BULK_WAITS};
		refuse(bulk, 3, ERROR_CONFLICT, "ben set priority normal -> urgent 12 s ago");
		refuse(bulk, 7, ERROR_CONFLICT, "svitlana replied, set status open -> pending 4 min ago");
		refuse(bulk, 9, ERROR_WAITING,
		        "a customer has been waiting for an answer for 12 s: reply, say that no reply is needed, or let the wait go on");
		refuse(bulk, 11, ERROR_NOT_FOUND, _("it has left the queue meanwhile"));
		bulk_show_summary(show.console);
		show_golden(&show, named("summary", i));
		show_close(&show);
	}
}
