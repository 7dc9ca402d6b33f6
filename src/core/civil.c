/*
 * Days to dates and back by counting from 1 March of year 0 in eras of 400 years (146,097 days), so that the
 * leap day is the last of a year: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
 */
#include "core/civil.h"

#include "base/i18n.h"

#include <stdio.h>
#include <string.h>

enum { DAY = 86400, ERA = 146097, MARCH_EPOCH = 719468 };

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int civil_offset(civil_zone *zone, instant at, int otherwise)
{
	return zone && at != INSTANT_NONE ? zone(at) : otherwise;
}

int64_t civil_day(instant t, int utc_offset_s)
{
	return floor_div(t + utc_offset_s, DAY);
}

struct civil civil_of(instant t, int utc_offset_s)
{
	const int64_t day = civil_day(t, utc_offset_s);
	const int64_t second = t + utc_offset_s - day * DAY;
	const int64_t shifted = day + MARCH_EPOCH;
	const int64_t era = floor_div(shifted, ERA);
	const int64_t of_era = shifted - era * ERA;
	const int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	const int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	const int64_t month = (5 * of_year + 2) / 153;
	struct civil civil = {
	        .day = (int)(of_year - (153 * month + 2) / 5 + 1),
	        .month = (int)(month < 10 ? month + 3 : month - 9),
	        .weekday = (int)(day + 3 - floor_div(day + 3, 7) * 7),
	        .hour = (int)(second / 3600),
	        .minute = (int)(second / 60 % 60),
	        .second = (int)(second % 60),
	};
	civil.year = (int)(year + era * 400 + (civil.month <= 2));
	return civil;
}

instant civil_instant(const struct civil *civil, int utc_offset_s)
{
	const int64_t year = civil->year - (civil->month <= 2);
	const int64_t era = floor_div(year, 400);
	const int64_t of_era = year - era * 400;
	const int64_t month = civil->month > 2 ? civil->month - 3 : civil->month + 9;
	const int64_t of_year = (153 * month + 2) / 5 + civil->day - 1;
	const int64_t day = era * ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - MARCH_EPOCH;
	return day * DAY + civil->hour * 3600 + civil->minute * 60 + civil->second - utc_offset_s;
}

const char *civil_weekday_name(int weekday)
{
	static const char *const names[] = {
	        N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun")};
	return _(names[weekday]);
}

const char *civil_month_name(int month)
{
	static const char *const names[] = {N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
	        N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec")};
	return _(names[month - 1]);
}

void civil_zone_words(const char *zone, char *out, size_t size)
{
	static const char posix[] = "Etc/GMT";
	const char *sign = zone + sizeof posix - 1;
	if (strncmp(zone, posix, sizeof posix - 1) == 0 && (*sign == '+' || *sign == '-'))
		snprintf(out, size, "UTC%c%s", *sign == '+' ? '-' : '+', sign + 1);
	else
		snprintf(out, size, "%.40s", zone);
}

void civil_words(instant t, instant now, int utc_offset_s, char *out, size_t size)
{
	const struct civil c = civil_of(t, utc_offset_s);
	const int64_t days = civil_day(t, utc_offset_s) - civil_day(now, utc_offset_s);
	if (days > -7 && days < 7)
		snprintf(out, size, "%s %02d:%02d", civil_weekday_name(c.weekday), c.hour, c.minute);
	else if (c.year == civil_of(now, utc_offset_s).year)
		snprintf(out, size, "%s %d %s %02d:%02d", civil_weekday_name(c.weekday), c.day,
		        civil_month_name(c.month), c.hour, c.minute);
	else
		snprintf(out, size, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}

void civil_short_words(instant t, instant now, int utc_offset_s, char *out, size_t size)
{
	const struct civil c = civil_of(t, utc_offset_s);
	if (civil_day(t, utc_offset_s) == civil_day(now, utc_offset_s))
		snprintf(out, size, "%02d:%02d", c.hour, c.minute);
	else
		civil_words(t, now, utc_offset_s, out, size);
}
