/*
 * The filter language as tables: what is said about a mistake, which rows a filter shows, what it becomes as text, what
 * completion offers. Then two properties: text that was made of a filter says the same filter, and a filter that is asked
 * again only when it says so is never behind one that looks at every row every second.
 */
#include "core/filter.h"

#include "core/countdown.h"
#include "core/queue.h"
#include "support/random.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MINUTE = 60, HOUR = 3600, DAY = 24 * HOUR, WARN = 30 * MINUTE, ANNA = 3 };

static const instant monday = 1795392000; /* 2026-11-23T00:00:00Z */

static void add_plan(
        struct directory *directory, int32_t id, bool archived, const char *name, const char *brief)
{
	directory_add_plan(directory,
	        &(struct plan){
	                .id = id, .archived = archived, .name = (char *)name, .short_name = (char *)brief});
}

static void add_customer(struct directory *directory, int32_t id, int32_t plan_id, const char *name)
{
	directory_add_organization(
	        directory, &(struct organization){.id = id, .plan_id = plan_id, .name = (char *)name});
}

static void add_organization(struct directory *directory, int32_t id, const char *name)
{
	add_customer(directory, id, 0, name);
}

static void add_agent(
        struct directory *directory, int32_t id, bool active, const char *login, const char *name)
{
	directory_add_agent(directory,
	        &(struct agent){.id = id, .active = active, .login = (char *)login, .name = (char *)name});
}

static void add_incident(struct directory *directory, int32_t id, bool closed, const char *title)
{
	directory_add_incident(
	        directory, &(struct incident){.id = id, .closed = closed, .title = (char *)title});
}

static struct calendar *add_calendar(struct directory *directory, int32_t id)
{
	char name[] = "calendar", zone[] = "UTC";
	return directory_add_calendar(directory, &(struct calendar){.id = id, .name = name, .zone = zone});
}

/* A calendar of Mon-Fri 07:00-15:00 UTC for four weeks, and one that is open always. */
static void make_desk(struct directory *directory, struct filter_desk *desk)
{
	char berlin[] = "Berlin", kyiv[] = "Kyiv";
	setlocale(LC_ALL, "C.UTF-8");
	directory_init(directory);
	add_plan(directory, 1, false, "Enterprise", "Ent");
	add_plan(directory, 2, true, "Enterprise", "Ent");
	add_plan(directory, 3, false, "Reports & Attribution", "R&A");
	add_plan(directory, 4, true, "Basic", "Bas");
	add_plan(directory, 5, true, "Business", "Bus");
	add_plan(directory, 6, true, "Business", "Bus");
	add_customer(directory, 6, 5, "Альфа");
	add_customer(directory, 11, 6, "Омега");
	add_customer(directory, 12, 2, "Вега");
	add_organization(directory, 7, "Леруа");
	add_organization(directory, 8, "Kite & Co");
	add_organization(directory, 9, "Kite, Inc");
	add_organization(directory, 10, "None \"Such\"");
	add_agent(directory, ANNA, true, "anna", "Anna Kovalenko");
	add_agent(directory, 4, true, "ben", "Ben");
	add_agent(directory, 5, false, "carl", "Carl");
	directory_add_team(directory, &(struct team){.id = 1, .name = berlin});
	directory_add_team(directory, &(struct team){.id = 2, .name = kyiv});
	add_incident(directory, 3, false, "Google Ads imports fail");
	add_incident(directory, 33, false, "Any \"3\" of them");
	add_incident(directory, 4, true, "Facebook imports fail");
	struct calendar *week = add_calendar(directory, 1);
	for (int day = 0; day < 28; day++)
		if (day % 7 < 5)
			cr_assert(timeline_add(&week->line, monday + day * DAY + 7 * HOUR,
			        monday + day * DAY + 15 * HOUR, 0, NULL));
	struct calendar *always = add_calendar(directory, 2);
	cr_assert(timeline_add(&always->line, monday - 365 * DAY, monday + 365 * DAY, 0, NULL));
	add_calendar(directory, 5); /* its spans are not loaded */
	directory_sort(directory);
	*desk = (struct filter_desk){directory, ANNA, WARN};
}

static const struct filter_desk *the_desk(void)
{
	static struct directory directory;
	static struct filter_desk desk;
	if (!desk.directory)
		make_desk(&directory, &desk);
	return &desk;
}

static struct filter *must_parse(const char *text)
{
	struct filter_mistake mistake;
	struct filter *filter = filter_parse(text, the_desk(), &mistake);
	cr_assert(filter, "%s: %s", text, mistake.text);
	return filter;
}

/* ---- mistakes ----------------------------------------------------------------------------------- */

static const struct {
	const char *text, *said;
	const char *wrong; /* the part of the text that is marked */
} mistakes[] = {
        {"status:opne", "column 8: \"opne\" is no status; new, open, pending, hold or closed", "opne"},
        {"a status:new,", "column 14: after status: comes new, open, pending, hold or closed", ""},
        {"status:,new", "column 8: after status: comes new, open, pending, hold or closed", ""},
        {"org:Леруа prio:ugrent", "column 16: \"ugrent\" is no priority; urgent, high or normal", "ugrent"},
        {"東京 sla:x", "column 10: \"x\" is no state of a clock; breached, soon, ok, paused or none", "x"},
        {"stauts:new",
                "column 1: there is no key \"stauts\" (text goes in quotes); status, prio, plan, org, assignee, mention, team, "
                "incident, due, sla, wait, age, channel, tag, requester, hold or id",
                "stauts"},
        {"-https://example.com",
                "column 2: there is no key \"https\" (text goes in quotes); status, prio, plan, org, assignee, mention, team, "
                "incident, due, sla, wait, age, channel, tag, requester, hold or id",
                "https"},
        {"статус:новый",
                "column 1: there is no key \"статус\" (text goes in quotes); status, prio, plan, org, assignee, mention, team, "
                "incident, due, sla, wait, age, channel, tag, requester, hold or id",
                "статус"},
        {"due:30m", "column 4: after due comes < or > and working time, such as 30m or 2h", ":"},
        {"status<new", "column 7: after status comes : and new, open, pending, hold or closed", "<"},
        {"a -prio=high", "column 8: after prio comes : and urgent, high or normal", "="},
        {"Due=30m", "column 4: after due comes < or > and working time, such as 30m or 2h", "="},
        {"wait=next", "column 5: after wait comes : and first, next, resolution, any or none", "="},
        {"due<", "column 5: after due< comes working time, such as 30m or 2h", ""},
        {"due<2d",
                "column 5: \"2d\" is no length of time; write it as 90m, 2h or 1h30m (a day has no fixed length in "
                "working time: say it in hours)",
                "2d"},
        {"due<1h,2h", "column 7: due takes one time only", ",2h"},
        {"age>2x", "column 5: \"2x\" is not a length of time by the wall, such as 4h, 2d or 1w", "2x"},
        {"age>0d", "column 5: \"0d\" is not a length of time by the wall, such as 4h, 2d or 1w", "0d"},
        {"assignee:ana", "column 10: \"ana\" is no agent; anna, ben, me or none", "ana"},
        {"assignee:\"me\"", "column 10: \"me\" is no agent; anna, ben, me or none", "\"me\""},
        {"plan:gold", "column 6: \"gold\" is no plan; Enterprise, Reports & Attribution, Business, or none",
                "gold"},
        {"team:x", "column 6: \"x\" is no team; Berlin, Kyiv, or none", "x"},
        {"incident:x", "column 10: \"x\" is no incident; a number, a part of a title, any or none", "x"},
        {"incident:5", "column 10: \"5\" is no incident; a number, a part of a title, any or none", "5"},
        {"org:acme", "column 5: \"acme\" is in no organization's name", "acme"},
        {"id:48x", "column 4: \"48x\" is not a ticket's number", "48x"},
        {"id:0", "column 4: \"0\" is not a ticket's number", "0"},
        {"org:\"Kite", "column 5: the quote that begins here has no end", "\"Kite"},
        {"\"Kite", "column 1: the quote that begins here has no end", "\"Kite"},
        {"org:\"\"", "column 5: there is nothing between the quotes", "\"\""},
        {"org:\"Kite\"x", "column 11: after the quote comes a blank, or a comma and another value", "x"},
        {"a - b", "column 4: after - comes what is not wanted", ""},
        {"requester:", "column 11: after requester: comes text", ""},
        {"tag:", "column 5: after tag: comes a tag, or none", ""},
        {"tag:a,b/c", "column 7: \"b/c\" is no tag: it is made of 1 to 40 letters, digits, dots, - and _",
                "b/c"},
};

Test(filter, says_where_a_mistake_is_and_what_would_be_right)
{
	for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
		struct filter_mistake mistake;
		const char *text = mistakes[i].text;
		struct filter *filter = filter_parse(text, the_desk(), &mistake);
		cr_expect_null(filter, "%s", text);
		cr_expect_str_eq(mistake.text, mistakes[i].said, "%s: %s", text, mistake.text);
		cr_expect_eq(mistake.end - mistake.start, strlen(mistakes[i].wrong), "%s", text);
		cr_expect(strncmp(text + mistake.start, mistakes[i].wrong, strlen(mistakes[i].wrong)) == 0,
		        "%s", text);
		filter_free(filter);
	}
	struct filter_desk viewer = *the_desk();
	struct filter_mistake mistake;
	viewer.self = 0;
	cr_expect_null(filter_parse("assignee:ben,me", &viewer, &mistake));
	cr_expect_str_eq(mistake.text, "column 14: this login is no agent, so no ticket can be yours");
}

/* ---- text --------------------------------------------------------------------------------------- */

static const struct {
	const char *text, *same;
} texts[] = {
        {"  status:NEW,Open\t prio:urgent ", "status:new,open prio:urgent"},
        {"PRIORITY:high -organization:\"Kite & Co\"", "prio:high -org:\"Kite & Co\""},
        {"organisation:Kite agent:ME from:Bob", "org:Kite assignee:me requester:Bob"},
        {"org:\"Леруа\" org:\"Kite, Inc\",none", "org:Леруа org:\"Kite, Inc\",none"},
        {"org:\"none\"", "org:\"none\""},
        {"org:\"such\\\"\"", "org:\"such\\\"\""},
        {"requester:\"a\\\\b\"", "requester:a\\b"},
        {"requester:\"a\\\\\\\"b\"", "requester:\"a\\\\\\\"b\""},
        {"error \"two words\" -\"x\" 12:30", "error \"two words\" -x 12:30"},
        {"\"a:b\" \"-x\" --x a,b", "\"a:b\" \"-x\" -\"-x\" a,b"},
        {"\"prio=high\" x=y a=", "\"prio=high\" x=y a="},
        {"\"org:x y\"", "\"org:x y\""},
        {"due<1H30M", NULL},
        {"due<90m age>2d wait<1w", "due<90m age>2d wait<1w"},
        {"TAGS:Billing,NONE,СЧЁТ tag:\"none\"", "tag:billing,none,счёт tag:\"none\""},
        {"", ""},
};

Test(filter, becomes_text_that_says_the_same)
{
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct strbuf text = STRBUF_INIT;
		if (!texts[i].same) {
			struct filter_mistake mistake;
			cr_expect_null(
			        filter_parse(texts[i].text, the_desk(), &mistake), "%s", texts[i].text);
			continue;
		}
		struct filter *filter = must_parse(texts[i].text);
		filter_text(filter, &text);
		cr_expect_str_eq(text.data, texts[i].same, "%s: %s", texts[i].text, text.data);
		filter_free(filter);
		strbuf_release(&text);
	}
}

/* ---- rows --------------------------------------------------------------------------------------- */

/* Monday 09:00 local is 07:00 UTC. Rows are looked at on Monday at 10:00 UTC. */
static const instant ten = monday + 10 * HOUR;

static struct ticket_row row_of(int64_t id)
{
	return (struct ticket_row){.id = id,
	        .version = 1,
	        .priority = PRIORITY_NORMAL,
	        .status = STATUS_OPEN,
	        .precedence = 1,
	        .metric = METRIC_NONE,
	        .due_at = INSTANT_NONE,
	        .breach_at = INSTANT_NONE,
	        .started_at = INSTANT_NONE,
	        .created_at = ten - 3 * DAY,
	        .subject = "Нет данных в BigQuery",
	        .requester_name = "Carol",
	        .requester_email = "carol@example.com",
	        .hold_for = "",
	        .tags = ""};
}

/* A wait whose target is used up after so many working seconds from `now`; negative: was. */
static void wait_on(struct ticket_row *row, int32_t calendar_id, instant started, int32_t target)
{
	const struct calendar *calendar = directory_calendar(the_desk()->directory, calendar_id);
	row->metric = METRIC_FIRST_REPLY;
	row->calendar_id = calendar_id;
	row->started_at = started;
	row->target_s = target;
	if (calendar && calendar->line.count)
		cr_assert(timeline_add_work(
		        &calendar->line, started, target, &row->due_at, &row->breach_at, NULL));
	else
		row->due_at = row->breach_at = started + target;
}

enum { ROWS = 9 };

static void make_rows(struct ticket_row *rows)
{
	for (int i = 0; i < ROWS; i++)
		rows[i] = row_of(i + 1);
	wait_on(&rows[0], 1, monday + 7 * HOUR + 10 * MINUTE, 3 * HOUR); /* 10 m left */
	rows[0].priority = PRIORITY_URGENT;
	rows[0].status = STATUS_NEW;
	rows[0].organization_id = 7;
	rows[0].plan_id = 1;
	wait_on(&rows[1], 1, monday + 9 * HOUR, 8 * HOUR); /* 7 h left, over the night */
	rows[1].assignee_id = ANNA;
	rows[1].team_id = 1;
	rows[1].incident_id = 3;
	rows[2].incident_id = 4;
	rows[3].incident_id = 33;
	rows[1].organization_id = 8;
	rows[1].plan_id = 3;
	wait_on(&rows[2], 2, ten - 3 * HOUR, HOUR); /* two hours too late */
	rows[2].metric = METRIC_NEXT_REPLY;
	rows[2].assignee_id = 4;
	rows[2].channel = CHANNEL_PHONE;
	rows[2].tags = "billing,счёт";
	rows[3].tags = "bill";
	rows[3].mentioned = "14,4";
	rows[4].mentioned = "31,3";
	rows[4].tags = "none";
	rows[2].plan_id = 2;
	wait_on(&rows[3], 99, ten - HOUR, 2 * HOUR); /* by the wall: an hour left */
	rows[3].created_at = ten - HOUR;
	rows[4].status = STATUS_HOLD;
	rows[4].hold_for = "Facebook support";
	rows[4].metric = METRIC_RESOLUTION;
	rows[4].paused = true;
	rows[4].remaining_s = 600;
	rows[4].started_at = ten - 9 * DAY;
	rows[5].metric = METRIC_FIRST_REPLY; /* no plan promises a time */
	rows[5].started_at = ten - 2 * HOUR;
	rows[6].status = STATUS_PENDING;
	rows[6].subject = "Error 12:30 in the EXPORT";
	rows[6].organization_id = 9;
	rows[7].requester_name = "Dmitri, the \"kite\" man";
	rows[7].organization_id = 10;
	wait_on(&rows[8], 1, monday + 7 * HOUR, 3 * HOUR + 30 * MINUTE); /* 30 m left to the second */
}

static const struct {
	const char *text, *shown;
} matches[] = {
        {"", "123456789"},
        {"status:new", "1"},
        {"status:new,pending", "17"},
        {"-status:open,hold", "17"},
        {"status:new status:pending", ""},
        {"prio:urgent,high", "1"},
        {"plan:enterprise", "13"},
        {"plan:ENT", "13"},
        {"plan:r&a", "2"},
        {"plan:none", "456789"},
        {"plan:none,rep", "2456789"},
        {"-plan:none", "123"},
        {"org:kite", "27"},
        {"org:\"kite, inc\"", "7"},
        {"org:\"none\"", "8"},
        {"org:none", "34569"},
        {"org:ЛЕРУА", "1"},
        {"mention:me", "5"},
        {"mentions:ben", "4"},
        {"mention:me,ben -mention:none", "45"},
        {"-mention:me,ben", "1236789"},
        {"assignee:me", "2"},
        {"assignee:anna", "2"},
        {"assignee:\"anna kovalenko\"", "2"},
        {"assignee:me,ben", "23"},
        {"-assignee:none", "23"},
        {"-assignee:nobody", "23"},
        {"-assignee:Unassigned", "23"},
        {"team:ber", "2"},
        {"team:kyiv", ""},
        {"incident:3", "2"},
        {"incident:google", "2"},
        {"incident:\"Imports fail\"", "23"},
        {"incident:4,33", "34"},
        {"incident:\"any\"", "4"},
        {"incident:ANY", "234"},
        {"-incident:any", "156789"},
        {"incident:none", "156789"},
        {"incident:none,4", "1356789"},
        {"channel:phone", "3"},
        {"tag:Billing", "3"},
        {"tag:bill,СЧЁТ", "34"},
        {"tag:none", "1256789"},
        {"tag:\"none\"", "5"},
        {"-tag:none", "34"},
        {"requester:EXAMPLE.com requester:dmitri", "8"},
        {"requester:dmitri,carol", "123456789"},
        {"id:3,5,77", "35"},
        {"hold:facebook", "5"},
        {"wait:first", "12469"},
        {"wait:next,resolution", "35"},
        {"wait:any", "1234569"},
        {"wait:none", "78"},
        {"wait>1d", "5"},
        {"wait<2h", "24"},
        {"wait>2h", "1359"},
        {"wait>119m", "13569"},
        {"age<1d", "4"},
        {"age>2d", "12356789"},
        {"age>3d", ""},
        {"age>71h59m59s", "12356789"},
        {"due<30m", "13"},
        {"due<1801s", "139"},
        {"due>30m", "24"},
        {"due>29m", "249"},
        {"due<1h", "139"},
        {"due>1h", "2"},
        {"due>7h", ""},
        {"-due<30m", "2456789"},
        {"due<8h -due<1h", "24"},
        {"sla:breached", "3"},
        {"sla:soon", "1"},
        {"sla:ok", "249"},
        {"sla:soon,ok", "1249"},
        {"sla:paused", "5"},
        {"sla:none", "678"},
        {"-sla:none,ok", "135"},
        {"bigquery", "12345689"},
        {"error", "7"},
        {"12:30", "7"},
        {"-bigquery -kite", ""},
        {"kite", "278"},
        {"\"the export\"", "7"},
        {"bigquery carol -sla:ok,none", "135"},
};

Test(filter, shows_the_rows_that_its_words_mean)
{
	struct ticket_row rows[ROWS];
	make_rows(rows);
	rows[7].metric = METRIC_NONE;
	for (size_t i = 0; i < sizeof matches / sizeof *matches; i++) {
		struct filter *filter = must_parse(matches[i].text);
		char shown[ROWS + 1] = "", *end = shown;
		cr_expect(filter_at(filter, ten), "the first time all rows are looked at");
		for (int r = 0; r < ROWS; r++)
			if (filter_matches(filter, &rows[r]))
				*end++ = (char)('1' + r);
		cr_expect_str_eq(shown, matches[i].shown, "%s shows %s", matches[i].text, shown);
		filter_free(filter);
	}
}

/* The states of a clock are those that the list shows. */
Test(filter, agrees_with_the_countdowns)
{
	struct ticket_row rows[ROWS];
	struct filter *breached = must_parse("sla:breached"), *soon = must_parse("sla:soon");
	make_rows(rows);
	wait_on(&rows[5], 5, ten - HOUR, 2 * HOUR);
	for (instant now = ten - 2 * DAY; now < ten + 3 * DAY; now += 97)
		for (int r = 0; r < ROWS; r++) {
			const struct calendar *calendar =
			        directory_calendar(the_desk()->directory, rows[r].calendar_id);
			struct countdown down =
			        countdown_of(&rows[r], calendar ? &calendar->line : NULL, now, WARN);
			filter_at(breached, now);
			filter_at(soon, now);
			cr_assert_eq(filter_matches(breached, &rows[r]), down.urgency == URGENCY_BREACHED,
			        "row %d", r);
			cr_assert_eq(
			        filter_matches(soon, &rows[r]), down.urgency == URGENCY_WARNING, "row %d", r);
		}
	filter_free(breached);
	filter_free(soon);
}

/* The server's clock is measured again and again: now may be earlier than it was. */
Test(filter, answers_for_an_earlier_instant_too)
{
	struct filter *filter = must_parse("age>2d"), *waited = must_parse("-wait<1h");
	struct ticket_row row = row_of(1);
	cr_expect(filter_at(filter, ten));
	cr_expect(filter_matches(filter, &row));
	cr_expect(filter_at(filter, ten - DAY - 1), "looked at again");
	cr_expect_not(filter_matches(filter, &row));
	cr_expect_eq(filter_changes_at(filter), ten - DAY + 1);
	row.metric = METRIC_NEXT_REPLY;
	filter_at(waited, ten);
	cr_expect(filter_matches(waited, &row), "nobody knows since when");
	cr_expect_eq(filter_changes_at(waited), INSTANT_NONE);
	filter_free(filter);
	filter_free(waited);
}

Test(filter, follows_the_names_that_it_was_made_of)
{
	struct directory directory;
	struct filter_desk desk;
	struct filter_mistake mistake;
	make_desk(&directory, &desk);
	struct filter *filter = filter_parse("org:kite", &desk, &mistake);
	struct ticket_row row = row_of(1);
	row.organization_id = 11;
	filter_at(filter, ten);
	cr_expect_not(filter_matches(filter, &row));
	add_organization(&directory, 11, "New Kite");
	directory_sort(&directory);
	filter_resolve(filter, &desk);
	cr_expect(filter_at(filter, ten), "every row must be looked at again");
	cr_expect(filter_matches(filter, &row));
	directory_release(&directory);
	filter_resolve(filter, &desk);
	filter_at(filter, ten);
	cr_expect_not(filter_matches(filter, &row), "a name that is gone matches nothing");
	filter_free(filter);
}

/* ---- completion --------------------------------------------------------------------------------- */

static const struct {
	const char *text, *words;
} completions[] = {
        {"sta", "status:"},
        {"error -pri", "prio:"},
        {"org", "org:"},
        {"Organ", "org:"},
        {"du", "due< due>"},
        {"w", "wait: wait< wait>"},
        {"status:", "new open pending hold closed"},
        {"status:new,P", "pending"},
        {"status:new", ""},
        {"sla:", "breached soon ok paused none"},
        {"assignee:", "me anna ben none"},
        {"assignee:kov", "anna"},
        {"plan:", "Enterprise \"Reports & Attribution\" Business none"},
        {"plan:e", "Enterprise"},
        {"plan:r&", "\"Reports & Attribution\""},
        {"org:kit", "\"Kite & Co\" \"Kite, Inc\""},
        {"org:\"kite ", "\"Kite & Co\""},
        {"org:such", "\"None \\\"Such\\\"\""},
        {"incident:", "3 33 any none"},
        {"incident:goo", "3"},
        {"incident:a", "3 33 any"},
        {"due<1", "15m 1h"},
        {"age>", "1h 4h 12h 1d 2d 1w"},
        {"status<", ""},
        {"foo:", ""},
        {"\"sta", ""},
        {"requester:c", ""},
        {"tag:", "vip billing bug none"},
        {"-tag:B", "billing bug"},
        {"tag:vip,n", "none"},
};

Test(filter, completes_keys_and_values)
{
	struct filter_candidates candidates;
	struct filter_desk desk = *the_desk();
	struct queue *queue = queue_new();
	static const char *const sets[] = {"billing,vip", "vip", "bug"};
	for (int i = 0; i < 3; i++)
		queue_put(queue, &(struct ticket_row){.id = i + 1, .tags = sets[i]});
	desk.queue = queue;
	for (size_t i = 0; i < sizeof completions / sizeof *completions; i++) {
		struct strbuf words = STRBUF_INIT;
		filter_complete(completions[i].text, &desk, 32, &candidates);
		for (size_t c = 0; c < candidates.count; c++)
			strbuf_addf(&words, "%s%s", c ? " " : "", candidates.list[c].word);
		cr_expect_str_eq(words.data, completions[i].words, "%s: %s", completions[i].text, words.data);
		strbuf_release(&words);
		filter_candidates_release(&candidates);
	}
	filter_complete("error org:леру", the_desk(), 32, &candidates);
	cr_expect_str_eq(candidates.list[0].text, "error org:Леруа", "the rest of the line stays");
	filter_candidates_release(&candidates);
	filter_complete("error ", the_desk(), 4, &candidates);
	cr_expect_eq(candidates.count, 4, "no more than there is room for");
	cr_expect_str_eq(candidates.list[0].text, "error status:");
	filter_candidates_release(&candidates);
	queue_free(queue);
}

/* ---- properties --------------------------------------------------------------------------------- */

static const char *const pieces[] = {"status:", "new", ",", "prio:", "urgent", "-", " ", " ", " ",
        "org:", "kite", "\"", "\\", "due<", "30m", "due>", "2h", "age>", "2d", "sla:", "soon", "ok",
        "breached", "me", "none", "assignee:", "Леруа", "x", ":", "<", "\xff", "\t", "plan:", "ent",
        "wait:", "any", "wait<", "1h", "id:", "7", "hold:", "requester:", "team:", "kyiv", "incident:", "3",
        "tag:", "channel:", "email", "東"};

static void random_text(struct random *random, struct strbuf *out)
{
	strbuf_clear(out);
	for (int64_t n = random_between(random, 0, 14); n > 0; n--)
		strbuf_adds(out,
		        pieces[random_between(random, 0, (int64_t)(sizeof pieces / sizeof *pieces) - 1)]);
}

Test(filter, parsed_text_parsed_again_is_the_same)
{
	struct random random = random_start();
	struct strbuf text = STRBUF_INIT, once = STRBUF_INIT, twice = STRBUF_INIT;
	struct ticket_row rows[ROWS];
	int good = 0;
	make_rows(rows);
	for (int i = 0; i < 30000; i++) {
		struct filter_mistake mistake;
		struct filter_candidates candidates;
		random_text(&random, &text);
		filter_complete(text.data, the_desk(), 5, &candidates);
		cr_assert_leq(candidates.count, 5);
		filter_candidates_release(&candidates);
		struct filter *filter = filter_parse(text.data, the_desk(), &mistake);
		if (!filter) {
			cr_assert(strncmp(mistake.text, "column ", 7) == 0);
			cr_assert(
			        mistake.start <= mistake.end && mistake.end <= text.length, "%s", text.data);
			continue;
		}
		good++;
		strbuf_clear(&once);
		strbuf_clear(&twice);
		filter_text(filter, &once);
		struct filter *again = must_parse(once.data);
		filter_text(again, &twice);
		cr_assert_str_eq(
		        once.data, twice.data, "%s; seed %lu", text.data, (unsigned long)random.seed);
		filter_at(filter, ten);
		filter_at(again, ten);
		for (int r = 0; r < ROWS; r++)
			cr_assert_eq(filter_matches(filter, &rows[r]), filter_matches(again, &rows[r]), "%s",
			        text.data);
		filter_free(filter);
		filter_free(again);
	}
	cr_assert_gt(good, 1000, "the texts must not be all wrong");
	strbuf_release(&text);
	strbuf_release(&once);
	strbuf_release(&twice);
}

static bool by_filter(const struct ticket_row *row, const void *context)
{
	struct filter *const *filter = context;
	return filter_matches(*filter, row);
}

static void random_row(struct random *random, struct queue *queue, int64_t id, int32_t version, instant now)
{
	struct ticket_row row = row_of(id);
	row.version = version;
	row.created_at = now - random_between(random, 0, 3 * DAY);
	int64_t kind = random_between(random, 0, 5);
	if (kind > 0)
		wait_on(&row, (int32_t)random_between(random, 1, 3),
		        now - random_between(random, 0, 12 * HOUR),
		        (int32_t)random_between(random, 1, 16 * HOUR / MINUTE) * MINUTE);
	row.paused = kind == 5;
	queue_put(queue, &row);
}

static const char *const moving[] = {"due<30m", "due>2h", "-due<1h", "sla:soon", "sla:breached",
        "sla:ok,breached", "sla:none,soon", "age>2d", "age<2d -sla:breached", "wait>3h", "wait<6h due>1h",
        "due>1h due<4h", "status:new"};

/* A listing whose filter is set again only when filter_at says so, against a look at every row. */
Test(filter, is_looked_at_again_when_time_moves_a_row)
{
	struct random random = random_start();
	for (size_t i = 0; i < sizeof moving / sizeof *moving; i++) {
		struct queue *queue = queue_new();
		struct filter *filter = must_parse(moving[i]);
		struct listing *listing = listing_new(queue);
		instant now = monday + 6 * HOUR + random_between(&random, 0, 4 * DAY);
		int again = 0, turns = 400;
		for (int64_t id = 1; id <= 60; id++)
			random_row(&random, queue, id, 1, now);
		filter_at(filter, now);
		listing_filter(listing, by_filter, &filter);
		for (int turn = 0; turn < turns; turn++) {
			instant changes = filter_changes_at(filter);
			cr_assert_gt(changes, now, "%s: it would be asked for ever", moving[i]);
			if (random_one_in(&random, 3) && changes < now + 2 * HOUR)
				now = changes - random_between(&random, 0, 1);
			else
				now += random_between(&random, 1, random_one_in(&random, 4) ? 3000 : 90);
			if (random_one_in(&random, 4))
				random_row(&random, queue, random_between(&random, 1, 60), turn + 2, now);
			if (filter_at(filter, now)) {
				again++;
				listing_filter(listing, by_filter, &filter);
			}
			listing_refresh(listing);
			struct filter *fresh = must_parse(moving[i]);
			filter_at(fresh, now);
			for (int64_t id = 1; id <= 60; id++)
				cr_assert_eq(filter_matches(fresh, queue_find(queue, id)),
				        listing_position(listing, id) != SIZE_MAX,
				        "%s, ticket %ld, turn %d; seed %lu", moving[i], (long)id, turn,
				        (unsigned long)random.seed);
			filter_free(fresh);
		}
		cr_expect_lt(again, turns, "%s is looked at again too often", moving[i]);
		if (strcmp(moving[i], "status:new") == 0)
			cr_expect_eq(again, 0);
		listing_free(listing);
		filter_free(filter);
		queue_free(queue);
	}
}
