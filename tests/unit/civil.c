/* Days, dates and wall clocks against the C library's own arithmetic. */
#include "core/civil.h"

#include <criterion/criterion.h>
#include <string.h>
#include <time.h>

Test(civil, agrees_with_gmtime)
{
	/* A step that is no divisor of a day, from 1890 to 2110. */
	for (instant t = -2524608000; t < 4417977600; t += 100003) {
		time_t at = (time_t)t;
		struct tm tm;
		gmtime_r(&at, &tm);
		struct civil c = civil_of(t, 0);
		cr_assert(c.year == tm.tm_year + 1900 && c.month == tm.tm_mon + 1 && c.day == tm.tm_mday &&
		                  c.weekday == (tm.tm_wday + 6) % 7 && c.hour == tm.tm_hour &&
		                  c.minute == tm.tm_min && c.second == tm.tm_sec,
		        "%lld", (long long)t);
		cr_assert_eq(civil_instant(&c, 0), t);
		struct civil elsewhere = civil_of(t, -12600);
		cr_assert_eq(civil_instant(&elsewhere, -12600), t);
	}
}

Test(civil, words)
{
	const struct civil base = {
	        .year = 2026, .month = 11, .day = 23, .hour = 11, .minute = 41}; /* a Monday */
	const instant now = civil_instant(&base, 7200);
	static const struct {
		int64_t seconds;
		const char *words, *short_words;
	} cases[] = {
	        {0, "Mon 11:41", "11:41"},
	        {-11 * 3600 - 41 * 60, "Mon 00:00", "00:00"},
	        {-11 * 3600 - 42 * 60, "Sun 23:59", "Sun 23:59"},
	        {6 * 86400, "Sun 11:41", "Sun 11:41"},
	        {7 * 86400, "Mon 30 Nov 11:41", "Mon 30 Nov 11:41"},
	        {-7 * 86400, "Mon 16 Nov 11:41", "Mon 16 Nov 11:41"},
	        {39 * 86400, "2027-01-01 11:41", "2027-01-01 11:41"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char words[32];
		civil_words(now + cases[i].seconds, now, 7200, words, sizeof words);
		cr_expect_str_eq(words, cases[i].words);
		civil_short_words(now + cases[i].seconds, now, 7200, words, sizeof words);
		cr_expect_str_eq(words, cases[i].short_words);
	}
}

Test(civil, a_zone_with_a_sign_of_posix_is_said_as_people_read_it)
{
	static const struct {
		const char *zone, *words;
	} cases[] = {
	        {"Europe/Berlin", "Europe/Berlin"},
	        {"Etc/GMT-11", "UTC+11"},
	        {"Etc/GMT+5", "UTC-5"},
	        {"Etc/UTC", "Etc/UTC"},
	        {"Etc/GMT", "Etc/GMT"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char words[48];
		civil_zone_words(cases[i].zone, words, sizeof words);
		cr_expect_str_eq(words, cases[i].words);
	}
}
