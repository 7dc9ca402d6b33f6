/*
 * Digits to fields and back. The days of the calendar are core/civil's; no call goes into the C library, whose conversions
 * depend on the process's zone.
 */
#include "core/rfc3339.h"

#include "core/civil.h"

#include <stdio.h>
#include <string.h>

enum { MINUTE = 60, HOUR = 3600 };

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

static bool take_fields(const char *at, struct civil *out, int *offset_s)
{
	return take_number(&at, 4, &out->year) && take(&at, "-") && take_number(&at, 2, &out->month) &&
	       take(&at, "-") && take_number(&at, 2, &out->day) && take(&at, "Tt") &&
	       take_number(&at, 2, &out->hour) && take(&at, ":") && take_number(&at, 2, &out->minute) &&
	       take(&at, ":") && take_number(&at, 2, &out->second) && take_fraction(&at) &&
	       take_offset(&at, offset_s) && !*at;
}

/* A day that there is is the same when it is read back: the 31st of November would be the 1st of December. */
static bool is_day(const struct civil *date)
{
	if (date->month < 1 || date->month > 12 || date->day < 1 || date->day > 31)
		return false;
	struct civil back = civil_of(civil_instant(date, 0), 0);
	return back.month == date->month && back.day == date->day;
}

bool rfc3339_parse(const char *text, instant *out, struct error *err)
{
	struct civil c = {0};
	int offset_s;
	if (!take_fields(text, &c, &offset_s))
		return error_set(err, ERROR_INPUT,
		        "\"%s\" is no instant; one is written like 2026-11-23T10:00:00+02:00 or 2026-11-23T08:00:00Z",
		        text);
	if (c.hour > 23 || c.minute > 59 || c.second > 59)
		return error_set(err, ERROR_INPUT, "\"%s\": there is no time %02d:%02d:%02d", text, c.hour,
		        c.minute, c.second);
	if (!is_day(&c))
		return error_set(err, ERROR_INPUT, "\"%s\": there is no day %04d-%02d-%02d", text, c.year,
		        c.month, c.day);
	*out = civil_instant(&c, offset_s);
	return true;
}

void rfc3339_text(instant t, char out[RFC3339_SIZE])
{
	struct civil c = civil_of(t, 0);
	snprintf(out, RFC3339_SIZE, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month, c.day, c.hour,
	        c.minute, c.second);
}
