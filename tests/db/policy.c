/* The policy on a server: what was applied comes back the same, what is refused changes nothing. */
#include "conf/policy.h"

#include "base/embedded.h"
#include "base/process.h"
#include "support/testdb.h"

#include <criterion/criterion.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char rich[] =
        "support_address = \"help@example.com\"; send_delay = \"25s\";\n"
        "calendars = ( { name = \"nights\"; zone = \"Australia/Lord_Howe\";\n"
        "    week = { sun = [\"22:00-06:00\"]; mon = [\"09:00-12:30\", \"13:00-17:00\"]; };\n"
        "    holidays = [\"2027-01-01\", \"2026-12-25\"];\n"
        "    exceptions = ( { date = \"2026-12-24\"; hours = [\"09:00-13:00\"]; }, { date = \"2026-12-31\"; hours = []; } ); },\n"
        "  { name = \"always \\\"24x7\\\" \\\\name\"; zone = \"UTC\"; week = { mon = [\"00:00-24:00\"]; sun = [\"00:00-24:00\"]; }; } );\n"
        "plans = ( { name = \"Золотой\"; archived = true; entitlements = [\"csm\", \"phone\"]; targets = (\n"
        "    { metric = \"resolution\"; time = \"90m\"; calendar = \"nights\"; },\n"
        "    { metric = \"first_reply\"; time = \"61s\"; calendar = \"nights\"; priority = \"urgent\"; channel = \"chat\"; },\n"
        "    { metric = \"next_reply\"; time = \"9999h\"; calendar = \"nights\"; pause_on = [\"hold\"]; } ); } );\n"
        "priorities = ( { name = \"high\"; label = \"Высокий\"; when = \"now\"; } );\n"
        "statuses = ( { name = \"hold\"; label = \"H\"; meaning = \"m\"; } );\n";

static json_t *parsed(const char *text)
{
	struct strbuf problems = STRBUF_INIT;
	json_t *policy = policy_parse(text, "f", &problems);
	cr_assert_not_null(policy, "%s", problems.data);
	strbuf_release(&problems);
	return policy;
}

static json_t *exported(PGconn *conn)
{
	json_t *raw = json_loads(testdb_text(conn, "SELECT sandglass.policy_export()::text"), 0, NULL);
	json_t *policy = policy_canonical(raw, NULL);
	cr_assert_not_null(policy);
	json_decref(raw);
	return policy;
}

static char *quoted(PGconn *conn, const json_t *policy)
{
	char *text = json_dumps(policy, JSON_COMPACT);
	char *literal = PQescapeLiteral(conn, text, strlen(text));
	cr_assert_not_null(literal);
	free(text);
	return literal;
}

static void apply(PGconn *conn, const json_t *policy)
{
	char *literal = quoted(conn, policy);
	testdb_exec(conn, "SELECT sandglass.policy_apply(%s::jsonb)", literal);
	PQfreemem(literal);
}

Test(policy_db, what_was_applied_comes_back_the_same)
{
	PGconn *conn = testdb_create();
	const struct embedded_file *shipped = embedded_find("schema/policy.conf");
	cr_assert_not_null(shipped);
	const char *texts[] = {rich, shipped->bytes, rich};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		json_t *policy = parsed(texts[i]);
		apply(conn, policy);
		json_t *back = exported(conn);
		struct strbuf text = STRBUF_INIT;
		policy_diff(policy, back, &text);
		cr_assert(json_equal(policy, back), "policy %zu: %s", i, text.data);
		strbuf_clear(&text);
		policy_print(back, &text);
		json_t *again = parsed(text.data);
		cr_assert(json_equal(policy, again), "policy %zu, printed: %s", i, text.data);
		strbuf_release(&text);
		json_decref(again);
		json_decref(back);
		json_decref(policy);
	}
}

/* Only the server knows these; one line each, and the policy stays as it was. */
Test(policy_db, what_is_refused_changes_nothing)
{
	static const struct {
		const char *from, *to; /* replaced in the rich policy */
		const char *message;
	} cases[] = {
	        {"Золотой", "Silver", "plan \"Золотой\" (archived) cannot go, it is used by Acme"},
	        {"archived = true", "archived = false",
	                "plan \"Золотой\" (archived) cannot go, it is used by Acme"},
	};
	PGconn *conn = testdb_create();
	json_t *policy = parsed(rich);
	apply(conn, policy);
	testdb_exec(conn, "SELECT sandglass.organization_put('Acme', 'Золотой', true)");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *at = strstr(rich, cases[i].from);
		struct strbuf text = STRBUF_INIT;
		strbuf_add(&text, rich, (size_t)(at - rich));
		strbuf_adds(&text, cases[i].to);
		strbuf_adds(&text, at + strlen(cases[i].from));
		json_t *other = parsed(text.data);
		char *literal = quoted(conn, other);
		const char *message =
		        testdb_refused(conn, "SG007", "SELECT sandglass.policy_apply(%s::jsonb)", literal);
		cr_assert_str_eq(message, cases[i].message);
		json_t *still = exported(conn);
		cr_assert(json_equal(policy, still), "changed by a refused policy");
		PQfreemem(literal);
		strbuf_release(&text);
		json_decref(still);
		json_decref(other);
	}
	json_t *no_zone = json_deep_copy(policy);
	json_object_set_new(json_array_get(json_object_get(no_zone, "calendars"), 0), "zone",
	        json_string("Mars/Olympus"));
	char *literal = quoted(conn, no_zone);
	const char *message =
	        testdb_refused(conn, "SG007", "SELECT sandglass.policy_apply(%s::jsonb)", literal);
	cr_assert_not_null(strstr(message, "Mars/Olympus"), "%s", message);
	PQfreemem(literal);
	json_decref(no_zone);
	json_decref(policy);
}

/* The program itself, as a person at a shell sees it. Returns the exit code. */
static int run(const char *word, const char *file, const char *input, struct strbuf *said)
{
	const char *program = getenv("SANDGLASS_TEST_PROGRAM");
	cr_assert_not_null(program);
	const char *const argv[] = {program, "policy", word, "-d", testdb_conninfo(NULL), file, NULL};
	struct process_options options = {.argv = argv, .timeout_ms = 60000};
	struct error err;
	int code = -1;
	options.input = input;
	options.input_length = input ? strlen(input) : 0;
	strbuf_clear(said);
	cr_assert(process_run(&options, said, &code, &err), "%s", err.text);
	return code;
}

Test(policy_db, the_command)
{
	PGconn *conn = testdb_create();
	struct strbuf said = STRBUF_INIT;
	cr_assert_eq(run("apply", "--default", NULL, &said), 0, "%s", said.data);
	cr_assert_eq(run("diff", "--default", NULL, &said), 0);
	cr_assert_str_eq(said.data, "no difference\n");
	cr_assert_eq(run("apply", "--default", NULL, &said), 0);
	cr_assert_str_eq(said.data, "nothing to change\n");

	cr_assert_eq(run("export", NULL, NULL, &said), 0);
	char *file = strbuf_detach(&said);
	cr_assert_eq(run("diff", "-", file, &said), 0, "%s", said.data);
	char *zone = strstr(file, "Etc/GMT-2");
	cr_assert_not_null(zone);
	memcpy(zone, "Etc/GMT-3", 9);
	cr_assert_eq(run("diff", "-", file, &said), 1);
	cr_assert_str_eq(said.data, "calendar chat: zone Etc/GMT-2 → Etc/GMT-3\n");
	cr_assert_eq(run("apply", "-", file, &said), 0);
	cr_assert_str_eq(said.data, "calendar chat: zone Etc/GMT-2 → Etc/GMT-3\napplied\n");
	cr_assert_str_eq(testdb_text(conn,
	                         "SELECT r.zone FROM sandglass.calendar c JOIN sandglass.calendar_revision r "
	                         "ON r.calendar_id = c.id AND r.revision = c.revision WHERE c.name = 'chat'"),
	        "Etc/GMT-3");

	/* A file that names no words and no address leaves them alone. */
	char *address = strstr(file, "support_address"), *words = strstr(file, "priorities = (");
	cr_assert(address && words);
	*words = '\0';
	memcpy(address, "# address      ", 15);
	cr_assert_eq(run("diff", "-", file, &said), 0, "%s", said.data);
	memcpy(zone, "Etc/GMT-2", 9);
	cr_assert_eq(run("apply", "-", file, &said), 0, "%s", said.data);
	cr_assert_eq(testdb_int(conn, "SELECT count(*) FROM sandglass.status_definition"), 5);
	cr_assert_str_eq(
	        testdb_text(conn, "SELECT value FROM sandglass.setting WHERE name = 'support_address'"),
	        "bi@owox.com");

	memcpy(zone, "Nowhere/1", 9);
	cr_assert_eq(run("apply", "-", file, &said), 65);
	cr_assert_not_null(strstr(said.data, "stdin:10: unknown zone \"Nowhere/1\""), "%s", said.data);
	cr_assert_eq(run("apply", "/nonexistent", NULL, &said), 66);
	cr_assert_eq(run("apply", NULL, NULL, &said), 64);
	free(file);
	strbuf_release(&said);
}

/* Reads what the terminal shows until the words came, or to the end. */
static void read_until(int terminal, const char *words, struct strbuf *said)
{
	char bytes[4096];
	ssize_t got;
	while (!strstr(said->data, words) && (got = read(terminal, bytes, sizeof bytes)) > 0)
		strbuf_add(said, bytes, (size_t)got);
}

/* A person is asked, and before he answers a colleague applies another policy. */
Test(policy_db, what_was_applied_meanwhile_is_not_taken_back)
{
	PGconn *conn = testdb_create();
	const char *program = getenv("SANDGLASS_TEST_PROGRAM");
	cr_assert_not_null(program);
	struct strbuf said = STRBUF_INIT;
	int terminal, status;
	pid_t child = forkpty(&terminal, NULL, NULL, NULL);
	if (!child) {
		execl(program, program, "policy", "apply", "--default", "-d", testdb_conninfo(NULL),
		        (char *)NULL);
		_exit(127);
	}
	strbuf_reserve(&said, 1);
	read_until(terminal, "apply? [y/N]", &said);
	json_t *policy = parsed(rich);
	char *literal = quoted(conn, policy);
	testdb_exec(conn, "SELECT sandglass.policy_apply(%s::jsonb)", literal);
	cr_assert_eq(write(terminal, "y\n", 2), 2);
	read_until(terminal, "applied another policy", &said);
	cr_assert_not_null(strstr(said.data, "applied another policy"), "%s", said.data);
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) != 0);
	cr_assert_eq(testdb_int(conn, "SELECT count(*) FROM plan"), 1, "the colleague's one plan");
	close(terminal);
	PQfreemem(literal);
	json_decref(policy);
	strbuf_release(&said);
}
