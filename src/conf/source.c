/*
 * The pass before libconfig walks the text once, outside strings and comments: numbers that do not fit, @include,
 * comments and strings that never end, nesting deeper than any of our files needs (libconfig's parser recurses), bytes
 * that are not UTF-8. Strings are checked again after libconfig has read them, because "\x1b" makes a control character
 * out of harmless ones.
 */
#include "conf/source.h"

#include "base/alloc.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { SIZE_MOST = 1 << 20, DEPTH_MOST = 16 };

bool source_load(const char *path, struct strbuf *text, struct error *err)
{
	bool standard_input = strcmp(path, "-") == 0;
	FILE *file = standard_input ? stdin : fopen(path, "re");
	if (!file)
		return error_errno(err, ERROR_NO_INPUT, "cannot read %s", path);
	size_t begin = text->length;
	size_t got;
	errno = 0;
	do {
		strbuf_reserve(text, 16384);
		got = fread(text->data + text->length, 1, 16384, file);
		strbuf_truncate(text, text->length + got);
	} while (got && text->length - begin <= SIZE_MOST);
	bool good = true;
	if (ferror(file))
		good = error_errno(err, ERROR_NO_INPUT, "cannot read %s", path);
	else if (text->length - begin > SIZE_MOST)
		good = error_set(err, ERROR_CONFIG, "%s is larger than 1 MiB: is it the right file?", path);
	else if (memchr(text->data + begin, '\0', text->length - begin))
		good = error_set(err, ERROR_CONFIG, "%s holds NUL bytes: it is no text file", path);
	if (!standard_input)
		fclose(file);
	return good;
}

/* ---- problems ---------------------------------------------------------------------------------- */

/* One line whatever it quotes: a line end inside a value would forge a second message. */
static void add_problem(struct source *source, int line, const char *format, va_list args)
{
	struct strbuf *out = source->problems;
	size_t begin = out->length;
	strbuf_addf(out, "%s:%d: ", source->file, line);
	strbuf_addv(out, format, args);
	for (char *c = out->data + begin; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	strbuf_addc(out, '\n');
	source->problem_count++;
}

__attribute__((format(printf, 3, 4))) static bool problem_at(
        struct source *source, int line, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	add_problem(source, line, format, args);
	va_end(args);
	return false;
}

bool source_problem(struct source *source, const config_setting_t *at, const char *format, ...)
{
	int line = (int)config_setting_source_line(at);
	va_list args;
	va_start(args, format);
	add_problem(source, line ? line : 1, format, args);
	va_end(args);
	return false;
}

bool source_error(const struct source *source, struct error *err)
{
	const char *problems = source->problems->data;
	return error_set(err, ERROR_CONFIG, "%.*s", (int)strcspn(problems, "\n"), problems);
}

/* ---- the pass before libconfig ----------------------------------------------------------------- */

struct scan {
	struct source *source;
	const char *at;
	int line;
	int depth;
};

static bool skip_string(struct scan *scan)
{
	int began = scan->line;
	for (scan->at++; *scan->at && *scan->at != '"'; scan->at++) {
		if (*scan->at == '\\' && scan->at[1])
			scan->at++;
		if (*scan->at == '\n')
			scan->line++;
	}
	if (!*scan->at)
		return problem_at(
		        scan->source, began, "the text that begins here is never closed: a \" is missing");
	scan->at++;
	return true;
}

static bool skip_block_comment(struct scan *scan)
{
	const char *end = strstr(scan->at + 2, "*/");
	if (!end)
		return problem_at(scan->source, scan->line,
		        "the comment that begins here is never closed: a */ is missing");
	for (; scan->at < end + 2; scan->at++)
		scan->line += *scan->at == '\n';
	return true;
}

static bool is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '*';
}

/* What libconfig would read with no check of their range: it must fit into 32 bits, or into 64 with an L. */
static bool check_number(struct scan *scan)
{
	const char *begin = scan->at;
	const char *digits = begin + (*begin == '+' || *begin == '-');
	bool hex = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
	char *end;
	errno = 0;
	long long value = strtoll(begin, &end, hex ? 16 : 10);
	bool integer = *end != '.' && (hex || (*end != 'e' && *end != 'E'));
	bool wide = *end == 'L';
	while (is_name_char(*end) || *end == '.' || *end == '+')
		end++;
	scan->at = end;
	if (integer && (errno == ERANGE || (!wide && (value > INT_MAX || value < INT_MIN))))
		return problem_at(scan->source, scan->line, "the number %.*s is too large: the most is %d",
		        (int)(end - begin > 40 ? 40 : end - begin), begin, INT_MAX);
	return true;
}

static bool scan_token(struct scan *scan)
{
	const char *at = scan->at;
	const char *digit = at + (*at == '+' || *at == '-');
	if (*at == '"')
		return skip_string(scan);
	if (at[0] == '/' && at[1] == '*')
		return skip_block_comment(scan);
	if (*at == '#' || (at[0] == '/' && at[1] == '/')) {
		scan->at += strcspn(at, "\n");
		return true;
	}
	if (isdigit((unsigned char)*digit))
		return check_number(scan);
	if (isalpha((unsigned char)*at) || *at == '*') {
		while (is_name_char(*scan->at))
			scan->at++;
		return true;
	}
	if (*at == '@')
		return problem_at(scan->source, scan->line,
		        "@include is not known here: the file must hold everything");
	if (strchr("{([", *at) && ++scan->depth > DEPTH_MOST)
		return problem_at(scan->source, scan->line, "nested more than %d deep", DEPTH_MOST);
	if (strchr("})]", *at))
		scan->depth--;
	scan->line += *at == '\n';
	scan->at++;
	return true;
}

/* The line of the first byte that is no UTF-8 text, or 0. */
static int bad_text_line(const char *text)
{
	int line = 1;
	const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
	while (*at) {
		utf8proc_int32_t code;
		utf8proc_ssize_t used = utf8proc_iterate(at, -1, &code);
		if (used < 0 || code == 0x7f || (code < 0x20 && !strchr("\t\n\r\f", (char)code)))
			return line;
		line += code == '\n';
		at += used;
	}
	return 0;
}

static bool scan_text(struct source *source, const char *text)
{
	int bad = bad_text_line(text);
	if (bad)
		return problem_at(source, bad, "control characters or bytes that are not UTF-8");
	struct scan scan = {.source = source, .at = text, .line = 1};
	while (*scan.at)
		if (!scan_token(&scan))
			return false;
	return true;
}

/* ---- opening ----------------------------------------------------------------------------------- */

/* libconfig's words, and what is usually behind them. */
static const char *parse_error_text(const char *text)
{
	static const char *const words[][2] = {
	        {"syntax error",
	                "syntax error here or just before: settings are NAME = VALUE; with commas between the "
	                "members of a list and none after the last"},
	        {"duplicate setting name", "the same setting twice in one group"},
	        {"mismatched element type in array",
	                "values of different types in [ ]: all must be of one type"},
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(text, words[i][0]) == 0)
			return words[i][1];
	return text;
}

bool source_open(struct source *source, const char *text, const char *file, struct strbuf *problems)
{
	*source = (struct source){.file = file, .problems = problems};
	config_init(&source->config);
	if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
		text += 3;
	if (!scan_text(source, text))
		return false;
	/* libconfig ends a comment only at a line end. */
	char *ended = alloc_format("%s\n", text);
	bool good = config_read_string(&source->config, ended) == CONFIG_TRUE;
	if (!good)
		problem_at(source, config_error_line(&source->config), "%s",
		        parse_error_text(config_error_text(&source->config)));
	free(ended);
	return good;
}

void source_close(struct source *source)
{
	config_destroy(&source->config);
}

config_setting_t *source_root(struct source *source)
{
	return config_root_setting(&source->config);
}

/* ---- values ------------------------------------------------------------------------------------ */

static const char *type_word(const config_setting_t *at)
{
	static const char *const words[] = {
	        [CONFIG_TYPE_GROUP] = "a group",
	        [CONFIG_TYPE_INT] = "a number",
	        [CONFIG_TYPE_INT64] = "a number",
	        [CONFIG_TYPE_FLOAT] = "a number with a point",
	        [CONFIG_TYPE_STRING] = "a text",
	        [CONFIG_TYPE_BOOL] = "true or false",
	        [CONFIG_TYPE_ARRAY] = "a list",
	        [CONFIG_TYPE_LIST] = "a list",
	};
	int type = config_setting_type(at);
	return type >= 0 && (size_t)type < sizeof words / sizeof *words && words[type] ? words[type]
	                                                                               : "nothing";
}

const char *source_text(struct source *source, const config_setting_t *at, const char *what)
{
	if (config_setting_type(at) != CONFIG_TYPE_STRING) {
		source_problem(source, at, "%s must be a text in \" \", not %s", what, type_word(at));
		return NULL;
	}
	const char *text = config_setting_get_string(at);
	if (!text)
		return "";
	if (bad_text_line(text)) {
		source_problem(source, at, "%s holds control characters or bytes that are not UTF-8", what);
		return NULL;
	}
	return text;
}

bool source_bool(struct source *source, const config_setting_t *at, const char *what, bool *out)
{
	if (config_setting_type(at) != CONFIG_TYPE_BOOL)
		return source_problem(source, at, "%s must be true or false, not %s", what, type_word(at));
	*out = config_setting_get_bool(at);
	return true;
}

bool source_number(struct source *source, const config_setting_t *at, const char *what, int64_t least,
        int64_t most, int64_t *out)
{
	int type = config_setting_type(at);
	if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64)
		return source_problem(source, at, "%s must be a whole number, not %s", what, type_word(at));
	int64_t value = type == CONFIG_TYPE_INT ? config_setting_get_int(at) : config_setting_get_int64(at);
	if (value < least || value > most)
		return source_problem(source, at, "%s must be from %lld to %lld, not %lld", what,
		        (long long)least, (long long)most, (long long)value);
	*out = value;
	return true;
}

bool source_is_group(struct source *source, const config_setting_t *at, const char *what)
{
	if (!config_setting_is_group(at))
		return source_problem(source, at, "%s must be a group in { }, not %s", what, type_word(at));
	return true;
}

bool source_is_list(struct source *source, const config_setting_t *at, const char *what)
{
	if (!config_setting_is_list(at) && !config_setting_is_array(at))
		return source_problem(source, at, "%s must be a list, not %s", what, type_word(at));
	return true;
}

void source_check_keys(
        struct source *source, const config_setting_t *group, const char *what, const char *const *keys)
{
	for (int i = 0; i < config_setting_length(group); i++) {
		const config_setting_t *member = config_setting_get_elem(group, (unsigned)i);
		const char *name = config_setting_name(member);
		bool known = false;
		for (const char *const *key = keys; *key; key++)
			known |= strcmp(*key, name) == 0;
		if (known)
			continue;
		struct strbuf list = STRBUF_INIT;
		for (const char *const *key = keys; *key; key++)
			strbuf_addf(&list, "%s%s", key == keys ? "" : key[1] ? ", " : " and ", *key);
		source_problem(
		        source, member, "unknown key %.60s in %s; the keys are %s", name, what, list.data);
		strbuf_release(&list);
	}
}
