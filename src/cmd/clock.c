/*
 * `sandglass clock [CALENDAR]`: working-time arithmetic by hand, for checking a policy. The spans come from the server once,
 * the arithmetic is the console's (core/timeline.h): what this prints is what the screen counts by.
 *
 *   add INSTANT SECONDS       ->  due breach
 *   between INSTANT INSTANT   ->  seconds
 *
 * A wrong line is named on stderr and the others are still answered, each at once: a program may ask line by line.
 */
#include "cmd/command_line.h"
#include "core/rfc3339.h"
#include "core/text.h"
#include "core/timeline.h"
#include "store/db.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

/* A calendar is expanded for these years, 1990 to 2099. */
static const instant first_instant = 631152000, last_instant = 4102444799;

/* ---- the calendar ------------------------------------------------------------------------------- */

static bool no_calendar(struct db *db, const char *name, struct error *err)
{
	struct db_result names;
	if (!db_query(db,
	            "SELECT coalesce(string_agg(name, ', ' ORDER BY name), 'none') FROM sandglass.console_calendar",
	            NULL, 0, &names, err))
		return false;
	error_set(err, ERROR_NOT_FOUND, "there is no calendar \"%s\"; there are: %s", name,
	        db_text(&names, 0, 0));
	db_result_release(&names);
	return false;
}

static bool take_spans(const struct db_result *spans, struct timeline *line, struct error *err)
{
	for (int i = 0; i < spans->rows; i++)
		if (!timeline_add(line, db_int(spans, i, 0), db_int(spans, i, 1), db_int(spans, i, 2), err))
			return false;
	return true;
}

static bool load_calendar(struct db *db, const char *name, struct timeline *line, struct error *err)
{
	char from[24], until[24];
	snprintf(from, sizeof from, "%" PRId64, first_instant);
	snprintf(until, sizeof until, "%" PRId64, last_instant + 1);
	const struct db_value values[] = {{.data = from}, {.data = until}, {.data = name}};
	struct db_result spans;
	if (!db_query(db,
	            "SELECT span_start, span_end, work_before FROM sandglass.console_spans($1, $2) "
	            "WHERE calendar_id = (SELECT id FROM sandglass.console_calendar WHERE name = $3) ORDER BY span_start",
	            values, 3, &spans, err))
		return false;
	bool good = spans.rows ? take_spans(&spans, line, err) : no_calendar(db, name, err);
	db_result_release(&spans);
	return good;
}

/* ---- the lines ---------------------------------------------------------------------------------- */

static bool parse_instant(const char *text, instant *out, struct error *err)
{
	if (!rfc3339_parse(text, out, err))
		return false;
	if (*out < first_instant || *out > last_instant)
		return error_set(
		        err, ERROR_INPUT, "%s is outside the years 1990 to 2099 of the calendars", text);
	return true;
}

static bool parse_seconds(const char *text, int64_t *out, struct error *err)
{
	char *end;
	errno = 0;
	long long value = strtoll(text, &end, 10);
	if (errno || *text < '0' || *text > '9' || *end)
		return error_set(err, ERROR_INPUT,
		        "\"%s\" is no number of seconds; a whole number from 0 on is one", text);
	*out = value;
	return true;
}

static bool answer_add(
        const struct timeline *line, const char *from_text, const char *seconds_text, struct error *err)
{
	instant from, due, breach;
	int64_t seconds = 0;
	char due_text[RFC3339_SIZE], breach_text[RFC3339_SIZE];
	if (!parse_instant(from_text, &from, err) || !parse_seconds(seconds_text, &seconds, err) ||
	        !timeline_add_work(line, from, seconds, &due, &breach, err))
		return false;
	rfc3339_text(due, due_text);
	rfc3339_text(breach, breach_text);
	printf("%s %s\n", due_text, breach_text);
	return true;
}

static bool answer_between(
        const struct timeline *line, const char *a_text, const char *b_text, struct error *err)
{
	instant a, b;
	if (!parse_instant(a_text, &a, err) || !parse_instant(b_text, &b, err))
		return false;
	printf("%" PRId64 "\n", timeline_between(line, a, b));
	return true;
}

enum { WORDS_MOST = 4 };

static int split(char *text, char *words[WORDS_MOST])
{
	int count = 0;
	char *rest = NULL;
	for (char *word = strtok_r(text, " \t\r\n", &rest); word && count < WORDS_MOST;
	        word = strtok_r(NULL, " \t\r\n", &rest))
		words[count++] = word;
	return count;
}

static bool answer(const struct timeline *line, char *text, struct error *err)
{
	char *words[WORDS_MOST];
	int count = split(text, words);
	if (!count)
		return true;
	if (count == 3 && strcmp(words[0], "add") == 0)
		return answer_add(line, words[1], words[2], err);
	if (count == 3 && strcmp(words[0], "between") == 0)
		return answer_between(line, words[1], words[2], err);
	return error_set(
	        err, ERROR_INPUT, "a line is \"add INSTANT SECONDS\" or \"between INSTANT INSTANT\"");
}

static void complain(const struct error *err, int64_t number)
{
	struct strbuf words = STRBUF_INIT;
	text_sanitise(&words, err->text, strlen(err->text), TEXT_ONE_LINE);
	fprintf(stderr, "error: line %" PRId64 ": %s\n", number, words.data);
	strbuf_release(&words);
}

static int answer_lines(const struct timeline *line)
{
	char *text = NULL;
	size_t size = 0;
	int code = EX_OK;
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int64_t number = 1; getline(&text, &size, stdin) != -1; number++) {
		struct error err;
		if (answer(line, text, &err))
			continue;
		complain(&err, number);
		code = EX_DATAERR;
	}
	free(text);
	if (ferror(stdin) || ferror(stdout))
		return EX_IOERR;
	return code;
}

int subcommand_clock(int argc, char **argv)
{
	const char *conninfo = "";
	const struct option_spec options[] = {
	        {"database", 'd', OPTION_TEXT, &conninfo, HELP_DATABASE},
	        {0},
	};
	int code;
	int at = command_line_options(argc, argv, "[CALENDAR]", options, &code);
	if (at < 0)
		return code;
	struct error err;
	if (argc - at > 1) {
		error_set(&err, ERROR_USAGE, "takes one calendar, not %d", argc - at);
		return command_line_fail("clock", &err);
	}
	struct timeline line;
	timeline_init(&line);
	struct db *db = db_open_checked(conninfo, &err);
	bool loaded = db && load_calendar(db, at < argc ? argv[at] : "tickets", &line, &err);
	if (db)
		db_close(db);
	code = loaded ? answer_lines(&line) : command_line_fail("clock", &err);
	timeline_release(&line);
	return code;
}
