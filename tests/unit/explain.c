/* The wording of a clock's explanation: facts as the server tells them, and every line that must come of them. */
#include "core/explain.h"
#include "base/alloc.h"
#include "base/strbuf.h"
#include "core/civil.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define NONE INSTANT_NONE

/* Of 2026, in UTC+2. */
static instant at(int month, int day, int hour, int minute)
{
	return civil_instant(
	        &(struct civil){.year = 2026, .month = month, .day = day, .hour = hour, .minute = minute},
	        7200);
}

static void add(struct explanation *all, enum fact_kind kind, instant from, instant until, int64_t seconds,
        int64_t was, const char *name, const char *detail)
{
	struct fact *fact = explanation_add(all);
	*fact = (struct fact){.kind = kind,
	        .at = from,
	        .until = until,
	        .seconds = seconds,
	        .was = was,
	        .utc_offset_s = 7200,
	        .has_zone = kind != FACT_NOW,
	        .name = alloc_copy(name),
	        .detail = alloc_copy(detail)};
}

static int desk(instant t)
{
	return 7200;
}

static int vienna(instant t)
{
	return 3600;
}

static void note(void *context, enum explain_style style, const char *key, const char *text)
{
	strbuf_addf(context, "%s%s%s\n", key, *key ? ": " : "", text);
}

static void expect_words(struct explanation *all, civil_zone *offset, const char *words)
{
	struct strbuf out = STRBUF_INIT;
	explain_words(all, offset, note, &out);
	cr_expect_str_eq(out.data, words);
	strbuf_release(&out);
}

#define RULE                                                                                                     \
	"rule: working hours count from the oldest unanswered message until an agent's public reply; the target" \
	" used up is due, one second more a breach\n"

Test(explain, a_wait_over_a_holiday_in_two_zones)
{
	struct explanation all;
	explanation_init(&all);
	add(&all, FACT_NOW, at(12, 24, 16, 0), NONE, 17, NONE, "Help\n\033[31m", "");
	add(&all, FACT_WAIT, at(12, 24, 14, 30), NONE, 14400, NONE, "first_reply", "");
	add(&all, FACT_MESSAGE, at(12, 24, 14, 30), NONE, NONE, NONE, "Ann", "");
	add(&all, FACT_PLAN, NONE, NONE, 14400, NONE, "Business (archived)", "plan");
	add(&all, FACT_CALENDAR, at(12, 24, 14, 30), NONE, 1, 1, "tickets", "Etc/GMT-2");
	add(&all, FACT_WORK, at(12, 24, 14, 30), at(12, 24, 16, 0), 5400, NONE, "", "");
	add(&all, FACT_AHEAD, at(12, 24, 16, 0), at(12, 24, 17, 0), 3600, NONE, "", "");
	add(&all, FACT_CLOSED, at(12, 24, 17, 0), at(12, 28, 9, 0), NONE, NONE, "", "");
	add(&all, FACT_HOLIDAY, at(12, 25, 12, 0), NONE, NONE, NONE, "2026-12-25", "");
	add(&all, FACT_DAY_OFF, at(12, 26, 12, 0), NONE, NONE, NONE, "2026-12-26", "");
	add(&all, FACT_DAY_OFF, at(12, 26, 12, 0), NONE, NONE, NONE, "2026-12-26", "");
	add(&all, FACT_AHEAD, at(12, 28, 9, 0), at(12, 28, 10, 30), 5400, NONE, "", "");
	add(&all, FACT_USED, at(12, 24, 16, 0), NONE, 5400, NONE, "", "");
	add(&all, FACT_DUE, at(12, 28, 10, 30), at(12, 28, 10, 30), NONE, NONE, "", "");
	expect_words(&all, desk,
	        "Ticket 17: Help \uFFFD[31m\n"
	        "First reply: the customer is waiting\n"
	        "opened: Thu 24 Dec 14:30, by a message of Ann\n"
	        "promise: 4h of working time by the plan Business (archived), its general target\n"
	        "calendar: tickets, hours of Etc/GMT-2 (UTC+02:00)\n"
	        "worked: Thu 24 Dec 14:30-16:00: 1h30m, together 1h30m\n"
	        "to come: Thu 24 Dec 16:00-17:00: 1h, together 2h30m\n"
	        "closed: Thu 24 Dec 17:00 until Mon 28 Dec 09:00\n"
	        "holiday: Fri 25 Dec is a holiday\n"
	        "day off: Sat 26 Dec is no working day\n"
	        "to come: Mon 28 Dec 09:00-10:30: 1h30m, together 4h\n"
	        "used: 1h30m of 4h, left 2h30m\n"
	        "due: Mon 28 Dec 10:30\n"
	        "breach: after Mon 28 Dec 10:30\n" RULE);
	all.count = 6;
	expect_words(&all, vienna,
	        "Ticket 17: Help \uFFFD[31m\n"
	        "First reply: the customer is waiting\n"
	        "opened: Thu 24 Dec 13:30, by a message of Ann\n"
	        "promise: 4h of working time by the plan Business (archived), its general target\n"
	        "calendar: tickets, hours of Etc/GMT-2 (UTC+02:00); times here are yours (UTC+01:00), the calendar's stand"
	        " behind them\n"
	        "worked: Thu 24 Dec 13:30-15:00 (14:30-16:00 there): 1h30m, together 1h30m\n" RULE);
	all.count = 14;
	explanation_release(&all);
}

Test(explain, a_breach_a_pause_a_change_and_a_second_wait)
{
	struct explanation all;
	explanation_init(&all);
	add(&all, FACT_NOW, at(11, 27, 10, 0), NONE, 17, NONE, "Help", "");
	add(&all, FACT_WAIT, at(11, 23, 15, 0), at(11, 25, 9, 10), 7200, NONE, "next_reply", "breached");
	add(&all, FACT_PLAN, NONE, NONE, 7200, NONE, "Enterprise", "then");
	add(&all, FACT_CALENDAR, at(11, 23, 15, 0), NONE, 1, 3, "tickets", "Etc/GMT-2");
	add(&all, FACT_PAUSED, at(11, 23, 15, 10), at(11, 23, 15, 40), NONE, NONE, "anna", "hold");
	add(&all, FACT_LATE, at(11, 23, 17, 0), at(11, 25, 9, 10), 29400, NONE, "", "");
	add(&all, FACT_KEPT, NONE, NONE, 7200, NONE, "", "");
	add(&all, FACT_USED, at(11, 25, 9, 10), NONE, 36600, NONE, "", "");
	add(&all, FACT_TARGET, at(11, 23, 15, 5), at(11, 23, 17, 0), 7200, NONE, "lena", "plan");
	add(&all, FACT_DUE, at(11, 23, 17, 0), at(11, 24, 9, 0), NONE, NONE, "", "");
	add(&all, FACT_END, at(11, 25, 9, 10), NONE, 36600, NONE, "ben", "");
	add(&all, FACT_WAIT, at(11, 23, 15, 0), NONE, 28800, NONE, "resolution", "");
	add(&all, FACT_CALENDAR, at(11, 23, 15, 0), NONE, 3, 3, "tickets", "Etc/GMT-2");
	add(&all, FACT_PAUSED, at(11, 23, 16, 0), NONE, NONE, NONE, "", "pending");
	add(&all, FACT_USED, at(11, 27, 10, 0), NONE, 3600, NONE, "", "");
	add(&all, FACT_WAIT, at(11, 23, 15, 0), NONE, NONE, NONE, "first_reply", "");
	add(&all, FACT_PLAN, NONE, NONE, NONE, NONE, "", "plan");
	expect_words(&all, desk,
	        "Ticket 17: Help\n"
	        "Next reply: breached\n"
	        "promise: 2h of working time by the plan Enterprise, as it was promised then; the policy has changed since\n"
	        "calendar: tickets, hours of Etc/GMT-2 (UTC+02:00); measured with its revision 1, now it has 3\n"
	        "paused: Mon 23 Nov 15:10 until 15:40: anna set it to hold\n"
	        "late: Mon 23 Nov 17:00 until Wed 25 Nov 09:10: 8h10m of working time over the target, together 8h10m\n"
	        "earlier: 2h by what an earlier calendar or policy counted otherwise\n"
	        "used: 10h10m of 2h, late by 8h10m\n"
	        "changed: Mon 23 Nov 15:05: lena changed the plan; target none -> 2h, due Mon 23 Nov 17:00\n"
	        "due: Mon 23 Nov 17:00\n"
	        "breach: after Tue 24 Nov 09:00: the target runs out exactly at closing time, and closed hours do not count,"
	        " so a reply before the next opening is in time\n"
	        "ended: Wed 25 Nov 09:10 by ben\n" RULE "Resolution: the customer is waiting\n"
	        "calendar: tickets, hours of Etc/GMT-2 (UTC+02:00)\n"
	        "paused: since Mon 23 Nov 16:00: the status was pending\n"
	        "used: 1h of 8h, left 7h; the clock stands still\n"
	        "rule: working hours count from the customer's message until the ticket is closed\n"
	        "First reply: the customer is waiting\n"
	        "promise: none, the organization has no plan\n"
	        "rule: nothing was promised, so nothing counts down; the customer waits all the same\n");
	all.count = 1;
	expect_words(&all, desk,
	        "Ticket 17: Help\nNo customer's message has opened a wait on this ticket: no clock runs.\n");
	all.facts[0].was = 18;
	expect_words(
	        &all, desk, "Ticket 17: Help\nIt was merged into ticket 18: its waits are told there.\n");
	all.count = 17;
	explanation_release(&all);
}
