/*
 * The wall of pictures: each screen in each size, in English and in Russian. A golden file holds the text once and the styles
 * of the dark and of the light theme; colours must not change what is said.
 */
#include "base/alloc.h"
#include "base/i18n.h"
#include "show.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void queue(struct show *show)
{
	show->console->settings.split = false;
	show_type(show, "gg");
}

static void split(struct show *show)
{
	show_type(show, "gg");
}

static void ticket(struct show *show)
{
	show->console->settings.split = false;
	show_type(show, "gg\n");
}

static void send_bar(struct show *show)
{
	static const struct macro_actions none;
	struct kept_conversation *kept = &show->console->kept[0];
	kept->conversation.recipient = alloc_copy("a.leroy@lerua.example");
	kept->conversation.cc = alloc_copy("it@lerua.example");
	kept->conversation.reply_subject = alloc_copy("Re: Данные за ночь не загрузились в BigQuery");
	show_type(show, "gg");
	show->console->target = 48213;
	reply_insert(show->console, false,
	        "Добрый день!\n\nТаблицы за ночь перезагружены, проверьте, пожалуйста.\n\nАнна", &none);
	console_unsay(show->console);
}

static void help(struct show *show)
{
	show_type(show, "?");
}

static void filter_error(struct show *show)
{
	show_type(show, "gg\\status:new due<soon\n");
}

static void empty_view(struct show *show)
{
	show_type(show, "\\status:pending prio:urgent assignee:me\n");
}

static void bulk_progress_line(struct show *show)
{
	show_type(show, ":mark all\nPh");
	for (size_t item = 0; item < 5; item++)
		show->console->bulk.items[item].state = BULK_DONE;
}

static void fact(struct explanation *all, enum fact_kind kind, const char *from, const char *until,
        int64_t seconds, int64_t was, const char *name, const char *detail)
{
	*explanation_add(all) = (struct fact){.kind = kind,
	        .at = from ? office_time(from) : INSTANT_NONE,
	        .until = until ? office_time(until) : INSTANT_NONE,
	        .seconds = seconds,
	        .was = was,
	        .utc_offset_s = OFFICE_OFFSET_S,
	        .has_zone = kind != FACT_NOW,
	        .name = alloc_copy(name),
	        .detail = alloc_copy(detail)};
}

static void timer(struct show *show)
{
	const int64_t none = INSTANT_NONE;
	struct explanation all;
	explanation_init(&all);
	fact(&all, FACT_NOW, "2026-11-23 11:41", NULL, 48190, none, "Attribution model shows zero revenue",
	        "");
	fact(&all, FACT_WAIT, "2026-11-20 15:10", NULL, 14400, none, "first_reply", "");
	fact(&all, FACT_MESSAGE, "2026-11-20 15:10", NULL, none, none, "Jan de Vries", "");
	fact(&all, FACT_PLAN, NULL, NULL, 14400, none, "Reporting & Attribution", "plan");
	fact(&all, FACT_CALENDAR, "2026-11-20 15:10", NULL, 2, 2, "tickets", "Etc/GMT-2");
	fact(&all, FACT_WORK, "2026-11-20 15:10", "2026-11-20 16:00", 3000, none, "", "");
	fact(&all, FACT_PAUSED, "2026-11-20 16:00", "2026-11-20 16:30", none, none, "ben", "hold");
	fact(&all, FACT_WORK, "2026-11-20 16:30", "2026-11-20 17:00", 1800, none, "", "");
	fact(&all, FACT_CLOSED, "2026-11-20 17:00", "2026-11-23 09:00", none, none, "", "");
	fact(&all, FACT_DAY_OFF, "2026-11-21 12:00", NULL, none, none, "2026-11-21", "");
	fact(&all, FACT_DAY_OFF, "2026-11-22 12:00", NULL, none, none, "2026-11-22", "");
	fact(&all, FACT_WORK, "2026-11-23 09:00", "2026-11-23 11:40", 9600, none, "", "");
	fact(&all, FACT_LATE, "2026-11-23 11:40", "2026-11-23 11:41", 60, none, "", "");
	fact(&all, FACT_USED, "2026-11-23 11:41", NULL, 14460, none, "", "");
	fact(&all, FACT_DUE, "2026-11-23 11:40", "2026-11-23 11:40", none, none, "", "");
	show_type(show, "gg");
	explain_show(show->console, &all);
	explanation_release(&all);
}

static const struct screen {
	const char *name;
	void (*play)(struct show *show);
	int columns_least; /* below it there is no such screen */
} screens[] = {
        {"queue", queue, 0},
        {"split", split, 100},
        {"ticket", ticket, 0},
        {"send-bar", send_bar, 0},
        {"help", help, 0},
        {"filter-error", filter_error, 0},
        {"empty-view", empty_view, 0},
        {"bulk-progress", bulk_progress_line, 0},
        {"timer", timer, 0},
};

static const struct {
	int rows, columns;
} sizes[] = {{24, 80}, {45, 160}, {60, 220}};

static void play(const struct screen *screen, int rows, int columns, const char *language, const char *theme,
        struct strbuf *text, struct strbuf *styles)
{
	struct show show;
	show_open(&show, rows, columns, theme, 12);
	i18n_choose(language);
	screen->play(&show);
	show_draw(&show);
	stage_text(&show.stage, text);
	stage_styles(&show.stage, styles);
	draft_discard(&show.console->draft);
	show_close(&show);
}

static void hang(const struct screen *screen, int rows, int columns, const char *language)
{
	struct strbuf dark = STRBUF_INIT, light = STRBUF_INIT, styles = STRBUF_INIT;
	char name[80];
	snprintf(name, sizeof name, "wall/%s-%dx%d-%s", screen->name, columns, rows, language);
	strbuf_adds(&styles, "==== dark\n");
	play(screen, rows, columns, language, "dark", &dark, &styles);
	strbuf_adds(&styles, "==== light\n");
	play(screen, rows, columns, language, "light", &light, &styles);
	cr_expect_str_eq(dark.data, light.data, "%s: the themes say different things", name);
	strbuf_adds(&dark, styles.data);
	stage_compare(name, &dark);
	strbuf_release(&dark);
	strbuf_release(&light);
	strbuf_release(&styles);
}

static void hang_all(const char *language)
{
	char state[] = "/tmp/sandglass-wall-XXXXXX";
	cr_assert(mkdtemp(state));
	setenv("XDG_STATE_HOME", state, 1);
	for (size_t i = 0; i < sizeof screens / sizeof *screens; i++)
		for (size_t size = 0; size < sizeof sizes / sizeof *sizes; size++)
			if (sizes[size].columns >= screens[i].columns_least)
				hang(&screens[i], sizes[size].rows, sizes[size].columns, language);
}

Test(wall, english)
{
	hang_all("en");
}

Test(wall, russian)
{
	hang_all("ru");
}
