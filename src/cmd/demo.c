/*
 * `sandglass demo`: the console on a private server with sample tickets.
 *
 * The first one makes the server and fills it, every later one joins, the last one stops it. Each console has
 * a companion process: it plays the customers and colleagues (one companion of all does, the others wait for
 * its lock), and when its console has ended, in whatever way, it stops the server if nobody else is there. A
 * console that was killed needs no cleaning up afterwards.
 */
#include "cmd/demo.h"

#include "app/console.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "cmd/command_line.h"
#include "cmd/demo_data.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

/* The sample tickets live in the hours around the moment they were made. */
enum { STALE_S = 4 * 3600 };

extern char **environ;

/* A demo is reached in one way only: what the environment says about servers is not for it. */
static void forget_other_servers(void)
{
	for (char **entry = environ; *entry;) {
		size_t length = strcspn(*entry, "=");
		if (strncmp(*entry, "PG", 2) != 0 || length >= 64) {
			entry++;
			continue;
		}
		char name[64];
		memcpy(name, *entry, length);
		name[length] = '\0';
		unsetenv(name);
		entry = environ;
	}
}

static void say(const char *text)
{
	fprintf(stderr, "sandglass demo: %s\n", text);
}

/* ---- joining ------------------------------------------------------------------------------------- */

static bool make_tickets(struct demo *demo, struct error *err)
{
	return demo_filled_set(demo, false, err) && demo_fill(demo, err) && demo_filled_set(demo, true, err);
}

static bool make_server(struct demo *demo, struct error *err)
{
	if (demo_cluster_exists(demo))
		demo_cluster_stop(demo);
	return demo_filled_set(demo, false, err) && demo_cluster_destroy(demo, err) &&
	       demo_cluster_create(demo, err) && demo_cluster_start(demo, err) && make_tickets(demo, err);
}

/* With the turn taken: the server runs and is filled when this returns true. */
static bool get_ready(struct demo *demo, bool reset, struct error *err)
{
	bool others = !demo_users_none(demo);
	if (reset && others)
		return error_set(err, ERROR_REFUSED,
		        "another sandglass demo is running; leave it first, then --reset makes it anew");
	int64_t filled = demo_filled_at(demo);
	bool whole = demo_cluster_exists(demo) && filled;
	if (reset || !whole) {
		say("making a private PostgreSQL server and sample tickets (a few seconds, only once)...");
		return make_server(demo, err);
	}
	if (!demo_cluster_start(demo, err)) {
		if (others)
			return false;
		say("the server does not start any more; making another one...");
		return make_server(demo, err);
	}
	if (others)
		return true;
	if (time(NULL) - filled > STALE_S)
		say("the sample tickets are hours old; making fresh ones...");
	else if (demo_migrate(demo))
		return true;
	else
		say("the sample tickets are of another version; making fresh ones...");
	return make_tickets(demo, err);
}

/* The first login of the list that no other console has; its lock stays held until we end. */
static const char *take_login(const struct demo *demo, bool lead, struct error *err)
{
	for (const struct demo_login *who = demo_logins; who->login; who++)
		if (who->part == (lead ? DEMO_LEAD : DEMO_AGENT) && demo_lock(demo, who->login, false) >= 0)
			return who->login;
	error_set(err, ERROR_REFUSED, "all %s of the demo have a console already", lead ? "leads" : "agents");
	return NULL;
}

/* ---- the companion -------------------------------------------------------------------------------- */

/* Runs in the companion when its console has ended. */
static void stop_when_last(struct demo *demo)
{
	struct error ignored;
	if (!demo_turn_take(demo, &ignored))
		return;
	if (demo_users_none(demo))
		demo_cluster_stop(demo);
	demo_turn_leave(demo);
}

static _Noreturn void run_companion(struct demo *demo, int parent)
{
	/* Its own session, no terminal, nothing of the console's open: above all not its locks. */
	setsid();
	int nothing = open("/dev/null", O_RDWR);
	for (int fd = 0; fd < 3; fd++)
		dup2(nothing, fd);
	parent = dup2(parent, 3);
	closefrom(4);
	struct error ignored;
	if (demo_locks_open(demo, &ignored)) {
		demo_life_run(demo, parent);
		stop_when_last(demo);
	}
	demo_place_close(demo);
	_exit(0);
}

/* Returns the end of a pipe that the console keeps open as long as it lives; -1 when that failed. */
static int start_companion(struct demo *demo, pid_t *companion, struct error *err)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) == 0) {
		*companion = fork();
		if (*companion == 0) {
			close(ends[1]);
			run_companion(demo, ends[0]);
		}
		close(ends[0]);
		if (*companion > 0)
			return ends[1];
		close(ends[1]);
	}
	error_errno(err, ERROR_IO, "cannot start the demo's customers");
	return -1;
}

/* ---- the command ------------------------------------------------------------------------------------ */

static bool join(struct demo *demo, bool reset, struct error *err)
{
	if (!demo_turn_take(demo, err))
		return false;
	bool ready = get_ready(demo, reset, err);
	if (ready)
		demo_users_join(demo);
	demo_turn_leave(demo);
	return ready;
}

static bool run_console(struct demo *demo, const char *login, struct error *err)
{
	struct settings settings;
	if (!settings_load(NULL, &settings, err))
		return false;
	char *conninfo = demo_conninfo(demo, login, DEMO_DATABASE);
	settings_speak(&settings);
	char *notice = alloc_format(
	        _("demo: you are %s; the desk is open at any hour here; customers keep writing"), login);
	struct console_options options = {.conninfo = conninfo, .notice = notice, .settings = &settings};
	bool good = console_run(&options, err);
	free(notice);
	free(conninfo);
	return good;
}

int subcommand_demo(int argc, char **argv)
{
	bool reset = false, lead = false;
	const struct option_spec specs[] = {
	        {"reset", 0, OPTION_FLAG, &reset, "make server and tickets anew", 0, 0},
	        {"lead", 0, OPTION_FLAG, &lead, "be a lead, who may change the agreement", 0, 0},
	        {NULL, 0, OPTION_FLAG, NULL, NULL, 0, 0},
	};
	int code;
	int first = command_line_options(argc, argv, "[--reset] [--lead]", specs, &code);
	if (first < 0)
		return code;
	struct error err = {ERROR_NONE, ""};
	if (first < argc) {
		error_set(&err, ERROR_USAGE, "takes no arguments, only --reset and --lead");
		return command_line_fail("demo", &err);
	}
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		error_set(&err, ERROR_USAGE, "the console needs a terminal on standard input and output");
		return command_line_fail("demo", &err);
	}
	forget_other_servers();
	struct demo demo;
	pid_t companion = 0;
	int leash = -1;
	const char *login = NULL;
	if (demo_place_open(&demo, &err) && demo_socket_find(&demo, &err) &&
	        (leash = start_companion(&demo, &companion, &err)) >= 0 && join(&demo, reset, &err))
		login = take_login(&demo, lead, &err);
	bool good = login && run_console(&demo, login, &err);
	code = good ? EX_OK : command_line_fail("demo", &err);
	/* Our share goes first, so that the companion finds whether anybody else is there. */
	demo_place_close(&demo);
	if (leash >= 0) {
		close(leash);
		while (waitpid(companion, NULL, 0) < 0 && errno == EINTR)
			continue;
	}
	return code;
}
