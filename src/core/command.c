/*
 * Look-up in the table of commands. It has some fifty rows, so every search just goes through it; what a person types
 * is short and comes a key at a time.
 */
#include "core/command.h"

#include <stdio.h>
#include <string.h>

const struct command commands[COMMAND_COUNT] = {
#define COMMAND(id, name, keys, scope, needs, argument, help) {name, keys, scope, needs, argument, help},
#include "core/commands.def"
#undef COMMAND
};

enum { SEQUENCE_MOST = 4, NAME_MOST = 16, WORDS_MOST = 3 /* in a command's name */ };

struct sequence {
	key keys[SEQUENCE_MOST];
	size_t count;
};

/* Reads the next alternative of a list such as "g-g Home" and moves *keys behind it. False at the end of the list; a
 * sequence that does not parse has no keys. */
static bool next_sequence(const char **keys, struct sequence *out)
{
	const char *at = *keys + strspn(*keys, " ");
	*out = (struct sequence){{KEY_NONE}, 0};
	if (!*at)
		return false;
	bool good = true;
	while (*at && *at != ' ') {
		char name[NAME_MOST];
		size_t length = 1 + strcspn(at + 1, "- "); /* a '-' that begins a key is the key */
		snprintf(name, sizeof name, "%.*s", (int)length, at);
		good = good && out->count < SEQUENCE_MOST && key_parse(name, &out->keys[out->count]);
		out->count += good;
		at += length;
		if (*at == '-' && at[1] && at[1] != ' ')
			at++;
	}
	if (!good)
		out->count = 0;
	*keys = at;
	return true;
}

/* All alternatives of all commands, parsed once: every key that is typed is looked for here. */
static const struct binding {
	enum command_id id;
	struct sequence sequence;
} * all_bindings(size_t *count)
{
	enum { MOST = 3 * COMMAND_COUNT };
	static struct binding bindings[MOST];
	static size_t known;
	size_t filled = known;
	for (enum command_id id = 0; !known && id < COMMAND_COUNT; id++) {
		const char *keys = commands[id].keys;
		while (filled < MOST && next_sequence(&keys, &bindings[filled].sequence))
			bindings[filled++].id = id;
	}
	*count = known = filled;
	return bindings;
}

enum command_id command_by_keys(const key *typed, size_t count, enum command_scope scope, bool *more)
{
	enum command_id found = COMMAND_NONE;
	size_t known;
	const struct binding *binding = all_bindings(&known);
	*more = false;
	for (const struct binding *end = binding + known; binding < end; binding++) {
		const struct sequence *sequence = &binding->sequence;
		if (!(commands[binding->id].scope & scope) || sequence->count < count ||
		        memcmp(sequence->keys, typed, count * sizeof *typed) != 0)
			continue;
		if (sequence->count == count && found == COMMAND_NONE)
			found = binding->id;
		if (sequence->count > count)
			*more = true;
	}
	if (found != COMMAND_NONE)
		*more = false;
	return found;
}

/* The command that the first `words` words of the line name, in full or by a beginning that only one name has. Blanks between
 * words count once. COMMAND_NONE: none, or several. */
static enum command_id by_words(const char *line, size_t words, const char **after)
{
	char name[64] = "";
	size_t length = 0;
	for (size_t word = 0; word < words; word++) {
		size_t bytes = strcspn(line, " ");
		if (!bytes || length + bytes + 2 > sizeof name)
			return COMMAND_NONE;
		length += (size_t)snprintf(
		        name + length, sizeof name - length, "%s%.*s", word ? " " : "", (int)bytes, line);
		line += bytes;
		line += strspn(line, " ");
	}
	*after = line;
	for (enum command_id id = 0; id < COMMAND_COUNT; id++)
		if (strcmp(commands[id].name, name) == 0)
			return id;
	enum command_id found;
	return command_complete(name, &found, 1) == 1 ? found : COMMAND_NONE;
}

enum command_id command_by_name(const char *line, const char **argument)
{
	line += strspn(line, " ");
	*argument = line;
	enum command_id found = COMMAND_NONE;
	/* The longest name first: "send o" is "send open" and not "send" with an argument. */
	for (size_t words = WORDS_MOST; words && found == COMMAND_NONE; words--) {
		const char *after = line;
		found = by_words(line, words, &after);
		if (found != COMMAND_NONE)
			*argument = after;
	}
	return found;
}

size_t command_complete(const char *prefix, enum command_id *out, size_t room)
{
	size_t count = 0;
	size_t length = strlen(prefix);
	for (enum command_id id = 0; id < COMMAND_COUNT; id++) {
		if (strncmp(commands[id].name, prefix, length) != 0)
			continue;
		if (count < room)
			out[count] = id;
		count++;
	}
	return count;
}

/* The footer asks for a dozen of them with each frame, so they are made once. */
static void make_key_text(enum command_id id, char *out, size_t size)
{
	struct sequence sequence;
	const char *keys = commands[id].keys;
	size_t length = 0;
	next_sequence(&keys, &sequence);
	for (size_t i = 0; i < sequence.count; i++) {
		char name[NAME_MOST];
		key_name(sequence.keys[i], name, sizeof name);
		if (length < size)
			length += (size_t)snprintf(out + length, size - length, "%s%s", i ? " " : "", name);
	}
}

void command_key_text(enum command_id id, char *out, size_t size)
{
	static char texts[COMMAND_COUNT][SEQUENCE_MOST * NAME_MOST];
	static bool made;
	for (enum command_id each = 0; !made && each < COMMAND_COUNT; each++)
		make_key_text(each, texts[each], sizeof texts[each]);
	made = true;
	const size_t length = strnlen(texts[id], size ? size - 1 : 0);
	if (!size)
		return;
	memcpy(out, texts[id], length);
	out[length] = '\0';
}
