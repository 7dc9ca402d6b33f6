/*
 * `sandglass doctor`: looks at everything that the console needs and says what to do about what is missing. Each line
 * begins with ok, warn or FAIL; the exit code is 1 when something failed.
 */
#include "base/alloc.h"
#include "base/clock.h"
#include "cmd/command_line.h"
#include "cmd/script.h"
#include "store/migrate.h"
#include "ui/terminal.h"

#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum verdict { OK, WARN, FAIL };

static bool something_failed;

__attribute__((format(printf, 3, 4))) static void say(
        enum verdict verdict, const char *what, const char *format, ...)
{
	static const char *const words[] = {"ok", "warn", "FAIL"};
	char line[600];
	va_list args;
	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	printf("%-4s  %-9s ", words[verdict], what);
	script_field(line, '\n');
	something_failed = something_failed || verdict == FAIL;
}

/* ---- this machine -------------------------------------------------------------------------------------------- */

static void check_terminal(void)
{
	const char *term = getenv("TERM");
	if (!isatty(STDOUT_FILENO))
		say(OK, "terminal", "standard output is no terminal; the console needs one");
	else if (!term || !*term)
		say(FAIL, "terminal", "TERM is not set; TERM=xterm-256color fits most terminals");
	else if (!terminal_type_known(term))
		say(WARN, "terminal", "TERM=%s is not known here; the console takes it for xterm-256color",
		        term);
	else
		say(OK, "terminal", "TERM=%s", term);
}

static void check_locale(void)
{
	const char *codeset = nl_langinfo(CODESET);
	if (strcmp(codeset, "UTF-8") == 0)
		say(OK, "locale", "%s, UTF-8", setlocale(LC_CTYPE, NULL));
	else
		say(FAIL, "locale", "the character set is %s; export LC_ALL=C.UTF-8, or any locale of UTF-8",
		        codeset);
}

/* ---- the server ------------------------------------------------------------------------------------------------ */

enum { SKEW_WARN_S = 5 };

static void check_version(struct db *db)
{
	char *where = db_where(db);
	struct error err;
	if (!migrate_check_server(db_server_version(db), &err))
		say(FAIL, "server", "%s: %s", where, err.text);
	else
		say(OK, "server", "%s", where);
	free(where);
}

static bool check_schema(struct db *db)
{
	struct migrate_state state;
	struct error err;
	if (!migrate_read(db, &state, &err) || !migrate_check_version(state.version, &err)) {
		say(FAIL, "schema", "%s", err.text);
		return false;
	}
	if (state.functions != migrate_program_functions())
		say(WARN, "schema",
		        "version %d, but its functions are not this program's; `sandglass migrate` renews them",
		        state.version);
	else
		say(OK, "schema", "version %d", state.version);
	return true;
}

static void check_role(struct db *db)
{
	struct db_result r;
	struct error err;
	if (!db_query(db, "SELECT login, role, agent_id, agent_name FROM sandglass.hello()", NULL, 0, &r,
	            &err)) {
		say(FAIL, "role", "%s; " DB_WHO_ADDS_AGENTS " allows the console with `sandglass agent add`",
		        err.text);
		return;
	}
	const char *login = db_text(&r, 0, 0), *role = db_text(&r, 0, 1);
	if (strcmp(role, "none") == 0)
		say(FAIL, "role",
		        "%s may not use the console; " DB_WHO_ADDS_AGENTS
		        " allows it with `sandglass agent add %s`",
		        login, login);
	else if (strcmp(role, "viewer") == 0)
		say(WARN, "role",
		        "%s may only read; `sandglass agent add %s` by " DB_WHO_ADDS_AGENTS " makes an agent",
		        login, login);
	else if (db_is_null(&r, 0, 2))
		say(WARN, "role",
		        "%s has the role %s and is no agent; `sandglass agent add %s` by " DB_WHO_ADDS_AGENTS
		        " makes one",
		        login, role, login);
	else
		say(OK, "role", "%s is %s, %s", login, db_text(&r, 0, 3), role);
	db_result_release(&r);
}

/* Countdowns run on the server's time, so a skew harms nothing here; other programs on this machine may mind. */
static void check_clock(struct db *db)
{
	struct db_result r;
	struct error err;
	struct timespec before, after;
	clock_gettime(CLOCK_REALTIME, &before);
	if (!db_query(
	            db, "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint", NULL, 0, &r, &err)) {
		say(FAIL, "clock", "%s", err.text);
		return;
	}
	clock_gettime(CLOCK_REALTIME, &after);
	int64_t here =
	        ((int64_t)before.tv_sec + after.tv_sec) * 500 + (before.tv_nsec + after.tv_nsec) / 2000000;
	int64_t skew = here - db_int(&r, 0, 0);
	db_result_release(&r);
	bool large = skew > SKEW_WARN_S * 1000 || skew < -SKEW_WARN_S * 1000;
	say(large ? WARN : OK, "clock", "this machine is %" PRId64 ".%03d s %s the server%s",
	        (skew < 0 ? -skew : skew) / 1000, (int)((skew < 0 ? -skew : skew) % 1000),
	        skew < 0 ? "behind" : "ahead of",
	        large ? "; countdowns follow the server, but NTP should run here" : "");
}

static void check_wake_ups(struct db *db)
{
	struct db_result r;
	struct error err;
	bool standby = false;
	if (db_query(db, "SELECT pg_is_in_recovery()", NULL, 0, &r, &err)) {
		standby = db_bool(&r, 0, 0);
		db_result_release(&r);
	}
	if (standby)
		say(WARN, "wake-ups",
		        "this is a read-only standby: changes are seen within a second, and actions are refused");
	else if (!db_exec(db, "LISTEN sandglass_wake", NULL, 0, &err))
		say(WARN, "wake-ups", "LISTEN does not work (%s): changes are seen within a second",
		        err.text);
	else
		say(OK, "wake-ups", "LISTEN works");
}

/* Other commands send people here; here that would be a circle. */
static void say_unreachable(struct error *err)
{
	char *advice = strrchr(err->text, ';');
	const bool sends_here = advice && strstr(advice, "sandglass doctor");
	if (sends_here)
		*advice = '\0';
	say(FAIL, "server", "%s%s", err->text, sends_here ? "; check -d, or PGHOST and the like" : "");
}

static void check_server(const char *conninfo)
{
	struct error err;
	struct db *db = db_open(conninfo, &err);
	if (!db) {
		say_unreachable(&err);
		return;
	}
	check_version(db);
	if (check_schema(db))
		check_role(db);
	check_clock(db);
	check_wake_ups(db);
	db_close(db);
}

int subcommand_doctor(int argc, char **argv)
{
	const char *conninfo = "";
	int code;
	if (!command_line_database(argc, argv, &conninfo, &code))
		return code;
	check_terminal();
	check_locale();
	check_server(conninfo);
	return something_failed ? 1 : EX_OK;
}
