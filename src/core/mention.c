/* Finding names. The bytes that may stand before a name, and those that end one, are the server's, to the letter. */
#include "core/mention.h"

#include <stdbool.h>
#include <string.h>

static bool may_precede(const char *text, size_t at)
{
	return at == 0 || strchr(" \t\r\n([{<\"',;:/", text[at - 1]) != NULL;
}

size_t mention_next(const char *text, size_t *at, char name[MENTION_MOST])
{
	for (;;) {
		const char *sign = strchr(text + *at, '@');
		if (!sign)
			return 0;
		const size_t begin = (size_t)(sign - text) + 1;
		size_t length = strcspn(text + begin, " \t\r\n,;:!?()[]{}<>\"'/\\@");
		*at = begin + length;
		if (!may_precede(text, begin - 1))
			continue;
		while (length && strchr(".-", text[begin + length - 1]))
			length--;
		if (!length || length >= MENTION_MOST)
			continue;
		for (size_t i = 0; i < length; i++) {
			const char c = text[begin + i];
			name[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
		}
		name[length] = '\0';
		return length;
	}
}
