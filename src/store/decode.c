/*
 * Decoding. Results are text: the same statement serves psql, a test and the program, and reading the digits of a hundred
 * thousand rows costs less than the network they came over. A word that this program does not know (a newer server's) falls
 * back to the harmless one instead of hiding the ticket.
 */
#include "decode.h"

#include "base/alloc.h"
#include "store/db.h"

#include <stdlib.h>
#include <string.h>

enum ticket_column {
	T_ID,
	T_VERSION,
	T_PRIORITY,
	T_STATUS,
	T_CHANNEL,
	T_PRECEDENCE,
	T_METRIC,
	T_LAST_AUTHOR,
	T_PAUSED,
	T_TARGET,
	T_REMAINING,
	T_CALENDAR,
	T_STARTED,
	T_DUE,
	T_BREACH,
	T_ORGANIZATION,
	T_PLAN,
	T_ASSIGNEE,
	T_TEAM,
	T_INCIDENT,
	T_CREATED,
	T_UPDATED,
	T_LAST_MESSAGE,
	T_MESSAGES,
	T_SUBJECT,
	T_REQUESTER,
	T_EMAIL,
	T_HOLD_FOR,
	T_TAGS,
	T_MENTIONED,
	T_COUNT
};

const char db_ticket_columns[] = DECODE_TICKET_COLUMNS;

static const char *text_at(const PGresult *result, int row, int column)
{
	return PQgetvalue(result, row, column);
}

/* 0 for NULL, which libpq gives as "". */
static int64_t int_at(const PGresult *result, int row, int column)
{
	return strtoll(PQgetvalue(result, row, column), NULL, 10);
}

static int32_t id_at(const PGresult *result, int row, int column)
{
	return (int32_t)int_at(result, row, column);
}

static instant instant_at(const PGresult *result, int row, int column)
{
	return PQgetisnull(result, row, column) ? INSTANT_NONE : int_at(result, row, column);
}

static bool bool_at(const PGresult *result, int row, int column)
{
	return *PQgetvalue(result, row, column) == 't';
}

/* A cell is NULL for SQL's NULL. */
static const char *text_of(const char *cell)
{
	return cell ? cell : "";
}

static int64_t int_of(const char *cell)
{
	return cell ? strtoll(cell, NULL, 10) : 0;
}

static int32_t id_of(const char *cell)
{
	return (int32_t)int_of(cell);
}

static instant instant_of(const char *cell)
{
	return cell ? int_of(cell) : INSTANT_NONE;
}

static bool bool_of(const char *cell)
{
	return cell && *cell == 't';
}

static void decode_words(const char *const *cells, struct ticket_row *out)
{
	enum priority priority = PRIORITY_NORMAL;
	enum status status = STATUS_OPEN;
	enum channel channel = CHANNEL_EMAIL;
	enum metric metric = METRIC_NONE;
	priority_parse(text_of(cells[T_PRIORITY]), &priority);
	status_parse(text_of(cells[T_STATUS]), &status);
	channel_parse(text_of(cells[T_CHANNEL]), &channel);
	if (cells[T_METRIC] && !metric_parse(text_of(cells[T_METRIC]), &metric))
		metric = METRIC_NONE;
	out->priority = (uint8_t)priority;
	out->status = (uint8_t)status;
	out->channel = (uint8_t)channel;
	out->metric = (uint8_t)metric;
	out->last_author = (uint8_t)author_kind_of(text_of(cells[T_LAST_AUTHOR]));
}

static void decode_cells(const char *const *cells, struct ticket_row *out)
{
	*out = (struct ticket_row){
	        .id = int_of(cells[T_ID]),
	        .version = id_of(cells[T_VERSION]),
	        .precedence = (uint8_t)int_of(cells[T_PRECEDENCE]),
	        .paused = bool_of(cells[T_PAUSED]),
	        .target_s = id_of(cells[T_TARGET]),
	        .remaining_s = id_of(cells[T_REMAINING]),
	        .calendar_id = id_of(cells[T_CALENDAR]),
	        .started_at = instant_of(cells[T_STARTED]),
	        .due_at = instant_of(cells[T_DUE]),
	        .breach_at = instant_of(cells[T_BREACH]),
	        .organization_id = id_of(cells[T_ORGANIZATION]),
	        .plan_id = id_of(cells[T_PLAN]),
	        .assignee_id = id_of(cells[T_ASSIGNEE]),
	        .team_id = id_of(cells[T_TEAM]),
	        .incident_id = int_of(cells[T_INCIDENT]),
	        .created_at = instant_of(cells[T_CREATED]),
	        .updated_at = instant_of(cells[T_UPDATED]),
	        .last_message_at = instant_of(cells[T_LAST_MESSAGE]),
	        .message_count = id_of(cells[T_MESSAGES]),
	        .subject = text_of(cells[T_SUBJECT]),
	        .requester_name = text_of(cells[T_REQUESTER]),
	        .requester_email = text_of(cells[T_EMAIL]),
	        .hold_for = text_of(cells[T_HOLD_FOR]),
	        .tags = text_of(cells[T_TAGS]),
	        .mentioned = text_of(cells[T_MENTIONED]),
	};
	decode_words(cells, out);
}

void decode_ticket(const PGresult *result, int row, int first, struct ticket_row *out)
{
	const char *cells[T_COUNT];
	for (int i = 0; i < T_COUNT; i++)
		cells[i] = PQgetisnull(result, row, first + i) ? NULL : PQgetvalue(result, row, first + i);
	decode_cells(cells, out);
}

void link_answer_ticket(const struct answer *answer, size_t row, struct ticket_row *out)
{
	const char *cells[T_COUNT];
	for (size_t i = 0; i < T_COUNT; i++)
		cells[i] = answer_is_null(answer, row, i) ? NULL : answer_text(answer, row, i);
	decode_cells(cells, out);
}

/* ---- who we are ------------------------------------------------------------------------------------ */

static enum access access_of(const char *word)
{
	static const char *const words[] = {"none", "viewer", "agent", "lead"};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(word, words[i]) == 0)
			return (enum access)i;
	return ACCESS_NONE;
}

/* login, agent_id, agent_name, team_id, role, schema_version, now_us, read_only */
void decode_identity(const PGresult *result, struct identity *out, int *schema_version, int64_t *now_us)
{
	*out = (struct identity){
	        .agent_id = id_at(result, 0, 1),
	        .team_id = id_at(result, 0, 3),
	        .access = access_of(text_at(result, 0, 4)),
	        .read_only = bool_at(result, 0, 7),
	};
	snprintf(out->login, sizeof out->login, "%s", text_at(result, 0, 0));
	snprintf(out->name, sizeof out->name, "%s", text_at(result, 0, 2));
	*schema_version = (int)int_at(result, 0, 5);
	*now_us = int_at(result, 0, 6);
}

/* ---- names ------------------------------------------------------------------------------------------- */

/* core copies what it is given; its structs have char * because it owns its copies. */
static char *lent_at(const PGresult *result, int row, int column)
{
	return PQgetvalue(result, row, column);
}

static void decode_plans(const PGresult *result, struct directory *out)
{
	for (int row = 0; row < PQntuples(result); row++)
		directory_add_plan(out, &(struct plan){
		                                .id = id_at(result, row, 0),
		                                .archived = bool_at(result, row, 1),
		                                .name = lent_at(result, row, 2),
		                                .short_name = lent_at(result, row, 3),
		                                .entitlements = lent_at(result, row, 4),
		                        });
}

static void decode_organizations(const PGresult *result, struct directory *out)
{
	for (int row = 0; row < PQntuples(result); row++)
		directory_add_organization(out, &(struct organization){
		                                        .id = id_at(result, row, 0),
		                                        .plan_id = id_at(result, row, 1),
		                                        .name = lent_at(result, row, 2),
		                                        .csm = lent_at(result, row, 3),
		                                        .analyst = lent_at(result, row, 4),
		                                });
}

static void decode_agents(const PGresult *result, struct directory *out)
{
	for (int row = 0; row < PQntuples(result); row++)
		directory_add_agent(out, &(struct agent){
		                                 .id = id_at(result, row, 0),
		                                 .team_id = id_at(result, row, 1),
		                                 .active = bool_at(result, row, 2),
		                                 .login = lent_at(result, row, 3),
		                                 .name = lent_at(result, row, 4),
		                         });
}

static void decode_teams(const PGresult *result, struct directory *out)
{
	for (int row = 0; row < PQntuples(result); row++)
		directory_add_team(
		        out, &(struct team){.id = id_at(result, row, 0), .name = lent_at(result, row, 1)});
}

static void decode_incidents(const PGresult *result, struct directory *out)
{
	for (int row = 0; row < PQntuples(result); row++)
		directory_add_incident(out, &(struct incident){
		                                    .id = id_at(result, row, 0),
		                                    .closed = bool_at(result, row, 1),
		                                    .title = lent_at(result, row, 2),
		                                    .opened_by = id_at(result, row, 3),
		                                    .opened_at = instant_at(result, row, 4),
		                            });
}

static void decode_calendars(const PGresult *result, struct directory *out)
{
	for (int row = 0; row < PQntuples(result); row++)
		directory_add_calendar(out, &(struct calendar){
		                                    .id = id_at(result, row, 0),
		                                    .revision = id_at(result, row, 1),
		                                    .name = lent_at(result, row, 2),
		                                    .zone = lent_at(result, row, 3),
		                                    .utc_offset_s = id_at(result, row, 4),
		                                    .steady_until = instant_at(result, row, 5),
		                            });
}

static struct calendar *calendar_of(struct directory *directory, int32_t id)
{
	for (size_t i = 0; i < directory->calendar_count; i++)
		if (directory->calendars[i].id == id)
			return &directory->calendars[i];
	return NULL;
}

static void decode_spans(const PGresult *result, struct directory *out)
{
	struct calendar *calendar = NULL;
	for (int row = 0; row < PQntuples(result); row++) {
		int32_t id = id_at(result, row, 0);
		if (!calendar || calendar->id != id)
			calendar = calendar_of(out, id);
		if (calendar)
			timeline_add(&calendar->line, int_at(result, row, 1), int_at(result, row, 2),
			        int_at(result, row, 3), NULL);
	}
}

/* ---- a conversation ------------------------------------------------------------------------------------ */

const char decode_conversation_columns[] =
        "c.id, c.kind, c.author_kind, c.author, c.at, c.unread, c.body, c.attachments, c.version, c.send_at,"
        " c.at_us, c.body_size, c.older, c.sent_at, r.recipient, r.cc, r.subject, r.flagged, r.merged_into";

#define SPAN_WINDOW_S "34560000" /* 400 days before and after now */

const struct decode_directory_part decode_directory[DECODE_DIRECTORY_PARTS] = {
        {"SELECT id, archived, name, short_name, entitlements FROM sandglass.console_plan", decode_plans},
        {"SELECT id, plan_id, name, csm, analyst FROM sandglass.console_organization", decode_organizations},
        {"SELECT id, team_id, active, login, name FROM sandglass.console_agent", decode_agents},
        {"SELECT id, name FROM sandglass.console_team", decode_teams},
        {"SELECT id, closed, title, opened_by, opened_at FROM sandglass.console_incident", decode_incidents},
        {"SELECT id, revision, name, zone, utc_offset_s, steady_until FROM sandglass.console_calendar",
                decode_calendars},
        {"SELECT calendar_id, span_start, span_end, work_before FROM sandglass.console_spans("
         "extract(epoch FROM now())::bigint - " SPAN_WINDOW_S
         ", extract(epoch FROM now())::bigint + " SPAN_WINDOW_S ")",
                decode_spans},
};

void decode_answer(struct answer *answer, const PGresult *result)
{
	const size_t rows = (size_t)PQntuples(result), columns = (size_t)PQnfields(result);
	size_t bytes = 0;
	for (size_t i = 0; i < rows * columns; i++)
		bytes += (size_t)PQgetlength(result, (int)(i / columns), (int)(i % columns)) + 1;
	char *text;
	answer_make(answer, rows, columns, bytes, &text);
	for (size_t i = 0; i < rows * columns; i++) {
		const int row = (int)(i / columns), column = (int)(i % columns);
		const size_t length = (size_t)PQgetlength(result, row, column);
		if (PQgetisnull(result, row, column))
			continue;
		memcpy(text, PQgetvalue(result, row, column), length + 1);
		answer->cells[i] = (struct answer_cell){text, length};
		text += length + 1;
	}
}

void decode_conversation(const PGresult *result, struct conversation *out)
{
	struct answer answer;
	decode_answer(&answer, result);
	conversation_read(out, &answer);
	answer_release(&answer);
}

const char decode_explanation_sql[] = "SELECT kind, at, until, seconds, was, name, detail, utc_offset_s"
                                      " FROM sandglass.clock_explain($1::bigint)";

void decode_explanation(const PGresult *result, struct explanation *out)
{
	for (int row = 0; row < PQntuples(result); row++) {
		enum fact_kind kind = fact_kind_of(text_at(result, row, 0));
		if (kind == FACT_COUNT)
			continue;
		struct fact *fact = explanation_add(out);
		fact->kind = kind;
		fact->at = instant_at(result, row, 1);
		fact->until = instant_at(result, row, 2);
		fact->seconds = instant_at(result, row, 3);
		fact->was = instant_at(result, row, 4);
		fact->name = alloc_copy(text_at(result, row, 5));
		fact->detail = alloc_copy(text_at(result, row, 6));
		fact->utc_offset_s = id_at(result, row, 7);
		fact->has_zone = !PQgetisnull(result, row, 7);
	}
}
