/* What the commands for scripts share. */
#include "cmd/script.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "core/json_escape.h"
#include "core/text.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

/* Takes what is no option from the front of what is left; after "--" nothing is an option any more. */
static bool take_argument(struct script *script, char *argument, int most, struct error *err)
{
	if (script->count == most)
		return error_set(
		        err, ERROR_USAGE, "unexpected argument \"%s\"; --help shows the usage", argument);
	script->arguments[script->count++] = argument;
	return true;
}

bool script_arguments(struct script *script, int argc, char **argv, const char *usage,
        const struct option_spec *specs, int least, int most, int *exit_code)
{
	struct error err = {ERROR_NONE, ""};
	script->name = argv[0];
	if (!script->conninfo)
		script->conninfo = "";
	bool only_arguments = false;
	while (err.kind == ERROR_NONE) {
		int first = only_arguments ? 1 : command_line_options(argc, argv, usage, specs, exit_code);
		if (first < 0)
			return false;
		if (first >= argc)
			break;
		only_arguments = only_arguments || strcmp(argv[first - 1], "--") == 0;
		take_argument(script, argv[first], most, &err);
		argv[first] = argv[0]; /* the rest is read as a command line of its own */
		argc -= first;
		argv += first;
	}
	if (err.kind == ERROR_NONE && script->count < least)
		error_set(&err, ERROR_USAGE, "it takes %s; --help shows the usage", usage);
	if (err.kind == ERROR_NONE)
		return true;
	*exit_code = command_line_fail(script->name, &err);
	return false;
}

int script_list(int argc, char **argv, const char *fields, script_list_rows *list)
{
	struct script script = {.json = false};
	char help[160];
	snprintf(help, sizeof help, "JSON instead of tab-separated %s", fields);
	const struct option_spec specs[] = {
	        {"database", 'd', OPTION_TEXT, &script.conninfo, HELP_DATABASE, 0, 0},
	        {"json", 0, OPTION_FLAG, &script.json, help, 0, 0},
	        SCRIPT_OPTIONS_END,
	};
	int code;
	if (!script_arguments(&script, argc, argv, "", specs, 0, 0, &code))
		return code;
	struct error err;
	struct db *db = db_open_checked(script.conninfo, &err);
	const bool good = db && list(db, script.json, &err);
	db_close(db);
	return good ? EX_OK : command_line_fail(script.name, &err);
}

bool script_ticket_id(const char *text, int64_t *out, struct error *err)
{
	char *end;
	errno = 0;
	long long id = strtoll(text, &end, 10);
	if (errno || end == text || *end || id < 1)
		return error_set(err, ERROR_USAGE, "a ticket is a number like 48213, not \"%s\"", text);
	*out = id;
	return true;
}

static bool read_all(int fd, struct strbuf *out)
{
	for (;;) {
		strbuf_reserve(out, 16384);
		ssize_t got = read(fd, out->data + out->length, 16384);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			out->data[out->length] = '\0';
			return got == 0;
		}
		out->length += (size_t)got;
	}
}

static bool check_text(const struct strbuf *text, struct error *err)
{
	if (strspn(text->data, " \t\r\n") == text->length)
		return error_set(err, ERROR_INPUT, "the text is empty");
	if (strlen(text->data) != text->length)
		return error_set(err, ERROR_INPUT, "the text holds a NUL byte");
	return true;
}

char *script_read(const char *path, struct error *err)
{
	bool standard = !path || strcmp(path, "-") == 0;
	FILE *file = standard ? NULL : fopen(path, "re");
	if (!standard && !file) {
		error_errno(err, ERROR_NO_INPUT, "cannot open %s", path);
		return NULL;
	}
	struct strbuf text = STRBUF_INIT;
	bool good = read_all(file ? fileno(file) : STDIN_FILENO, &text);
	if (!good)
		error_errno(err, ERROR_IO, "cannot read %s", standard ? "standard input" : path);
	if (file)
		fclose(file);
	while (good && text.length > 0 &&
	        (text.data[text.length - 1] == '\n' || text.data[text.length - 1] == '\r'))
		strbuf_truncate(&text, text.length - 1);
	if (good && check_text(&text, err))
		return strbuf_detach(&text);
	strbuf_release(&text);
	return NULL;
}

/* ---- output --------------------------------------------------------------------------------------------- */

void script_field(const char *text, char end)
{
	struct strbuf out = STRBUF_INIT;
	text_sanitise(&out, text, strlen(text), TEXT_ONE_LINE);
	strbuf_addc(&out, end);
	fwrite(out.data, 1, out.length, stdout);
	strbuf_release(&out);
}

void script_json(json_t *value)
{
	struct strbuf out = STRBUF_INIT;
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	json_escape(&out, text);
	puts(out.data);
	strbuf_release(&out);
	free(text);
	json_decref(value);
}

json_t *script_string(const char *text)
{
	json_t *value = *text ? json_string(text) : NULL;
	return value ? value : json_null();
}

void script_instant(instant at, char out[32])
{
	if (at == INSTANT_NONE) {
		snprintf(out, 32, "-");
		return;
	}
	time_t seconds = (time_t)at;
	struct tm tm;
	gmtime_r(&seconds, &tm);
	strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

/* ---- one action --------------------------------------------------------------------------------------------- */

static bool run_action(const struct script *script, const struct action *action, struct action_result *result,
        struct error *err)
{
	struct db *db = db_open_checked(script->conninfo, err);
	bool good = db && db_action(db, action, result, err);
	db_close(db);
	if (good && result->error.kind != ERROR_NONE) {
		*err = result->error;
		good = false;
	}
	return good;
}

void script_result(const struct script *script, const struct action_result *result)
{
	if (script->json)
		script_json(json_pack("{s:I,s:i,s:b}", "ticket", (json_int_t)result->ticket_id, "version",
		        (int)result->version, "repeated", result->repeated));
	else
		printf("%" PRId64 "\n", result->ticket_id);
}

int script_action(const struct script *script, struct action *action, struct error *err)
{
	struct action_result result;
	bool good = err->kind == ERROR_NONE && run_action(script, action, &result, err);
	action_release(action);
	if (err->kind == ERROR_WAITING)
		snprintf(err->text + strlen(err->text), sizeof err->text - strlen(err->text), " (--go-on)");
	if (!good)
		return command_line_fail(script->name, err);
	script_result(script, &result);
	return EX_OK;
}
