/*
 * Instants as people say them: days, months and hours of a zone whose offset is known. Gregorian calendar,
 * proleptic, any year that fits an int. Zones and their rules are the server's business: an offset in seconds
 * is handed in.
 */
#ifndef CORE_CIVIL_H
#define CORE_CIVIL_H

#include "core/ticket.h"

#include <stddef.h>

struct civil {
	int year, month, day;     /* month 1..12, day 1..31 */
	int weekday;              /* 0 is Monday */
	int hour, minute, second; /* 0..23, 0..59, 0..59 */
};

/* A zone: its seconds ahead of UTC at an instant. Summer time may begin or end between a message and its answer. */
typedef int civil_zone(instant at);
/* Its offset then; `otherwise` where there is no zone or no instant. */
int civil_offset(civil_zone *zone, instant at, int otherwise);

struct civil civil_of(instant t, int utc_offset_s);
/* The other way round; weekday is not looked at. */
instant civil_instant(const struct civil *civil, int utc_offset_s);

/* Days since 1970-01-01, in that zone. */
int64_t civil_day(instant t, int utc_offset_s);

const char *civil_weekday_name(int weekday); /* "Mon" */
const char *civil_month_name(int month);     /* "Jan", of 1..12 */

/*
 * The shortest wording that cannot be mistaken on the day of `now`: "Mon 11:27" within six days of it, "Mon 7
 * Dec 11:27" within the same year, "2025-12-07 11:27" otherwise. At most 24 bytes.
 */
void civil_words(instant t, instant now, int utc_offset_s, char *out, size_t size);
/* The same, and only "11:27" on the day of `now`: for what has just happened. */
void civil_short_words(instant t, instant now, int utc_offset_s, char *out, size_t size);

/* The name of a zone as it is said: "Europe/Berlin", but of "Etc/GMT-11", whose sign is that of POSIX, "UTC+11". */
void civil_zone_words(const char *zone, char *out, size_t size);

#endif
