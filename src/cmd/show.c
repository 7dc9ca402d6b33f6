/*
 * `sandglass show`: one ticket with its conversation. Text is a head of "name<TAB>value" lines and the entries, each with a
 * line of its own (instant, kind, author) before the body; with --json it is one object.
 * With --clock: what the console's `t` tells.
 */
#include "base/clock.h"
#include "base/strbuf.h"
#include "cmd/script.h"
#include "core/text.h"

#include <inttypes.h>
#include <string.h>
#include <sysexits.h>

static const char head_sql[] =
        "SELECT t.id, t.version, t.priority, t.status, t.channel, t.created_at, t.due_at, t.breach_at, a.login AS assignee,"
        " e.name AS team, o.name AS organization, p.name AS plan, t.requester_name, t.requester_email, t.hold_for, t.subject, t.tags"
        " FROM sandglass.console_ticket t"
        " LEFT JOIN sandglass.console_agent a ON a.id = t.assignee_id"
        " LEFT JOIN sandglass.console_team e ON e.id = t.team_id"
        " LEFT JOIN sandglass.console_organization o ON o.id = t.organization_id"
        " LEFT JOIN sandglass.console_plan p ON p.id = t.plan_id WHERE t.id = $1::bigint";

static const char entries_sql[] = "SELECT id, kind, author_kind, author, at, body, attachments"
                                  " FROM sandglass.console_conversation($1::bigint)";

enum { H_INTEGER, H_INSTANT, H_TEXT };
enum { E_ID, E_KIND, E_AUTHOR_KIND, E_AUTHOR, E_AT, E_BODY, E_ATTACHMENTS };

static const struct {
	const char *name;
	int kind;
} head[] = {
        {"id", H_INTEGER},
        {"version", H_INTEGER},
        {"priority", H_TEXT},
        {"status", H_TEXT},
        {"channel", H_TEXT},
        {"created_at", H_INSTANT},
        {"due_at", H_INSTANT},
        {"breach_at", H_INSTANT},
        {"assignee", H_TEXT},
        {"team", H_TEXT},
        {"organization", H_TEXT},
        {"plan", H_TEXT},
        {"requester_name", H_TEXT},
        {"requester_email", H_TEXT},
        {"hold_for", H_TEXT},
        {"subject", H_TEXT},
        {"tags", H_TEXT},
};

static json_t *value_of(const struct db_result *r, int row, int column, int kind)
{
	char at[32];
	if (db_is_null(r, row, column))
		return json_null();
	if (kind == H_INTEGER)
		return json_integer(db_int(r, row, column));
	if (kind == H_TEXT)
		return script_string(db_text(r, row, column));
	script_instant(db_int(r, row, column), at);
	return json_string(at);
}

static void print_json(const struct db_result *ticket, const struct db_result *entries)
{
	json_t *all = json_object(), *list = json_array();
	for (size_t i = 0; i < sizeof head / sizeof *head; i++)
		json_object_set_new(all, head[i].name, value_of(ticket, 0, (int)i, head[i].kind));
	for (int row = 0; row < entries->rows; row++) {
		json_t *attachments = json_loads(db_text(entries, row, E_ATTACHMENTS), 0, NULL);
		json_array_append_new(list, json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "id",
		                                    value_of(entries, row, E_ID, H_INTEGER), "kind",
		                                    value_of(entries, row, E_KIND, H_TEXT), "author_kind",
		                                    value_of(entries, row, E_AUTHOR_KIND, H_TEXT), "author",
		                                    value_of(entries, row, E_AUTHOR, H_TEXT), "at",
		                                    value_of(entries, row, E_AT, H_INSTANT), "body",
		                                    value_of(entries, row, E_BODY, H_TEXT), "attachments",
		                                    attachments ? attachments : json_array()));
	}
	json_object_set_new(all, "entries", list);
	script_json(all);
}

static void print_body(const char *body)
{
	struct strbuf out = STRBUF_INIT;
	text_sanitise(&out, body, strlen(body), TEXT_KEEP_LINES);
	printf("%s\n", out.data);
	strbuf_release(&out);
}

static void print_attachments(const char *json)
{
	json_t *list = json_loads(json, 0, NULL);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		const char *name = json_string_value(json_object_get(item, "name"));
		printf("attachment\t%" JSON_INTEGER_FORMAT "\t",
		        json_integer_value(json_object_get(item, "size")));
		script_field(name ? name : "", '\n');
	}
	json_decref(list);
}

static void print_text(const struct db_result *ticket, const struct db_result *entries)
{
	char at[32];
	for (size_t i = 0; i < sizeof head / sizeof *head; i++) {
		bool none = db_is_null(ticket, 0, (int)i);
		printf("%s\t", head[i].name);
		if (head[i].kind == H_INSTANT)
			script_instant(none ? INSTANT_NONE : db_int(ticket, 0, (int)i), at);
		script_field(none ? "-" : head[i].kind == H_INSTANT ? at : db_text(ticket, 0, (int)i), '\n');
	}
	for (int row = 0; row < entries->rows; row++) {
		script_instant(db_int(entries, row, E_AT), at);
		printf("\n%s\t%s\t", at, db_text(entries, row, E_KIND));
		script_field(db_text(entries, row, E_AUTHOR), '\n');
		print_body(db_text(entries, row, E_BODY));
		print_attachments(db_text(entries, row, E_ATTACHMENTS));
	}
}

static bool show(struct db *db, const char *id, bool json, struct error *err)
{
	struct db_result ticket, entries;
	const struct db_value value = {.data = id};
	if (!db_query(db, head_sql, &value, 1, &ticket, err))
		return false;
	bool good = ticket.rows > 0 || error_set(err, ERROR_NOT_FOUND, "there is no ticket %s", id);
	if (good && (good = db_query(db, entries_sql, &value, 1, &entries, err))) {
		(json ? print_json : print_text)(&ticket, &entries);
		db_result_release(&entries);
	}
	db_result_release(&ticket);
	return good;
}

/* ---- the clock ---------------------------------------------------------------------------------- */

static void print_words(void *context, enum explain_style style, const char *key, const char *text)
{
	if (style == EXPLAIN_HEADING)
		printf("%s%s\n", (*(bool *)context) ? "\n" : "", text);
	else
		printf("%s\t%s\n", key, text);
	*(bool *)context = true;
}

static json_t *integer_or_null(int64_t value)
{
	return value == INSTANT_NONE ? json_null() : json_integer(value);
}

static json_t *instant_or_null(instant t)
{
	char at[32];
	script_instant(t, at);
	return t == INSTANT_NONE ? json_null() : json_string(at);
}

static void print_facts(const struct explanation *explanation)
{
	json_t *list = json_array();
	for (size_t i = 0; i < explanation->count; i++) {
		const struct fact *fact = &explanation->facts[i];
		json_array_append_new(list,
		        json_pack("{s:s,s:o,s:o,s:o,s:o,s:o,s:o}", "kind", fact_kind_word(fact->kind), "at",
		                instant_or_null(fact->at), "until", instant_or_null(fact->until), "seconds",
		                integer_or_null(fact->seconds), "was", integer_or_null(fact->was), "name",
		                script_string(fact->name), "detail", script_string(fact->detail)));
	}
	script_json(list);
}

static bool show_clock(struct db *db, const char *id, bool json, struct error *err)
{
	struct explanation explanation;
	bool said = false;
	if (!db_explanation(db, id, &explanation, err))
		return false;
	if (json)
		print_facts(&explanation);
	else
		explain_words(&explanation, clock_utc_offset, print_words, &said);
	explanation_release(&explanation);
	return true;
}

int subcommand_show(int argc, char **argv)
{
	struct script script = {.json = false};
	bool clock = false;
	const struct option_spec specs[] = {SCRIPT_OPTIONS(&script),
	        {"clock", 0, OPTION_FLAG, &clock,
	                "explain the reply clock instead: hours that counted, pauses, the rule", 0, 0},
	        SCRIPT_OPTIONS_END};
	int code;
	if (!script_arguments(&script, argc, argv, "ID", specs, 1, 1, &code))
		return code;
	struct error err = {ERROR_NONE, ""};
	int64_t id;
	struct db *db = script_ticket_id(script.arguments[0], &id, &err)
	                        ? db_open_checked(script.conninfo, &err)
	                        : NULL;
	bool good = db && (clock ? show_clock : show)(db, script.arguments[0], script.json, &err);
	db_close(db);
	return good ? EX_OK : command_line_fail(script.name, &err);
}
