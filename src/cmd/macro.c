/*
 * `sandglass macro list | export | import`: macros as files, one each, that can be kept in git. Importing is one transaction:
 * of several files either all are kept or none. A macro of the same name in the same place is replaced.
 */
#include "base/alloc.h"
#include "base/strbuf.h"
#include "cmd/script.h"
#include "core/macro_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

static const char list_sql[] = "SELECT " MACRO_COLUMNS ", row_to_json(m) FROM sandglass.console_macro() m";

enum { JSON_COLUMN = MACRO_COLUMN_COUNT };

static void read_row(const struct db_result *r, int row, struct macro *out)
{
	const char *cells[MACRO_COLUMN_COUNT];
	for (int column = 0; column < MACRO_COLUMN_COUNT; column++)
		cells[column] = db_text(r, row, column);
	macro_read(out, cells);
}

/* ---- list ------------------------------------------------------------------------------------------------ */

static void print_line(const struct macro *macro)
{
	struct strbuf words = STRBUF_INIT, place = STRBUF_INIT;
	macro_actions_words(&macro->actions, &words);
	strbuf_addf(&place, "%s%s%s", macro_place_word(macro->place), macro->team ? " " : "",
	        macro->team ? macro->team : "");
	script_field(macro->name, '\t');
	script_field(place.data, '\t');
	script_field(!*macro->body ? "-" : macro->internal ? "note" : "reply", '\t');
	script_field(words.length ? words.data : "-", '\n');
	strbuf_release(&words);
	strbuf_release(&place);
}

static bool list(struct db *db, bool json, struct error *err)
{
	struct db_result r;
	if (!db_query(db, list_sql, NULL, 0, &r, err))
		return false;
	for (int row = 0; row < r.rows; row++) {
		struct macro macro;
		read_row(&r, row, &macro);
		if (json)
			script_json(json_loads(db_text(&r, row, JSON_COLUMN), 0, NULL));
		else
			print_line(&macro);
		macro_release(&macro);
	}
	db_result_release(&r);
	return true;
}

static int macro_list(int argc, char **argv)
{
	return script_list(argc, argv, "name, for whom, reply or note or -, what it does", list);
}

/* ---- export ---------------------------------------------------------------------------------------------- */

static bool write_file(int directory, const char *name, const struct strbuf *text, struct error *err)
{
	int fd = openat(directory, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	if (!file) {
		error_errno(err, ERROR_IO, "cannot write %s", name);
		if (fd >= 0)
			close(fd);
		return false;
	}
	const bool written = fwrite(text->data, 1, text->length, file) == text->length;
	return (fclose(file) == 0 && written) || error_errno(err, ERROR_IO, "cannot write %s", name);
}

/* The file's name; of two macros whose names differ in signs only the second gets a number. */
static char *name_for(const struct macro *macro, const char *login, char **taken, int count)
{
	struct strbuf name = STRBUF_INIT;
	macro_file_name(macro, login, &name);
	char *chosen = alloc_copy(name.data);
	for (int number = 2, i = 0; i < count; i++) {
		if (strcmp(taken[i], chosen) != 0)
			continue;
		free(chosen);
		chosen = alloc_format(
		        "%.*s-%d.macro", (int)(name.length - strlen(".macro")), name.data, number++);
		i = -1; /* look at all of them again */
	}
	strbuf_release(&name);
	return chosen;
}

static bool export_all(int directory, const struct db_result *r, const char *login, struct error *err)
{
	char **taken = alloc_array((size_t)r->rows + 1, sizeof *taken);
	bool good = true;
	int count = 0;
	while (good && count < r->rows) {
		struct macro macro;
		struct strbuf text = STRBUF_INIT;
		read_row(r, count, &macro);
		taken[count] = name_for(&macro, login, taken, count);
		macro_file_print(&macro, &text);
		good = write_file(directory, taken[count], &text, err);
		if (good)
			script_field(taken[count], '\n');
		count++;
		strbuf_release(&text);
		macro_release(&macro);
	}
	for (int i = 0; i < count; i++)
		free(taken[i]);
	free(taken);
	return good;
}

static bool export_to(struct db *db, const char *path, struct error *err)
{
	struct db_result r, who;
	if (mkdir(path, 0777) && errno != EEXIST)
		return error_errno(err, ERROR_IO, "cannot make the directory %s", path);
	int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0)
		return error_errno(err, ERROR_IO, "cannot open the directory %s", path);
	bool good = db_query(db, list_sql, NULL, 0, &r, err);
	if (good) {
		good = db_query(db, "SELECT login FROM sandglass.hello()", NULL, 0, &who, err);
		if (good) {
			good = export_all(directory, &r, db_text(&who, 0, 0), err);
			db_result_release(&who);
		}
		db_result_release(&r);
	}
	close(directory);
	return good;
}

static int macro_export(int argc, char **argv)
{
	struct script script = {.json = false};
	const struct option_spec specs[] = {
	        {"database", 'd', OPTION_TEXT, &script.conninfo, HELP_DATABASE, 0, 0},
	        SCRIPT_OPTIONS_END,
	};
	int code;
	if (!script_arguments(&script, argc, argv, "[DIR]", specs, 0, 1, &code))
		return code;
	struct error err = {ERROR_NONE, ""};
	struct db *db = db_open_checked(script.conninfo, &err);
	const bool good = db && export_to(db, script.count ? script.arguments[0] : ".", &err);
	db_close(db);
	return good ? EX_OK : command_line_fail(script.name, &err);
}

/* ---- import ---------------------------------------------------------------------------------------------- */

static bool import_file(struct db *db, const char *path, struct error *err)
{
	struct macro macro = {.id = 0};
	char *text = script_read(path, err);
	bool good = text && macro_file_read(text, NULL, &macro, err);
	if (good) {
		char *json = macro_json(&macro);
		const struct db_value value = {.data = json};
		good = db_exec(db, "SELECT sandglass.macro_save($1::jsonb)", &value, 1, err);
		free(json);
	}
	macro_release(&macro);
	free(text);
	return good || error_prefix(err, "%s", path);
}

static bool import_all(struct db *db, char **paths, int count, struct error *err)
{
	bool good = db_script(db, "BEGIN", err);
	for (int i = 0; good && i < count; i++)
		good = import_file(db, paths[i], err);
	return good && db_script(db, "COMMIT", err);
}

static int macro_import(int argc, char **argv)
{
	const char *conninfo = "";
	const struct option_spec specs[] = {
	        {"database", 'd', OPTION_TEXT, &conninfo, HELP_DATABASE, 0, 0},
	        SCRIPT_OPTIONS_END,
	};
	int code;
	const int first = command_line_options(argc, argv, "[OPTIONS] FILE...", specs, &code);
	if (first < 0)
		return code;
	struct error err = {ERROR_NONE, ""};
	if (first == argc) {
		error_set(&err, ERROR_USAGE, "it takes the files of the macros; --help shows the usage");
		return command_line_fail(argv[0], &err);
	}
	struct db *db = db_open_checked(conninfo, &err);
	const bool good = db && import_all(db, argv + first, argc - first, &err);
	db_close(db);
	if (good)
		printf("%d macro%s kept\n", argc - first, argc - first == 1 ? "" : "s");
	return good ? EX_OK : command_line_fail(argv[0], &err);
}

/* ---- which of them ------------------------------------------------------------------------------------------ */

int subcommand_macro(int argc, char **argv)
{
	static struct command_verb verbs[] = {
	        {"macro list", macro_list}, {"macro export", macro_export}, {"macro import", macro_import}};
	return command_line_verbs(argc, argv, verbs, sizeof verbs / sizeof *verbs, "list, export or import");
}
