/*
 * Hours are minutes from midnight of the day that they belong to; a night shift ends after 24:00, at most on the next
 * day. So hours can only meet those of the same day or of the day after, and three checks find every overlap: within a day,
 * from each weekday into the next, and around each exception (where a holiday has no hours, and another exception has its
 * own). Days are numbers since 1970-01-01.
 */
#include "conf/policy_calendar.h"

#include "base/alloc.h"
#include "conf/policy_words.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DAY = 24 * 60, SPANS_MOST = 24, YEAR_FIRST = 1990, YEAR_LAST = 2099, TEXT_MOST = 200 };

struct hours {
	int start, end; /* minutes; end > DAY: into the next day */
	const config_setting_t *at;
};

struct day {
	struct hours spans[SPANS_MOST]; /* sorted by start */
	int count;
};

struct exception {
	int date;
	struct day day;
	const config_setting_t *at;
};

struct calendar_text {
	struct source *source;
	struct day week[POLICY_WEEK];
	int *holidays;
	size_t holiday_count;
	struct exception *exceptions;
	size_t exception_count;
};

const char *policy_read_line(
        struct source *source, const config_setting_t *group, const char *key, const char *what)
{
	const config_setting_t *at = config_setting_get_member(group, key);
	char name[80];
	snprintf(name, sizeof name, "%s of %s", key, what);
	if (!at) {
		source_problem(source, group, "%s has no %s", what, key);
		return NULL;
	}
	const char *text = source_text(source, at, name);
	if (!text)
		return NULL;
	size_t length = strlen(text);
	if (!length || strpbrk(text, "\n\r\t\f") || *text == ' ' || text[length - 1] == ' ' ||
	        length > TEXT_MOST) {
		source_problem(source, at,
		        "%s must be one line of at most %d bytes, not empty, without blanks at its ends",
		        name, TEXT_MOST);
		return NULL;
	}
	return text;
}

/* ---- dates ------------------------------------------------------------------------------------- */

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_of_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	return days[month - 1] + (month == 2 && is_leap(year));
}

static int day_number(int year, int month, int day)
{
	int days = -1 + day;
	for (int y = 1970; y < year; y++)
		days += 365 + is_leap(y);
	for (int m = 1; m < month; m++)
		days += days_of_month(year, m);
	return days;
}

/* 1970-01-01 was a Thursday; 0 is Monday. */
static int weekday(int date)
{
	return (date + 3) % POLICY_WEEK;
}

/* Whether the text is digits exactly where the pattern has 0, and the pattern's characters elsewhere. */
static bool looks_like(const char *text, const char *pattern)
{
	for (; *pattern; text++, pattern++)
		if (*pattern == '0' ? !isdigit((unsigned char)*text) : *text != *pattern)
			return false;
	return !*text;
}

static int number(const char *digits, int count)
{
	int value = 0;
	while (count-- > 0)
		value = value * 10 + (*digits++ - '0');
	return value;
}

static bool read_date(struct source *source, const config_setting_t *at, const char *what, int *out)
{
	const char *text = source_text(source, at, what);
	if (!text)
		return false;
	if (!looks_like(text, "0000-00-00"))
		return source_problem(source, at, "\"%.40s\" is no date; write it as \"2026-12-25\"", text);
	int year = number(text, 4), month = number(text + 5, 2), day = number(text + 8, 2);
	if (year < YEAR_FIRST || year > YEAR_LAST)
		return source_problem(
		        source, at, "%s is outside of the years %d to %d", text, YEAR_FIRST, YEAR_LAST);
	if (month < 1 || month > 12)
		return source_problem(
		        source, at, "there is no month %02d in %s; months are 01 to 12", month, text);
	if (day < 1 || day > days_of_month(year, month))
		return source_problem(source, at, "there is no %s; that month has %d days", text,
		        days_of_month(year, month));
	*out = day_number(year, month, day);
	return true;
}

/* ---- hours ------------------------------------------------------------------------------------- */

static bool read_hours(struct source *source, const config_setting_t *at, struct hours *out)
{
	const char *text = source_text(source, at, "hours");
	if (!text)
		return false;
	if (!looks_like(text, "00:00-00:00"))
		return source_problem(
		        source, at, "\"%.40s\" are no hours; write them as \"09:00-17:00\"", text);
	int start_hour = number(text, 2), start_minute = number(text + 3, 2);
	int end_hour = number(text + 6, 2), end_minute = number(text + 9, 2);
	int start = start_hour * 60 + start_minute, end = end_hour * 60 + end_minute;
	if (start_minute > 59 || end_minute > 59 || start >= DAY || end > DAY)
		return source_problem(source, at,
		        "\"%s\": there is no such time; they begin from 00:00 to 23:59 and end by 24:00",
		        text);
	if (start == end)
		return source_problem(
		        source, at, "\"%s\" is no time at all; a whole day is \"00:00-24:00\"", text);
	*out = (struct hours){.start = start, .end = end < start ? end + DAY : end, .at = at};
	return true;
}

static void hours_text(const struct hours *hours, char out[16])
{
	int end = hours->end > DAY ? hours->end - DAY : hours->end;
	snprintf(out, 16, "%02d:%02d-%02d:%02d", hours->start / 60 % 100, hours->start % 60, end / 60 % 100,
	        end % 60);
}

static int by_start(const void *a, const void *b)
{
	return ((const struct hours *)a)->start - ((const struct hours *)b)->start;
}

static void overlap(struct source *source, const struct hours *one, const struct hours *other)
{
	char a[16], b[16];
	hours_text(one, a);
	hours_text(other, b);
	source_problem(source, other->at, "%s overlaps %s%s", b, a,
	        one->end > DAY ? ", which runs on into this day" : "");
}

static void read_day(struct source *source, const config_setting_t *list, const char *what, struct day *day)
{
	if (!source_is_list(source, list, what))
		return;
	int count = config_setting_length(list);
	if (count > SPANS_MOST) {
		source_problem(source, list, "more than %d spans in one day", SPANS_MOST);
		return;
	}
	for (int i = 0; i < count; i++)
		if (read_hours(source, config_setting_get_elem(list, (unsigned)i), &day->spans[day->count]))
			day->count++;
	qsort(day->spans, (size_t)day->count, sizeof *day->spans, by_start);
	for (int i = 1; i < day->count; i++)
		if (day->spans[i - 1].end > day->spans[i].start) {
			char a[16], b[16];
			hours_text(&day->spans[i - 1], a);
			hours_text(&day->spans[i], b);
			source_problem(source, day->spans[i].at, "%s: %s overlaps %s", what, b, a);
		}
}

/* A night shift of `before` against the hours of the day after it. The last span ends last: they do not overlap. */
static void check_night(struct source *source, const struct day *before, const struct day *after)
{
	if (!before->count)
		return;
	const struct hours *last = &before->spans[before->count - 1];
	for (int i = 0; i < after->count; i++)
		if (last->end - DAY > after->spans[i].start)
			overlap(source, last, &after->spans[i]);
}

/* ---- the parts of a calendar ------------------------------------------------------------------- */

static void read_week(struct calendar_text *calendar, const config_setting_t *group)
{
	struct source *source = calendar->source;
	const config_setting_t *week = config_setting_get_member(group, "week");
	if (!week || !source_is_group(source, week, "week"))
		return;
	source_check_keys(source, week, "a week", policy_weekdays);
	for (int d = 0; d < POLICY_WEEK; d++) {
		const config_setting_t *list = config_setting_get_member(week, policy_weekdays[d]);
		if (list)
			read_day(source, list, policy_weekdays[d], &calendar->week[d]);
	}
	for (int d = 0; d < POLICY_WEEK; d++)
		check_night(source, &calendar->week[d], &calendar->week[(d + 1) % POLICY_WEEK]);
}

static bool is_holiday(const struct calendar_text *calendar, int date)
{
	for (size_t i = 0; i < calendar->holiday_count; i++)
		if (calendar->holidays[i] == date)
			return true;
	return false;
}

static const struct exception *exception_on(const struct calendar_text *calendar, int date)
{
	for (size_t i = 0; i < calendar->exception_count; i++)
		if (calendar->exceptions[i].date == date)
			return &calendar->exceptions[i];
	return NULL;
}

static void read_holidays(struct calendar_text *calendar, const config_setting_t *group)
{
	const config_setting_t *list = config_setting_get_member(group, "holidays");
	if (!list || !source_is_list(calendar->source, list, "holidays"))
		return;
	int count = config_setting_length(list);
	calendar->holidays = alloc_array((size_t)count, sizeof *calendar->holidays);
	for (int i = 0; i < count; i++) {
		const config_setting_t *at = config_setting_get_elem(list, (unsigned)i);
		int date;
		if (!read_date(calendar->source, at, "a holiday", &date))
			continue;
		if (is_holiday(calendar, date))
			source_problem(
			        calendar->source, at, "the holiday %s twice", config_setting_get_string(at));
		else
			calendar->holidays[calendar->holiday_count++] = date;
	}
}

static void read_exception(struct calendar_text *calendar, const config_setting_t *group)
{
	static const char *const keys[] = {"date", "hours", NULL};
	struct source *source = calendar->source;
	if (!source_is_group(source, group, "an exception"))
		return;
	source_check_keys(source, group, "an exception", keys);
	const config_setting_t *date = config_setting_get_member(group, "date");
	const config_setting_t *hours = config_setting_get_member(group, "hours");
	struct exception exception = {.at = date};
	if (!date || !hours) {
		source_problem(source, group, "an exception has a date and hours");
		return;
	}
	read_day(source, hours, "hours of an exception", &exception.day);
	if (!read_date(source, date, "date of an exception", &exception.date))
		return;
	if (exception_on(calendar, exception.date))
		source_problem(source, date, "two exceptions on %s; one names all hours of the day",
		        config_setting_get_string(date));
	else if (is_holiday(calendar, exception.date))
		source_problem(source, date, "%s is a holiday and an exception; it can be one of them",
		        config_setting_get_string(date));
	else
		calendar->exceptions[calendar->exception_count++] = exception;
}

static const struct day *day_on(const struct calendar_text *calendar, int date)
{
	static const struct day closed;
	const struct exception *exception = exception_on(calendar, date);
	if (exception)
		return &exception->day;
	return is_holiday(calendar, date) ? &closed : &calendar->week[weekday(date)];
}

static void read_exceptions(struct calendar_text *calendar, const config_setting_t *group)
{
	const config_setting_t *list = config_setting_get_member(group, "exceptions");
	if (!list || !source_is_list(calendar->source, list, "exceptions"))
		return;
	int count = config_setting_length(list);
	calendar->exceptions = alloc_array((size_t)count, sizeof *calendar->exceptions);
	for (int i = 0; i < count; i++)
		read_exception(calendar, config_setting_get_elem(list, (unsigned)i));
	for (size_t i = 0; i < calendar->exception_count; i++) {
		const struct exception *exception = &calendar->exceptions[i];
		check_night(calendar->source, day_on(calendar, exception->date - 1), &exception->day);
		if (!exception_on(calendar, exception->date + 1))
			check_night(calendar->source, &exception->day, day_on(calendar, exception->date + 1));
	}
}

/* ---- the zone ---------------------------------------------------------------------------------- */

#define ZONES "/usr/share/zoneinfo"

static bool is_zone_file(const char *name)
{
	char path[256], magic[4] = "";
	snprintf(path, sizeof path, ZONES "/%s", name);
	FILE *file = fopen(path, "re");
	if (!file)
		return false;
	size_t got = fread(magic, 1, sizeof magic, file);
	fclose(file);
	return got == sizeof magic && memcmp(magic, "TZif", sizeof magic) == 0;
}

/* On a machine without zone data every name that looks like one passes: the server checks again when it is applied. */
static bool is_zone(const char *name)
{
	static const char *const not_of_the_database[] = {
	        "posix/", "right/", "posixrules", "localtime", "Factory"};
	size_t length = strlen(name);
	if (!isalpha((unsigned char)*name) || length > 64 || strstr(name, "//") || name[length - 1] == '/')
		return false;
	for (const char *c = name; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("/_+-", *c))
			return false;
	for (size_t i = 0; i < sizeof not_of_the_database / sizeof *not_of_the_database; i++)
		if (strncmp(name, not_of_the_database[i], strlen(not_of_the_database[i])) == 0)
			return false;
	return access(ZONES "/UTC", R_OK) == 0 ? is_zone_file(name)
	                                       : strcmp(name, "UTC") == 0 || strchr(name, '/') != NULL;
}

static const char *read_zone(struct source *source, const config_setting_t *group)
{
	const char *zone = policy_read_line(source, group, "zone", "a calendar");
	if (zone && !is_zone(zone))
		source_problem(source, config_setting_get_member(group, "zone"),
		        "unknown zone \"%.60s\"; use a name of the IANA time zone database such as \"Europe/Kyiv\", or \"Etc/GMT-2\" for "
		        "two hours ahead of UTC all year",
		        zone);
	return zone;
}

/* ---- as JSON ----------------------------------------------------------------------------------- */

static json_t *day_json(const struct day *day)
{
	json_t *list = json_array();
	for (int i = 0; i < day->count; i++) {
		char text[16];
		hours_text(&day->spans[i], text);
		json_array_append_new(list, json_string(text));
	}
	return list;
}

static json_t *calendar_json(const struct calendar_text *calendar, const config_setting_t *group)
{
	json_t *week = json_object(), *holidays = json_array(), *exceptions = json_array();
	for (int d = 0; d < POLICY_WEEK; d++)
		json_object_set_new(week, policy_weekdays[d], day_json(&calendar->week[d]));
	const config_setting_t *list = config_setting_get_member(group, "holidays");
	for (int i = 0; list && i < config_setting_length(list); i++)
		json_array_append_new(holidays, json_string(config_setting_get_string_elem(list, i)));
	for (size_t i = 0; i < calendar->exception_count; i++) {
		const struct exception *exception = &calendar->exceptions[i];
		json_array_append_new(
		        exceptions, json_pack("{s:s, s:o}", "date", config_setting_get_string(exception->at),
		                            "hours", day_json(&exception->day)));
	}
	return json_pack("{s:o, s:o, s:o}", "week", week, "holidays", holidays, "exceptions", exceptions);
}

static void check_open(const struct calendar_text *calendar, const config_setting_t *group)
{
	for (int d = 0; d < POLICY_WEEK; d++)
		if (calendar->week[d].count)
			return;
	for (size_t i = 0; i < calendar->exception_count; i++)
		if (calendar->exceptions[i].day.count)
			return;
	source_problem(calendar->source, group,
	        "a calendar without working hours; name a day in its week, mon = [\"09:00-17:00\"]");
}

void policy_read_calendar(struct source *source, const config_setting_t *group, json_t *calendars)
{
	static const char *const keys[] = {"name", "zone", "week", "holidays", "exceptions", NULL};
	static const char *const identity[] = {"name", NULL};
	if (!source_is_group(source, group, "a calendar"))
		return;
	source_check_keys(source, group, "a calendar", keys);
	struct calendar_text calendar = {.source = source};
	const char *name = policy_read_line(source, group, "name", "a calendar");
	const char *zone = read_zone(source, group);
	size_t before = source->problem_count;
	read_week(&calendar, group);
	read_holidays(&calendar, group);
	read_exceptions(&calendar, group);
	if (source->problem_count == before)
		check_open(&calendar, group);
	json_t *json = source->problem_count == 0 ? calendar_json(&calendar, group) : json_object();
	json_object_set_new(json, "name", json_string(name ? name : ""));
	json_object_set_new(json, "zone", json_string(zone ? zone : ""));
	if (name && policy_same(calendars, json, identity))
		source_problem(source, group, "a second calendar \"%.60s\"", name);
	json_array_append_new(calendars, json);
	free(calendar.holidays);
	free(calendar.exceptions);
}
