/*
 * Keeping the model like the database.
 *
 * The cursor is the oldest transaction that was still running when it was read; a delta asks for every ticket that was changed by
 * that transaction or a later one. It is never read in a later snapshot than the rows, so whatever commits after them
 * is asked for again: no row can be missed, and a repeated one is harmless because queue_put() compares versions.
 * When a delta is asked for is core/pace.h's.
 *
 * A full load reads the queue page by page, each page in its own snapshot, while deltas from the cursor of the first batch go
 * on. A ticket that moves meanwhile, from a page that is not read yet to one that was, is brought by a delta; the
 * last delta is asked for after the last page, and only then the rows that nobody has put are swept away. That is also
 * what a reconnect does: after a failover or a restore the cursor of before means nothing, and a page costs little. So
 * does a cursor that goes back: a pooler in between may have changed the server without a word.
 */
#include "link_parts.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/trace.h"
#include "decode.h"
#include "sqlstate.h"
#include "store/migrate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	FIRST_ROWS = 200,
	PAGE_ROWS = 1000,       /* decoded in about a millisecond: no frame waits for it */
	DIRECTORY_MS = 3600000, /* spans and zone offsets move on with time */
	OFFSET_KEEP_MS = 60000, /* then a worse measurement may replace a better one: clocks drift */
};

static const char sync_sql[] = "SELECT cursor, directory_revision, now_us FROM sandglass.console_sync";

/* ---- the server's clock ------------------------------------------------------------------------------ */

/* The reply was made somewhere between sending and now; the middle is wrong by at most half of that. */
static void measure_offset(struct link *link, const struct request *request, int64_t server_now_us)
{
	int64_t now = clock_us(), error = (now - request->sent_us) / 2;
	bool old = clock_ms() - link->offset_at > OFFSET_KEEP_MS;
	if (error > link->offset_error_us && !(old && error < 10 * link->offset_error_us + 100000))
		return;
	*link->model.server_offset_us = server_now_us - (request->sent_us + error);
	link->offset_error_us = error;
	link->offset_at = clock_ms();
}

/* cursor, directory_revision, now_us */
static void take_state(struct link *link, const struct request *request, const PGresult *result,
        char cursor[24], int64_t *revision)
{
	snprintf(cursor, 24, "%s", PQgetvalue(result, 0, 0));
	*revision = strtoll(PQgetvalue(result, 0, 1), NULL, 10);
	measure_offset(link, request, strtoll(PQgetvalue(result, 0, 2), NULL, 10));
}

/* ---- names -------------------------------------------------------------------------------------------- */

static void ask_directory(struct link *link)
{
	for (int i = 0; i < DECODE_DIRECTORY_PARTS; i++)
		pipeline_statement(link, decode_directory[i].sql, 0, NULL);
	link->directory_under_way = true;
	link->directory_at = clock_ms() + DIRECTORY_MS;
}

static void take_directory(struct link *link, int part, const PGresult *result)
{
	if (part == 0) {
		directory_release(&link->staging);
		directory_init(&link->staging);
	}
	decode_directory[part].decode(result, &link->staging);
	if (part < DECODE_DIRECTORY_PARTS - 1)
		return;
	directory_sort(&link->staging);
	directory_release(link->model.directory);
	*link->model.directory = link->staging;
	directory_init(&link->staging);
	link->directory_under_way = false;
	link->news |= NEWS_DIRECTORY;
}

static void directory_result(struct link *link, struct request *request, int step, const PGresult *result)
{
	take_directory(link, step, result);
}

static void directory_done(struct link *link, struct request *request, const struct error *err)
{
	link->directory_under_way = false;
	if (!err)
		link->directory_revision = request->number;
	else
		trace("names could not be read: %s", err->text);
}

static const struct request_kind directory_kind = {"directory", directory_result, directory_done, NULL};

static void reload_directory(struct link *link, int64_t revision)
{
	if (link->directory_under_way)
		return;
	pipeline_begin(link, &directory_kind, NULL, revision);
	ask_directory(link);
	pipeline_end(link);
}

/* ---- rows ----------------------------------------------------------------------------------------------- */

/* first: the column at which the ticket begins. */
static void put_rows(struct link *link, const PGresult *result, int first)
{
	int rows = PQntuples(result);
	for (int row = 0; row < rows; row++) {
		struct ticket_row ticket;
		decode_ticket(result, row, first, &ticket);
		if (queue_put(link->model.queue, &ticket))
			link->news |= NEWS_QUEUE;
	}
	link->stats.rows_received += (size_t)rows;
}

/* The key of the last row of a page: where the next one begins. */
struct request_page {
	char priority[16];
	char precedence[8];
	char due[24];
	char id[24];
	bool due_is_null;
	bool more;
};

static void keep_key(char *out, size_t size, const PGresult *result, const char *column)
{
	snprintf(out, size, "%s", PQgetvalue(result, PQntuples(result) - 1, PQfnumber(result, column)));
}

static void take_page(struct link *link, const PGresult *result, int asked)
{
	put_rows(link, result, 0);
	struct request_page *page = link->page;
	int rows = PQntuples(result);
	page->more = rows == asked;
	if (rows == 0)
		return;
	keep_key(page->priority, sizeof page->priority, result, "priority");
	keep_key(page->precedence, sizeof page->precedence, result, "precedence");
	keep_key(page->due, sizeof page->due, result, "due_at");
	keep_key(page->id, sizeof page->id, result, "id");
	page->due_is_null = !*page->due;
}

static void ask_page(struct link *link, bool from_beginning, int rows)
{
	char sql[800], count[16];
	snprintf(sql, sizeof sql,
	        "SELECT %s FROM sandglass.console_page($1::sandglass.priority, $2::int, $3::bigint, $4::bigint, $5::int)",
	        db_ticket_columns);
	snprintf(count, sizeof count, "%d", rows);
	const struct request_page *page = link->page;
	const char *values[] = {
	        page->priority, page->precedence, page->due_is_null ? NULL : page->due, page->id, count};
	if (from_beginning)
		values[0] = values[1] = values[2] = values[3] = NULL;
	pipeline_statement(link, sql, 5, values);
}

static void page_result(struct link *link, struct request *request, int step, const PGresult *result)
{
	take_page(link, result, PAGE_ROWS);
}

static void next_page(struct link *link);

static void page_done(struct link *link, struct request *request, const struct error *err)
{
	if (err)
		link_broke(link, err);
	else
		next_page(link);
}

static const struct request_kind page_kind = {"page", page_result, page_done, NULL};

/* Asks for the next page, or for the delta that ends the load. */
static void next_page(struct link *link)
{
	if (link->page->more) {
		pipeline_begin(link, &page_kind, NULL, 0);
		ask_page(link, false, PAGE_ROWS);
		pipeline_end(link);
		return;
	}
	if (link->delta_under_way) {
		link->delta_again = true;
		return;
	}
	link->load_ends = true;
	sync_delta(link);
}

static void end_load(struct link *link)
{
	link->loading = link->load_ends = false;
	queue_load_sweep(link->model.queue);
	queue_load_end(link->model.queue);
	link->state = LINK_LIVE;
	link->news |= NEWS_LOADED | NEWS_STATE | NEWS_QUEUE;
}

/* ---- deltas ------------------------------------------------------------------------------------------------ */

/* The state and the rows come by one statement, so of one snapshot: the cursor is not newer than the rows. Without rows there is
 * one whose ticket is NULL. Fifty consoles ask this up to twenty times a second each, so it is prepared, straight on the
 * views, with one plan for the session: a walk along the index of changed_xid and a look-up in each table a row. Without
 * these settings it would be planned each time, and for a third of all tickets. */
static const char delta_name[] = "delta";
enum { DELTA_TICKET = 3 }; /* the column at which the ticket begins */
static const char delta_settings[] =
        "SELECT set_config(name, value, false) FROM (VALUES ('plan_cache_mode', 'force_generic_plan'),"
        " ('enable_seqscan', 'off'), ('enable_hashjoin', 'off'), ('enable_mergejoin', 'off'), ('jit', 'off'),"
        " ('max_parallel_workers_per_gather', '0'), ('bytea_output', 'hex')) AS s (name, value)";

struct delta {
	char cursor[24];
	int64_t revision;
	int64_t rows;
};

static void delta_result(struct link *link, struct request *request, int step, const PGresult *result)
{
	struct delta *delta = request->data;
	take_state(link, request, result, delta->cursor, &delta->revision);
	if (PQgetisnull(result, 0, DELTA_TICKET))
		return;
	put_rows(link, result, DELTA_TICKET);
	delta->rows = PQntuples(result);
}

/* All from the beginning: what the server does not know any more is swept away at the end. */
static void load_again(struct link *link)
{
	trace("the server knows less than it did: loading all again");
	link->history_lost = false;
	link->loading = true;
	link->state = LINK_LOADING;
	link->news |= NEWS_STATE;
	link->page->more = true;
	queue_load_begin(link->model.queue);
	pipeline_begin(link, &page_kind, NULL, 0);
	ask_page(link, true, PAGE_ROWS);
	pipeline_end(link);
}

static void take_delta(struct link *link, const struct delta *delta)
{
	bool went_back = pace_went_back(link->stats.cursor, delta->cursor);
	link->history_lost |= went_back;
	memcpy(link->stats.cursor, delta->cursor, sizeof link->stats.cursor);
	if (went_back || delta->revision != link->directory_revision)
		reload_directory(link, delta->revision);
	if (link->load_ends)
		end_load(link);
	if (link->history_lost && !link->loading) {
		load_again(link);
		return;
	}
	bool last_page_read = link->loading && !link->page->more;
	if (link->delta_again || last_page_read) {
		link->load_ends = last_page_read;
		sync_delta(link);
	}
}

static void delta_done(struct link *link, struct request *request, const struct error *err)
{
	struct delta *delta = request->data;
	link->delta_under_way = false;
	pace_answered(&link->pace, delta->rows);
	if (err)
		link_broke(link, err);
	else
		take_delta(link, delta);
	free(delta);
}

static void delta_lost(struct link *link, struct request *request)
{
	free(request->data);
}

static const struct request_kind delta_kind = {"delta", delta_result, delta_done, delta_lost};

void sync_delta(struct link *link)
{
	if (link->delta_under_way || !link->ready) {
		link->delta_again = true;
		return;
	}
	const char *cursor = link->stats.cursor;
	link->delta_under_way = true;
	link->delta_again = false;
	link->stats.deltas++;
	pace_asked(&link->pace, clock_ms());
	pipeline_begin(link, &delta_kind, alloc_bytes(sizeof(struct delta)), 0);
	pipeline_execute(link, delta_name, 1, &cursor);
	pipeline_end(link);
}

void sync_wake(struct link *link)
{
	pace_wake(&link->pace, clock_ms(), link_chance());
}

void sync_timers(struct link *link)
{
	int64_t now = clock_ms();
	if (!link->ready)
		return;
	if (!link->delta_under_way && now >= pace_due(&link->pace))
		sync_delta(link);
	if (now >= link->directory_at)
		reload_directory(link, link->directory_revision);
}

int64_t sync_deadline(const struct link *link)
{
	if (!link->ready)
		return INT64_MAX;
	int64_t next = link->delta_under_way ? INT64_MAX : pace_due(&link->pace);
	return next < link->directory_at ? next : link->directory_at;
}

static void prepared(struct link *link, struct request *request, const struct error *err)
{
	if (err)
		link_broke(link, err);
}

static const struct request_kind prepare_kind = {"prepare", NULL, prepared, NULL};

static void prepare_delta(struct link *link)
{
	char sql[800];
	snprintf(sql, sizeof sql,
	        "SELECT cursor, directory_revision, now_us, %s FROM sandglass.console_sync"
	        " LEFT JOIN sandglass.console_ticket ON changed_xid >= $1::xid8",
	        db_ticket_columns);
	pipeline_begin(link, &prepare_kind, NULL, 0);
	pipeline_statement(link, delta_settings, 0, NULL);
	pipeline_prepare(link, delta_name, sql);
	pipeline_end(link);
}

/* ---- the first batch ------------------------------------------------------------------------------------------ */

enum { STEP_HELLO, STEP_STATE, STEP_DIRECTORY, STEP_ROWS = STEP_DIRECTORY + DECODE_DIRECTORY_PARTS };

/* "host:port/database", for what belongs to one server. */
static void name_server(struct link *link)
{
	struct identity *self = link->model.identity;
	snprintf(self->server, sizeof self->server, "%s:%s/%s", PQhost(link->conn), PQport(link->conn),
	        PQdb(link->conn));
}

static bool check_identity(struct link *link, int schema_version, struct error *err)
{
	const struct identity *self = link->model.identity;
	if (!migrate_check_version(schema_version, err))
		return false;
	if (self->access == ACCESS_NONE)
		return sqlstate_no_access(err, self->login);
	return true;
}

static void first_result(struct link *link, struct request *request, int step, const PGresult *result)
{
	if (step == STEP_HELLO) {
		int schema_version;
		int64_t now_us;
		decode_identity(result, link->model.identity, &schema_version, &now_us);
		measure_offset(link, request, now_us);
		name_server(link);
		check_identity(link, schema_version, &request->error);
	} else if (step == STEP_STATE) {
		take_state(link, request, result, link->stats.cursor, &link->directory_revision);
	} else if (step < STEP_ROWS) {
		take_directory(link, step - STEP_DIRECTORY, result);
	} else {
		take_page(link, result, FIRST_ROWS);
	}
}

/* A login without rights is refused at the schema, one of another program at a function that is not there. */
static void explain(const struct link *link, const struct error *from, struct error *err)
{
	*err = *from;
	if (from->kind == ERROR_PERMISSION && strstr(from->text, "schema sandglass"))
		sqlstate_no_access(err, PQuser(link->conn));
	else if (from->kind == ERROR_SCHEMA && strstr(from->text, "schema \"sandglass\""))
		migrate_check_version(0, err);
	else if (from->kind == ERROR_SCHEMA && strstr(from->text, "sandglass.hello("))
		migrate_check_version(MIGRATE_FOREIGN, err);
}

static void first_done(struct link *link, struct request *request, const struct error *err)
{
	if (err) {
		struct error why;
		explain(link, err, &why);
		link_broke(link, &why);
		return;
	}
	link->ready = true;
	link->was_live = true;
	link->state = LINK_LOADING;
	link->backoff_ms = 0;
	link->error = (struct error){ERROR_NONE, ""};
	link->news |= NEWS_FIRST | NEWS_QUEUE | NEWS_STATE;
	requests_send(link);
	next_page(link);
}

static const struct request_kind first_kind = {"first batch", first_result, first_done, NULL};

/* A standby refuses LISTEN: then the safety poll is all there is. */
static void listen_done(struct link *link, struct request *request, const struct error *err)
{
	if (err)
		trace("no wake-ups: %s", err->text);
}

static const struct request_kind listen_kind = {"listen", NULL, listen_done, NULL};

void sync_start(struct link *link)
{
	link->loading = true;
	pace_start(&link->pace, clock_ms());
	link->offset_error_us = INT64_MAX / 20;
	link->offset_at = clock_ms();
	link->stats.round_trips_to_first_rows = 0;
	if (!link->page)
		link->page = alloc_bytes(sizeof *link->page);
	queue_load_begin(link->model.queue);
	pipeline_begin(link, &listen_kind, NULL, 0);
	pipeline_statement(link, "LISTEN sandglass_wake", 0, NULL);
	pipeline_end(link);
	pipeline_begin(link, &first_kind, NULL, 0);
	pipeline_statement(link,
	        "SELECT login, agent_id, agent_name, team_id, role, schema_version, now_us, read_only FROM sandglass.hello()",
	        0, NULL);
	pipeline_statement(link, sync_sql, 0, NULL);
	ask_directory(link);
	ask_page(link, true, FIRST_ROWS);
	pipeline_end(link);
	prepare_delta(link);
}

void sync_reset(struct link *link)
{
	if (link->loading)
		queue_load_end(link->model.queue);
	link->ready = link->loading = link->load_ends = false;
	link->delta_under_way = link->delta_again = link->directory_under_way = false;
	link->history_lost = false;
	link->directory_at = INT64_MAX;
	directory_release(&link->staging);
	directory_init(&link->staging);
}
