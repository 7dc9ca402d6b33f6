/*
 * Days are counted by the proleptic Gregorian calendar from March, so that the leap day is a year's last
 * (the usual arithmetic of 400-year eras); no call into the C library, whose conversions depend on the process's zone.
 */
#include "core/rfc3339.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
	MINUTE = 60,
	HOUR = 3600,
	DAY = 86400,
	ERA_YEARS = 400,
	ERA_DAYS = 146097,
	EPOCH_FROM_MARCH_0 = 719468
};

struct fields {
	int year, month, day, hour, minute, second;
	int offset_s; /* local time minus UTC */
};

static int days_in(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return days[month - 1] + (month == 2 && leap);
}

/* Days since 1970-01-01 of a date from year 0 on. */
static int64_t day_number(int year, int month, int day)
{
	int64_t from_march = month <= 2 ? year - 1 : year;
	int64_t era = (from_march >= 0 ? from_march : from_march - ERA_YEARS + 1) / ERA_YEARS;
	int64_t year_of_era = from_march - era * ERA_YEARS;
	int64_t day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * ERA_DAYS + day_of_era - EPOCH_FROM_MARCH_0;
}

static void date_of(int64_t number, int64_t *year, int *month, int *day)
{
	int64_t shifted = number + EPOCH_FROM_MARCH_0;
	int64_t era = (shifted >= 0 ? shifted : shifted - ERA_DAYS + 1) / ERA_DAYS;
	int64_t day_of_era = shifted - era * ERA_DAYS;
	int64_t year_of_era =
	        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t from_march = (5 * day_of_year + 2) / 153;
	*day = (int)(day_of_year - (153 * from_march + 2) / 5 + 1);
	*month = (int)(from_march < 10 ? from_march + 3 : from_march - 9);
	*year = year_of_era + era * ERA_YEARS + (*month <= 2);
}

/* Reads exactly `count` digits and moves *at behind them. */
static bool take_number(const char **at, int count, int *out)
{
	*out = 0;
	for (; count; count--, ++*at) {
		if (**at < '0' || **at > '9')
			return false;
		*out = *out * 10 + (**at - '0');
	}
	return true;
}

/* One of the characters in `allowed`. */
static bool take(const char **at, const char *allowed)
{
	if (!**at || !strchr(allowed, **at))
		return false;
	++*at;
	return true;
}

static bool take_fraction(const char **at)
{
	if (**at != '.')
		return true;
	++*at;
	size_t digits = strspn(*at, "0123456789");
	*at += digits;
	return digits > 0;
}

static bool take_offset(const char **at, int *offset_s)
{
	int hours, minutes;
	*offset_s = 0;
	if (take(at, "Zz"))
		return true;
	int sign = **at == '-' ? -1 : 1;
	if (!take(at, "+-") || !take_number(at, 2, &hours) || !take(at, ":") || !take_number(at, 2, &minutes))
		return false;
	*offset_s = sign * (hours * HOUR + minutes * MINUTE);
	return hours <= 23 && minutes <= 59;
}

static bool take_fields(const char *at, struct fields *out)
{
	return take_number(&at, 4, &out->year) && take(&at, "-") && take_number(&at, 2, &out->month) &&
	       take(&at, "-") && take_number(&at, 2, &out->day) && take(&at, "Tt") &&
	       take_number(&at, 2, &out->hour) && take(&at, ":") && take_number(&at, 2, &out->minute) &&
	       take(&at, ":") && take_number(&at, 2, &out->second) && take_fraction(&at) &&
	       take_offset(&at, &out->offset_s) && !*at;
}

bool rfc3339_parse(const char *text, instant *out, struct error *err)
{
	struct fields f;
	if (!take_fields(text, &f))
		return error_set(err, ERROR_INPUT,
		        "\"%s\" is no instant; one is written like 2026-11-23T10:00:00+02:00 or 2026-11-23T08:00:00Z",
		        text);
	if (f.month < 1 || f.month > 12 || f.day < 1 || f.day > days_in(f.year, f.month))
		return error_set(err, ERROR_INPUT, "\"%s\": there is no day %04d-%02d-%02d", text, f.year,
		        f.month, f.day);
	if (f.hour > 23 || f.minute > 59 || f.second > 59)
		return error_set(err, ERROR_INPUT, "\"%s\": there is no time %02d:%02d:%02d", text, f.hour,
		        f.minute, f.second);
	int64_t day = day_number(f.year, f.month, f.day);
	*out = day * DAY + f.hour * HOUR + f.minute * MINUTE + f.second - f.offset_s;
	return true;
}

void rfc3339_text(instant t, char out[RFC3339_SIZE])
{
	int64_t second = ((t % DAY) + DAY) % DAY;
	int64_t year;
	int month, day;
	date_of((t - second) / DAY, &year, &month, &day);
	snprintf(out, RFC3339_SIZE, "%04" PRId64 "-%02d-%02dT%02d:%02d:%02dZ", year, month, day,
	        (int)(second / HOUR), (int)(second % HOUR / MINUTE), (int)(second % MINUTE));
}
