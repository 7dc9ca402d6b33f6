/* Names that are harmless as files. What is hostile in a name is replaced or cut, and what is left of it stays readable. */
#include "core/filename.h"

#include "core/text.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

enum { ENDING_MOST = 16 };

/* A device of Windows, whatever stands behind its first dot. */
static bool is_device(const char *name)
{
	static const char *const devices[] = {"CON", "PRN", "AUX", "NUL"};
	const size_t length = strcspn(name, ".");
	for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
		if (length == 3 && strncasecmp(name, devices[i], 3) == 0)
			return true;
	return length == 4 && (strncasecmp(name, "COM", 3) == 0 || strncasecmp(name, "LPT", 3) == 0) &&
	       name[3] >= '1' && name[3] <= '9';
}

static void replace_signs(struct strbuf *name)
{
	static const char replacement[] = "\xef\xbf\xbd"; /* what text_sanitise() puts for what is hostile */
	for (char *at = strstr(name->data, replacement); at; at = strstr(at, replacement)) {
		*at = '_';
		strbuf_remove(name, (size_t)(at - name->data) + 1, sizeof replacement - 2);
	}
	for (size_t i = 0; i < name->length; i++)
		if (strchr("<>:\"|?*", name->data[i]))
			name->data[i] = '_';
}

static void trim(struct strbuf *name)
{
	strbuf_remove(name, 0, strspn(name->data, ". -"));
	while (name->length && strchr(". ", name->data[name->length - 1]))
		strbuf_truncate(name, name->length - 1);
}

/* Where the ending begins: the last dot, when what follows is short; the name's end otherwise. */
static size_t ending_of(const char *name)
{
	const char *dot = strrchr(name, '.');
	const size_t length = strlen(name);
	return dot && dot > name && strlen(dot) <= ENDING_MOST ? (size_t)(dot - name) : length;
}

static void shorten(struct strbuf *name)
{
	if (name->length <= FILENAME_MOST)
		return;
	const size_t ending = ending_of(name->data), tail = name->length - ending;
	size_t cut = FILENAME_MOST - tail;
	while (cut && ((unsigned char)name->data[cut] & 0xC0) == 0x80)
		cut--;
	strbuf_remove(name, cut, ending - cut);
}

static void make_safe(struct strbuf *safe, const char *name)
{
	text_sanitise(safe, name, strlen(name), TEXT_ONE_LINE);
	if (!safe->length)
		return;
	replace_signs(safe);
	trim(safe);
	shorten(safe);
}

/* What is cut may uncover what must not stand there: a blank, or a mark without its letter. So it is done until it changes
 * nothing; each round but the last makes the name shorter or takes signs away. */
void filename_safe(struct strbuf *out, const char *name)
{
	struct strbuf safe = STRBUF_INIT, before = STRBUF_INIT;
	for (const char *slash; (slash = strpbrk(name, "/\\")) != NULL;)
		name = slash + 1;
	make_safe(&safe, name);
	do {
		strbuf_clear(&before);
		strbuf_adds(&before, safe.data);
		strbuf_clear(&safe);
		make_safe(&safe, before.data);
	} while (strcmp(before.data, safe.data) != 0);
	if (is_device(safe.data))
		strbuf_addc(out, '_');
	strbuf_adds(out, safe.length ? safe.data : "attachment");
	strbuf_release(&safe);
	strbuf_release(&before);
}

void filename_numbered(struct strbuf *out, const char *name, int number)
{
	const size_t ending = ending_of(name);
	strbuf_add(out, name, ending);
	if (number > 1)
		strbuf_addf(out, " (%d)", number);
	strbuf_adds(out, name + ending);
}
