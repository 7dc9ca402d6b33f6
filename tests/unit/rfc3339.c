/* Instants as text, against the C library's own calendar. */
#include "core/rfc3339.h"

#include "support/random.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const struct {
	const char *text;
	instant t;
	const char *utc;
} good[] = {
        {"1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"},
        {"2026-11-23T10:00:00+02:00", 1795420800, "2026-11-23T08:00:00Z"},
        {"2026-11-23t08:00:00z", 1795420800, "2026-11-23T08:00:00Z"},
        {"2026-11-23T08:00:00.999999Z", 1795420800, "2026-11-23T08:00:00Z"},
        {"2026-11-22T20:30:00-11:30", 1795420800, "2026-11-23T08:00:00Z"},
        {"2026-11-23T08:00:00-00:00", 1795420800, "2026-11-23T08:00:00Z"},
        {"2000-02-29T23:59:59Z", 951868799, "2000-02-29T23:59:59Z"},
        {"2024-02-29T00:00:00Z", 1709164800, "2024-02-29T00:00:00Z"},
        {"1969-12-31T23:59:59Z", -1, "1969-12-31T23:59:59Z"},
        {"0000-03-01T00:00:00Z", -62162035200, "0000-03-01T00:00:00Z"},
        {"9999-12-31T23:59:59Z", 253402300799, "9999-12-31T23:59:59Z"},
};

static const char *const wrong[] = {
        "",
        "now",
        "2026-11-23",
        "2026-11-23T10:00:00",
        "2026-11-23 10:00:00Z",
        "2026-11-23T10:00Z",
        "2026-11-23T10:00:00+0200",
        "2026-11-23T10:00:00+02",
        "2026-11-23T10:00:00 Z",
        "2026-11-23T10:00:00Zz",
        "2026-11-23T10:00:00.Z",
        "26-11-23T10:00:00Z",
        "2026-1-23T10:00:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T10:60:00Z",
        "2026-12-31T23:59:60Z",
        "2026-11-31T10:00:00Z",
        "2026-02-29T10:00:00Z",
        "1900-02-29T10:00:00Z",
        "2026-00-10T10:00:00Z",
        "2026-13-10T10:00:00Z",
        "2026-11-00T10:00:00Z",
        "2026-11-23T10:00:00+24:00",
        "2026-11-23T10:00:00+02:60",
        "+026-11-23T10:00:00Z",
        " 2026-11-23T10:00:00Z",
};

Test(rfc3339, reads_and_writes)
{
	struct error err;
	char text[RFC3339_SIZE];
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		instant t = 0;
		cr_assert(rfc3339_parse(good[i].text, &t, &err), "%s: %s", good[i].text, err.text);
		cr_assert_eq(t, good[i].t, "%s is %" PRId64, good[i].text, t);
		rfc3339_text(t, text);
		cr_assert_str_eq(text, good[i].utc);
	}
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		instant t;
		err.kind = ERROR_NONE;
		cr_assert(!rfc3339_parse(wrong[i], &t, &err), "\"%s\" was taken", wrong[i]);
		cr_assert_eq(err.kind, ERROR_INPUT);
		cr_assert_not_null(strstr(err.text, wrong[i]), "says which");
	}
	struct random r = random_start();
	for (int i = 0; i < 20000; i++) {
		time_t t = random_between(&r, -62135596800, 253402300799);
		struct tm tm;
		char expected[RFC3339_SIZE];
		gmtime_r(&t, &tm);
		snprintf(expected, sizeof expected, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900,
		        tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
		rfc3339_text(t, text);
		cr_assert_str_eq(text, expected, "seed 0x%" PRIx64, r.seed);
		instant back;
		cr_assert(rfc3339_parse(text, &back, NULL) && back == t, "%s", text);
	}
}
