/*
 * One calendar of a policy file: read, checked (hours, dates, overlaps, zone) and put into the form of the server.
 * Everything is checked in minutes of the wall clock; what an hour really lasts where clocks change is the server's matter.
 */
#ifndef CONF_POLICY_CALENDAR_H
#define CONF_POLICY_CALENDAR_H

#include "conf/source.h"

#include <jansson.h>

/* Adds {"name", "zone", "week", "holidays", "exceptions"} to `calendars`; what is wrong goes to the source's problems. */
void policy_read_calendar(struct source *source, const config_setting_t *group, json_t *calendars);

/* Text that fits into one line and is not empty; NULL and a problem otherwise, also when it is missing. */
const char *policy_read_line(
        struct source *source, const config_setting_t *group, const char *key, const char *what);

#endif
