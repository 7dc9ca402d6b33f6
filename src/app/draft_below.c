/*
 * What somebody wrote below the cut line, told from what was put there: a line that stood there before is not an added
 * one, and blanks at a line's end are no difference.
 */
#include "app/draft.h"

#include <stdbool.h>
#include <string.h>

struct line {
	const char *text;
	size_t length; /* without blanks at its end */
};

/* Takes a line off *at; false: there is none. */
static bool next_line(const char **at, struct line *line)
{
	if (!**at)
		return false;
	const size_t length = strcspn(*at, "\n");
	*line = (struct line){*at, length};
	*at += length + ((*at)[length] == '\n');
	while (line->length && strchr(" \t\r", line->text[line->length - 1]))
		line->length--;
	return true;
}

/* Whether the line stands between `from` and `end`; then *behind is what follows it. */
static bool find_line(const char *from, const char *end, const struct line *wanted, const char **behind)
{
	struct line line;
	while ((!end || from < end) && next_line(&from, &line))
		if (line.length == wanted->length && memcmp(line.text, wanted->text, line.length) == 0) {
			*behind = from;
			return true;
		}
	return false;
}

/* What is unchanged is found at once: the search begins behind the line that was found last. */
int draft_added(const char *before, const char *after, struct strbuf *added)
{
	const char *expected = before;
	struct line line;
	bool parted = false;
	int count = 0;
	while (next_line(&after, &line)) {
		if (!line.length || find_line(expected, NULL, &line, &expected) ||
		        find_line(before, expected, &line, &expected)) {
			parted = true;
			continue;
		}
		if (count++ && parted)
			strbuf_addc(added, '\n');
		strbuf_add(added, line.text, line.length);
		strbuf_addc(added, '\n');
		parted = false;
	}
	return count;
}
