/*
 * Random calendars against a counter that knows no clever method: it walks the minutes of a window one by one and asks of
 * each whether the desk is open. The server's functions and core/timeline.c must agree with it, to the second.
 *
 * The counter's own reading of wall-clock times: the instants whose local time in the C library's zone data is that
 * time. There is one, as a rule; of two (the clock went back) the later counts; of none (it went forward) the time is taken
 * by the offset that held before.
 */
#include "core/timeline.h"
#include "support/random.h"
#include "support/testdb.h"

#include "base/strbuf.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	CALENDARS = 12,
	CASES = 250, /* of each calendar */
	WINDOW_DAYS = 420,
	WINDOW = WINDOW_DAYS * 1440, /* minutes */
	DAY_SPANS_MOST = 3,
	SPECIAL_MOST = 14,
};

static const char *const zones[] = {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
        "Asia/Kolkata", "Asia/Kathmandu", "America/Santiago", "Australia/Sydney", "Pacific/Auckland",
        "Africa/Casablanca", "America/St_Johns", "Etc/GMT-2", "UTC", "Pacific/Apia", "Europe/Kiev",
        "Asia/Tehran", "Pacific/Chatham", "Europe/Dublin"};

/* Minutes since midnight; `closes` may lie in the next day. */
struct hours {
	int count;
	struct {
		int opens, closes;
	} span[DAY_SPANS_MOST];
};

struct special {
	int64_t day; /* days since 1970 */
	struct hours hours;
	bool holiday;
};

struct random_calendar {
	const char *zone;
	struct hours week[7]; /* Monday first */
	struct special special[SPECIAL_MOST];
	int special_count;
	int64_t first_day; /* of the window */
	int64_t begin;     /* the window's first minute, since 1970 UTC */
	int16_t offset[WINDOW];
	bool open[WINDOW];
};

static struct random dice;

/* ---- making one ---------------------------------------------------------------------------------- */

static void add_hours(struct hours *hours, int opens, int closes)
{
	hours->span[hours->count].opens = opens;
	hours->span[hours->count++].closes = closes;
}

static struct hours random_hours(void)
{
	struct hours hours = {0};
	int start = (int)random_between(&dice, 0, 600);
	int length = (int)random_between(&dice, 1, 600);
	switch (random_between(&dice, 0, 6)) {
	case 0:
		break;
	case 1:
		add_hours(&hours, 0, 1440);
		break;
	case 2: /* a night shift, which may run into the next morning's hours */
		add_hours(&hours, 1380 - start / 3, 1440 + length / 2);
		break;
	case 3: /* with a lunch break, and a night shift after it */
		add_hours(&hours, 540, 750);
		add_hours(&hours, 780, 1020);
		add_hours(&hours, 1260, 1440 + start / 2);
		break;
	case 4: /* the hours in which daylight saving jumps */
		add_hours(&hours, (int)random_between(&dice, 0, 180), (int)random_between(&dice, 181, 300));
		break;
	default:
		add_hours(&hours, start, start + length);
		if (random_one_in(&dice, 2))
			add_hours(&hours, start + length + 1, start + length + 30);
	}
	return hours;
}

static void random_special(struct random_calendar *calendar)
{
	calendar->special_count = 0;
	for (int i = 0; i < SPECIAL_MOST; i++) {
		struct special special = {.day = calendar->first_day + random_between(&dice, 0, WINDOW_DAYS),
		        .holiday = random_one_in(&dice, 2)};
		if (!special.holiday)
			special.hours = random_hours();
		bool twice = false;
		for (int k = 0; k < calendar->special_count; k++)
			twice = twice || calendar->special[k].day == special.day;
		if (!twice)
			calendar->special[calendar->special_count++] = special;
	}
}

static int minutes_open(const struct random_calendar *calendar)
{
	int sum = 0;
	for (int day = 0; day < 7; day++)
		for (int i = 0; i < calendar->week[day].count; i++)
			sum += calendar->week[day].span[i].closes - calendar->week[day].span[i].opens;
	return sum;
}

/* ---- the counter's reading of it --------------------------------------------------------------------- */

static void read_offsets(struct random_calendar *calendar)
{
	setenv("TZ", calendar->zone, 1);
	tzset();
	for (int i = 0; i < WINDOW; i++) {
		time_t t = (calendar->begin + i) * 60;
		struct tm local;
		localtime_r(&t, &local);
		calendar->offset[i] = (int16_t)(local.tm_gmtoff / 60);
	}
}

/* The minute of the window at which the local clock shows `wall` (minutes since 1970, local). */
static int64_t minute_of(const struct random_calendar *calendar, int64_t wall)
{
	int64_t from = wall - calendar->begin - 900, until = from + 1800, found = -1, before = -1;
	for (int64_t i = from < 0 ? 0 : from; i < until && i < WINDOW; i++) {
		int64_t shown = calendar->begin + i + calendar->offset[i];
		if (shown == wall)
			found = i;
		if (shown < wall)
			before = i;
	}
	if (found >= 0 || before < 0)
		return found;
	return wall - calendar->offset[before] - calendar->begin;
}

static void open_day(struct random_calendar *calendar, int64_t day)
{
	const struct hours *hours = &calendar->week[(day + 3) % 7]; /* 1970-01-01 was a Thursday */
	for (int i = 0; i < calendar->special_count; i++)
		if (calendar->special[i].day == day)
			hours = &calendar->special[i].hours;
	for (int i = 0; i < hours->count; i++) {
		int64_t opens = minute_of(calendar, day * 1440 + hours->span[i].opens);
		int64_t closes = minute_of(calendar, day * 1440 + hours->span[i].closes);
		for (int64_t m = opens; opens >= 0 && m < closes && m < WINDOW; m++)
			calendar->open[m] = true;
	}
}

static void random_calendar(struct random_calendar *calendar, const char *zone)
{
	calendar->zone = zone;
	do
		for (int day = 0; day < 7; day++)
			calendar->week[day] = random_hours();
	while (minutes_open(calendar) < 600);
	if (random_one_in(&dice, 8))
		for (int day = 0; day < 7; day++) {
			calendar->week[day].count = 0;
			add_hours(&calendar->week[day], 0, 1440);
		}
	calendar->first_day = random_between(&dice, 7400, 46500); /* 1990 to 2097 */
	calendar->begin = calendar->first_day * 1440;
	random_special(calendar);
	read_offsets(calendar);
	memset(calendar->open, 0, sizeof calendar->open);
	for (int64_t day = calendar->first_day + 2; day < calendar->first_day + WINDOW_DAYS - 2; day++)
		open_day(calendar, day);
}

static int64_t count_between(const struct random_calendar *calendar, int64_t a, int64_t b)
{
	if (b < a)
		return -count_between(calendar, b, a);
	int64_t sum = 0;
	for (int64_t t = a; t < b;) {
		int64_t next = (t / 60 + 1) * 60;
		if (next > b)
			next = b;
		if (calendar->open[t / 60 - calendar->begin])
			sum += next - t;
		t = next;
	}
	return sum;
}

/* False when the window ends first. */
static bool count_due(
        const struct random_calendar *calendar, int64_t from, int64_t target, int64_t *due, int64_t *breach)
{
	int64_t t = from, end = (calendar->begin + WINDOW - 4 * 1440) * 60;
	for (; target > 0 && t < end; t = (t / 60 + 1) * 60) {
		if (!calendar->open[t / 60 - calendar->begin])
			continue;
		int64_t here = (t / 60 + 1) * 60 - t;
		if (here >= target) {
			t += target;
			target = 0;
			break;
		}
		target -= here;
	}
	*due = t;
	while (t < end && !calendar->open[t / 60 - calendar->begin])
		t = (t / 60 + 1) * 60;
	*breach = t;
	return target == 0 && t < end;
}

/* ---- the same for the server ----------------------------------------------------------------------- */

static void put_hours(struct strbuf *json, const struct hours *hours)
{
	strbuf_adds(json, "[");
	for (int i = 0; i < hours->count; i++) {
		int opens = hours->span[i].opens, closes = hours->span[i].closes;
		if (closes > 1440)
			closes -= 1440;
		strbuf_addf(json, "%s\"%02d:%02d-%02d:%02d\"", i ? "," : "", opens / 60, opens % 60,
		        closes / 60, closes % 60);
	}
	strbuf_adds(json, "]");
}

static void put_date(struct strbuf *json, int64_t day)
{
	time_t t = day * 86400;
	struct tm date;
	gmtime_r(&t, &date);
	strbuf_addf(json, "\"%04d-%02d-%02d\"", date.tm_year + 1900, date.tm_mon + 1, date.tm_mday);
}

static void definition(const struct random_calendar *calendar, struct strbuf *json)
{
	static const char *const names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
	strbuf_adds(json, "{\"week\":{");
	for (int day = 0; day < 7; day++) {
		strbuf_addf(json, "%s\"%s\":", day ? "," : "", names[day]);
		put_hours(json, &calendar->week[day]);
	}
	strbuf_adds(json, "},\"holidays\":[");
	const char *comma = "";
	for (int i = 0; i < calendar->special_count; i++)
		if (calendar->special[i].holiday) {
			strbuf_adds(json, comma);
			put_date(json, calendar->special[i].day);
			comma = ",";
		}
	strbuf_adds(json, "],\"exceptions\":[");
	comma = "";
	for (int i = 0; i < calendar->special_count; i++)
		if (!calendar->special[i].holiday) {
			strbuf_addf(json, "%s{\"date\":", comma);
			put_date(json, calendar->special[i].day);
			strbuf_adds(json, ",\"hours\":");
			put_hours(json, &calendar->special[i].hours);
			strbuf_adds(json, "}");
			comma = ",";
		}
	strbuf_adds(json, "]}");
}

static void load_timeline(PGconn *conn, const struct random_calendar *calendar, int id, struct timeline *line)
{
	char sql[256];
	snprintf(sql, sizeof sql,
	        "SELECT span_start, span_end, work_before FROM console_spans(%" PRId64 ", %" PRId64
	        ") WHERE calendar_id = %d",
	        calendar->begin * 60, (calendar->begin + WINDOW) * 60, id);
	PGresult *rows = PQexec(conn, sql);
	for (int i = 0; i < PQntuples(rows); i++) {
		struct error err = {ERROR_NONE, ""};
		cr_assert(timeline_add(line, atoll(PQgetvalue(rows, i, 0)), atoll(PQgetvalue(rows, i, 1)),
		                  atoll(PQgetvalue(rows, i, 2)), &err),
		        "%s", err.text);
	}
	PQclear(rows);
}

struct question {
	int64_t from, seconds, until;
	int64_t due, breach, between; /* as counted */
};

/* Instants like to lie where something happens: at an opening or a closing. */
static int64_t random_instant(const struct random_calendar *calendar)
{
	int64_t minute = random_between(&dice, 3 * 1440, WINDOW / 2);
	if (random_one_in(&dice, 3))
		while (minute < WINDOW / 2 + 20000 && calendar->open[minute] == calendar->open[minute - 1])
			minute++;
	return (calendar->begin + minute) * 60 + (random_one_in(&dice, 2) ? 0 : random_between(&dice, 0, 59));
}

static struct question random_question(const struct random_calendar *calendar)
{
	struct question q;
	int64_t day = minutes_open(calendar) * 60 / 7, most = 90 * day;
	do {
		q.from = random_instant(calendar);
		q.until = random_instant(calendar);
		q.seconds = random_one_in(&dice, 2) ? random_between(&dice, 1, 2 * day)
		                                    : random_between(&dice, 1, most);
		if (random_one_in(&dice, 4)) { /* exactly up to a closing or opening */
			q.seconds = count_between(calendar, q.from,
			        q.from + random_between(&dice, 1, 20) * 86400 / 2 / 60 * 60);
			q.seconds = q.seconds > 0 ? q.seconds : 1;
		}
		if (random_one_in(&dice, 20))
			q.seconds = 0;
		if (random_one_in(&dice, 20))
			q.seconds = 1;
	} while (!count_due(calendar, q.from, q.seconds, &q.due, &q.breach));
	q.between = count_between(calendar, q.from, q.until);
	return q;
}

static void ask(PGconn *conn, const struct random_calendar *calendar, int number, int id)
{
	static struct question questions[CASES];
	struct timeline line;
	struct strbuf sql = STRBUF_INIT;
	timeline_init(&line);
	load_timeline(conn, calendar, id, &line);
	strbuf_addf(&sql,
	        "SELECT epoch(w.due_at), epoch(w.breach_at), clock_between('c%d', to_timestamp(f), to_timestamp(u)) FROM (VALUES ",
	        number);
	for (int i = 0; i < CASES; i++) {
		struct question *q = &questions[i];
		*q = random_question(calendar);
		strbuf_addf(&sql, "%s(%d, %" PRId64 ", %" PRId64 ", %" PRId64 ")", i ? "," : "", i, q->from,
		        q->seconds, q->until);
	}
	strbuf_addf(
	        &sql, ") AS q (n, f, s, u), clock_add('c%d', to_timestamp(f), s) AS w ORDER BY n", number);
	PGresult *rows = PQexec(conn, sql.data);
	cr_assert_eq(PQntuples(rows), CASES, "%s seed %" PRIu64, PQerrorMessage(conn), dice.seed);
	for (int i = 0; i < CASES; i++) {
		const struct question *q = &questions[i];
		instant due = 0, breach = 0;
		struct error err = {ERROR_NONE, ""};
		cr_assert(timeline_add_work(&line, q->from, q->seconds, &due, &breach, &err),
		        "%s seed %" PRIu64, err.text, dice.seed);
		int64_t got[6] = {atoll(PQgetvalue(rows, i, 0)), atoll(PQgetvalue(rows, i, 1)),
		        atoll(PQgetvalue(rows, i, 2)), due, breach,
		        timeline_between(&line, q->from, q->until)};
		int64_t want[6] = {q->due, q->breach, q->between, q->due, q->breach, q->between};
		cr_assert(memcmp(got, want, sizeof got) == 0,
		        "seed %" PRIu64 " calendar %d (%s) from %" PRId64 " add %" PRId64 " until %" PRId64
		        ": counted %" PRId64 " %" PRId64 " %" PRId64 ", SQL %" PRId64 " %" PRId64 " %" PRId64
		        ", C %" PRId64 " %" PRId64 " %" PRId64,
		        dice.seed, number, calendar->zone, q->from, q->seconds, q->until, q->due, q->breach,
		        q->between, got[0], got[1], got[2], got[3], got[4], got[5]);
	}
	PQclear(rows);
	strbuf_release(&sql);
	timeline_release(&line);
}

/* Spans neither overlap nor touch, lie in the covered years, and work_before is the sum of what was before. */
static const char crooked[] =
        "SELECT count(*) FROM (SELECT span_start, span_end, work_before, lag(span_end) OVER w AS last_end,"
        " coalesce(sum(span_end - span_start) OVER (PARTITION BY calendar_id, revision ORDER BY span_start"
        " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before FROM calendar_span"
        " WINDOW w AS (PARTITION BY calendar_id, revision ORDER BY span_start)) s"
        " WHERE span_start <= last_end OR before <> work_before OR span_start < 631152000 OR span_end > 4102444800";

Test(calendar, counted_in_sql_and_in_c_agree)
{
	static struct random_calendar calendar;
	PGconn *conn = testdb_create();
	dice = random_start();
	for (int number = 0; number < CALENDARS; number++) {
		struct strbuf json = STRBUF_INIT;
		random_calendar(&calendar, zones[random_between(&dice, 0, sizeof zones / sizeof *zones - 1)]);
		definition(&calendar, &json);
		int id = (int)testdb_int(conn, "SELECT id FROM calendar_put('c%d', '%s', '%s', 'test')",
		        number, calendar.zone, json.data);
		ask(conn, &calendar, number, id);
		strbuf_release(&json);
	}
	cr_assert_eq(testdb_int(conn, "%s", crooked), 0, "seed %" PRIu64, dice.seed);
}
