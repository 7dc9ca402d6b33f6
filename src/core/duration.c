#include "core/duration.h"

#include "base/i18n.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct unit {
	char letter;
	int64_t seconds;
} units[] = {{'h', 3600}, {'m', 60}, {'s', 1}};

enum { UNIT_COUNT = sizeof units / sizeof *units };

static bool malformed(const char *text, struct error *err)
{
	const char *hint =
	        strpbrk(text, "dw") ? _(" (a day has no fixed length in working time: say it in hours)") : "";
	return error_set(err, ERROR_INPUT,
	        _("\"%.40s\" is no length of time; write it as 90m, 2h or 1h30m%s"), text, hint);
}

/* One "30m" at *at. The sum cannot overflow: it is cut above DURATION_MOST. */
static bool take_part(const char **at, int *next_unit, int64_t *total)
{
	int64_t number = 0;
	const char *digits = *at;
	for (; isdigit((unsigned char)**at); ++*at)
		if (number <= DURATION_MOST)
			number = number * 10 + (**at - '0');
	if (*at == digits)
		return false;
	int unit = *next_unit;
	while (unit < UNIT_COUNT && units[unit].letter != **at)
		unit++;
	if (unit == UNIT_COUNT)
		return false;
	++*at;
	*next_unit = unit + 1;
	*total += number * units[unit].seconds;
	return true;
}

bool duration_parse(const char *text, int64_t *seconds, struct error *err)
{
	int64_t total = 0;
	int next_unit = 0;
	const char *at = text;
	if (*at == '-' && isdigit((unsigned char)at[1]))
		return error_set(err, ERROR_INPUT, _("\"%.40s\" is not positive; the least is 1s"), text);
	do {
		if (!take_part(&at, &next_unit, &total))
			return malformed(text, err);
	} while (*at);
	if (total == 0)
		return error_set(err, ERROR_INPUT, _("\"%.40s\" is not positive; the least is 1s"), text);
	if (total > DURATION_MOST)
		return error_set(err, ERROR_INPUT, _("\"%.40s\" is too long; the most is %lldh"), text,
		        (long long)DURATION_MOST / 3600);
	*seconds = total;
	return true;
}

void duration_word(int64_t seconds, char *out, size_t size)
{
	char word[64];
	size_t used = 0;
	for (int i = 0; i < UNIT_COUNT; i++) {
		int64_t number = seconds / units[i].seconds;
		seconds -= number * units[i].seconds;
		if (number)
			used += (size_t)snprintf(
			        word + used, sizeof word - used, "%" PRId64 "%c", number, units[i].letter);
	}
	snprintf(out, size, "%s", used ? word : "0s");
}
