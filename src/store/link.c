/*
 * The console's connection as a state machine. Nothing here may wait: PQfinish() sends its goodbye without blocking because
 * the socket is non-blocking; a server that does not answer (stopped, or behind a dead link) is given up after ten seconds.
 *
 * Trouble is only noted where it is met (link_broke) and handled here at one place, so a request's callback never
 * finds the connection gone under its feet.
 */
#include "link_parts.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/trace.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { BACKOFF_FIRST_MS = 250, BACKOFF_MOST_MS = 15000, SILENCE_MS = 10000 };

static void set_state(struct link *link, enum link_state state)
{
	if (link->state == state)
		return;
	link->state = state;
	link->news |= NEWS_STATE;
}

uint32_t link_chance(void)
{
	uint32_t bits = 0;
	if (getrandom(&bits, sizeof bits, GRND_NONBLOCK) != sizeof bits)
		bits = (uint32_t)clock_us();
	return bits;
}

static int64_t with_jitter(int64_t ms)
{
	return ms - ms / 5 + (int64_t)(link_chance() % (uint32_t)(2 * ms / 5 + 1));
}

static void go_offline(struct link *link)
{
	if (link->state == LINK_LIVE || link->state == LINK_LOADING)
		link->offline_since = link->last_heard;
	set_state(link, LINK_OFFLINE);
	link->news |= NEWS_STATE; /* also when only the reason is another */
	if (!link->was_live) {
		link->next_try = INT64_MAX;
		return;
	}
	link->backoff_ms = link->backoff_ms ? 2 * link->backoff_ms : BACKOFF_FIRST_MS;
	if (link->backoff_ms > BACKOFF_MOST_MS)
		link->backoff_ms = BACKOFF_MOST_MS;
	link->next_try = clock_ms() + with_jitter(link->backoff_ms);
	trace("offline; next try in %lld ms", (long long)(link->next_try - clock_ms()));
}

static void begin_connecting(struct link *link)
{
	link->next_try = INT64_MAX;
	link->connecting = connecting_start(link->conninfo, &link->error);
	if (!link->connecting) {
		go_offline(link);
		return;
	}
	if (!link->was_live) /* a reconnect stays "offline" for the person until it has succeeded */
		set_state(link, LINK_CONNECTING);
}

void link_broke(struct link *link, const struct error *err)
{
	if (link->broken)
		return;
	trace("connection broke: %s", err->text);
	link->broken = true;
	link->error = *err;
}

static void disconnect(struct link *link)
{
	sync_reset(link);
	pipeline_reset(link);
	PQfinish(link->conn);
	link->conn = NULL;
	link->broken = false;
}

static void finish_connecting(struct link *link)
{
	struct connecting_outcome outcome;
	if (!connecting_take(link->connecting, &outcome))
		return;
	link->connecting = NULL;
	link->wants_password = outcome.wants_password;
	if (!outcome.conn) {
		link->error = outcome.error;
		go_offline(link);
		return;
	}
	link->conn = outcome.conn;
	link->last_heard = clock_ms();
	if (link->was_live)
		link->stats.reconnects++;
	else
		set_state(link, LINK_LOADING);
	sync_start(link);
}

/* ---- life --------------------------------------------------------------------------------------------- */

struct link *link_open(const char *conninfo, const struct link_model *model)
{
	struct link *link = alloc_bytes(sizeof *link);
	link->conninfo = alloc_copy(conninfo ? conninfo : "");
	link->model = *model;
	link->state = LINK_CONNECTING;
	link->next_try = INT64_MAX;
	link->offline_since = clock_ms();
	link->directory_at = INT64_MAX;
	directory_init(&link->staging);
	begin_connecting(link);
	return link;
}

void link_close(struct link *link)
{
	if (!link)
		return;
	if (link->connecting)
		connecting_abandon(link->connecting);
	disconnect(link);
	requests_release(link);
	directory_release(&link->staging);
	free(link->page);
	explicit_bzero(link->conninfo, strlen(link->conninfo)); /* it may hold a password */
	free(link->conninfo);
	free(link);
}

/* ---- the loop -------------------------------------------------------------------------------------------- */

int link_poll_fds(struct link *link, struct pollfd *fds)
{
	if (link->connecting) {
		fds[0] = (struct pollfd){.fd = connecting_fd(link->connecting), .events = POLLIN};
		return 1;
	}
	if (!link->conn)
		return 0;
	fds[0] = (struct pollfd){
	        .fd = PQsocket(link->conn), .events = (short)(POLLIN | (link->wants_write ? POLLOUT : 0))};
	return 1;
}

int64_t link_silent_since(const struct link *link)
{
	if (!link->first)
		return INT64_MAX;
	int64_t sent = link->first->sent_us / 1000;
	return sent > link->last_heard ? sent : link->last_heard;
}

/* When an unanswered request makes the connection a dead one. */
static int64_t silence_deadline(const struct link *link)
{
	int64_t since = link_silent_since(link);
	return since == INT64_MAX ? INT64_MAX : since + SILENCE_MS;
}

int64_t link_deadline(const struct link *link)
{
	if (link->broken || link->news)
		return clock_ms();
	if (!link->conn)
		return link->next_try;
	int64_t silence = silence_deadline(link), sync = sync_deadline(link);
	return silence < sync ? silence : sync;
}

static bool has_input(const struct link *link)
{
	struct pollfd fd = {.fd = PQsocket(link->conn), .events = POLLIN};
	return poll(&fd, 1, 0) > 0;
}

static void run_connection(struct link *link)
{
	if (!link->broken) {
		if (has_input(link))
			link->last_heard = clock_ms();
		pipeline_read(link);
	}
	if (!link->broken && clock_ms() >= silence_deadline(link)) {
		struct error err;
		error_set(&err, ERROR_UNAVAILABLE, _("the server has not answered for %d s"),
		        SILENCE_MS / 1000);
		link_broke(link, &err);
	}
	if (!link->broken)
		sync_timers(link);
	if (link->broken) {
		disconnect(link);
		go_offline(link);
	}
}

unsigned link_run(struct link *link)
{
	if (link->connecting)
		finish_connecting(link);
	else if (!link->conn && clock_ms() >= link->next_try)
		begin_connecting(link);
	if (link->conn)
		run_connection(link);
	unsigned news = link->news;
	link->news = 0;
	return news;
}

/* ---- questions --------------------------------------------------------------------------------------------- */

enum link_state link_state(const struct link *link)
{
	return link->state;
}

const struct error *link_error(const struct link *link)
{
	return &link->error;
}

bool link_wants_password(const struct link *link)
{
	return link->wants_password;
}

int64_t link_offline_since(const struct link *link)
{
	return link->offline_since;
}

int64_t link_next_try(const struct link *link)
{
	return link->next_try;
}

void link_refresh(struct link *link)
{
	if (link->ready && !link->broken)
		sync_delta(link);
	else if (!link->conn && !link->connecting)
		link->next_try = clock_ms();
}

struct link_stats link_stats(const struct link *link)
{
	struct link_stats stats = link->stats;
	stats.server_version = link->conn ? PQserverVersion(link->conn) : 0;
	stats.offset_error_us = link->offset_error_us;
	for (const struct request *request = link->first; request; request = request->next)
		stats.under_way++;
	return stats;
}
