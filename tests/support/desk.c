#include "support/desk.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "store/migrate.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct db *must_open(const char *conninfo)
{
	struct error err;
	struct db *db = db_open(conninfo, &err);
	cr_assert(db, "%s", err.text);
	return db;
}

struct desk desk_open(const char *host)
{
	static int number;
	struct desk desk = {.database = alloc_format("desk_%d_%d", (int)getpid(), ++number)};
	struct error err;
	char *maintenance = alloc_format("host=%s user=postgres dbname=postgres", host);
	struct db *db = must_open(maintenance);
	char *sql = alloc_format("CREATE DATABASE %s", desk.database);
	cr_assert(db_script(db, sql, &err), "%s", err.text);
	db_close(db);
	free(sql);
	free(maintenance);
	desk.login_anna = alloc_format("%s_anna", desk.database);
	desk.login_ben = alloc_format("%s_ben", desk.database);
	desk.owner = alloc_format("host=%s user=postgres dbname=%s", host, desk.database);
	desk.anna = alloc_format("host=%s user=%s dbname=%s", host, desk.login_anna, desk.database);
	desk.ben = alloc_format("host=%s user=%s dbname=%s", host, desk.login_ben, desk.database);
	desk.db = must_open(desk.owner);
	struct migrate_report report;
	cr_assert(migrate_run(desk.db, true, &report, &err), "%s", err.text);
	for (int i = 0; i < 2; i++) {
		const char *login = i ? desk.login_ben : desk.login_anna;
		desk_do(&desk, "CREATE ROLE %s LOGIN", login);
		desk_do(&desk, "SELECT sandglass.agent_add('%s', '%s', false, NULL)", login,
		        i ? "Ben" : "Anna");
	}
	desk_do(&desk, "INSERT INTO sandglass.contact (name, email) VALUES ('Carol', 'carol@example.com')");
	return desk;
}

void desk_close(struct desk *desk)
{
	db_close(desk->db);
	free(desk->database);
	free(desk->owner);
	free(desk->anna);
	free(desk->ben);
	free(desk->login_anna);
	free(desk->login_ben);
}

static char *ask(struct desk *desk, const char *format, va_list args)
{
	char sql[2000];
	vsnprintf(sql, sizeof sql, format, args);
	struct db_result result;
	struct error err;
	cr_assert(db_query(desk->db, sql, NULL, 0, &result, &err), "%s: %s", sql, err.text);
	char *value = alloc_copy(result.rows ? db_text(&result, 0, 0) : "");
	db_result_release(&result);
	return value;
}

char *desk_ask(struct desk *desk, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *value = ask(desk, format, args);
	va_end(args);
	return value;
}

void desk_do(struct desk *desk, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	free(ask(desk, format, args));
	va_end(args);
}

int64_t desk_number(struct desk *desk, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *value = ask(desk, format, args);
	va_end(args);
	int64_t number = strtoll(value, NULL, 10);
	free(value);
	return number;
}

void desk_fill(struct desk *desk, int n)
{
	desk_do(desk,
	        "INSERT INTO sandglass.ticket (subject, priority, channel, requester_id, created_at, updated_at, status, due_at)"
	        " SELECT 'ticket ' || i, (ARRAY['urgent', 'high', 'normal'])[i %% 3 + 1]::sandglass.priority, 'email',"
	        " (SELECT min(id) FROM sandglass.contact), now(), now(), 'new',"
	        " CASE WHEN i %% 5 > 0 THEN date_trunc('second', now()) + (i * 7919 %% 1000) * interval '1 min' END"
	        " FROM generate_series(1, %d) i",
	        n);
	desk_do(desk, "INSERT INTO sandglass.message (ticket_id, kind, author_kind, author, body, created_at)"
	              " SELECT id, 'public', 'customer', 'Carol', 'Hello', now() FROM sandglass.ticket");
}

/* ---- a console ------------------------------------------------------------------------------------ */

void console_open(struct console *console, const char *conninfo)
{
	*console = (struct console){.queue = queue_new()};
	directory_init(&console->directory);
	const struct link_model model = {
	        .queue = console->queue,
	        .directory = &console->directory,
	        .identity = &console->identity,
	        .server_offset_us = &console->server_offset_us,
	};
	console->link = link_open(conninfo, &model);
}

void console_close(struct console *console)
{
	link_close(console->link);
	queue_free(console->queue);
	directory_release(&console->directory);
}

bool console_until(struct console *console, console_condition *condition, void *context, int ms)
{
	int64_t until = clock_ms() + ms;
	for (;;) {
		console->seen |= link_run(console->link);
		if (condition && condition(console, context))
			return true;
		int64_t now = clock_ms();
		if (now >= until)
			return false;
		int64_t deadline = link_deadline(console->link);
		int64_t wait = (deadline < until ? deadline : until) - now;
		struct pollfd fds[4];
		int n = link_poll_fds(console->link, fds);
		poll(fds, (nfds_t)n, wait > 0 ? (int)wait : 0);
	}
}

static bool is_loaded(struct console *console, void *context)
{
	return (console->seen & NEWS_LOADED) != 0;
}

bool console_until_loaded(struct console *console, int ms)
{
	return console_until(console, is_loaded, NULL, ms);
}

static bool is_live(struct console *console, void *context)
{
	return link_state(console->link) == LINK_LIVE;
}

bool console_until_live(struct console *console, int ms)
{
	return console_until(console, is_live, NULL, ms);
}

void console_run_for(struct console *console, int ms)
{
	console_until(console, NULL, NULL, ms);
}

static void note_outcome(void *context, const struct action *action, const struct action_result *result)
{
	struct outcome *out = context;
	out->calls++;
	out->result = *result;
}

void console_act(struct console *console, const struct action *action, struct outcome *out)
{
	*out = (struct outcome){.calls = 0};
	link_action(console->link, action, note_outcome, out);
}

static bool is_done(struct console *console, void *context)
{
	return ((const struct outcome *)context)->calls > 0;
}

bool console_until_done(struct console *console, struct outcome *outcome, int ms)
{
	return console_until(console, is_done, outcome, ms);
}
