/*
 * Rows of the reading views and functions into core's structs. The columns stand here in the order of the views.
 */
#ifndef STORE_DECODE_H
#define STORE_DECODE_H

#include "core/answer.h"
#include "core/conversation.h"
#include "core/directory.h"
#include "core/explain.h"
#include "core/ticket.h"
#include "store/link.h"

#include <libpq-fe.h>
#include <stdint.h>

/* What is selected for an entry, without SELECT. For a ticket it is db_ticket_columns (store/db.h). */
extern const char decode_conversation_columns[];

/* The columns of a ticket in the order in which they are decoded (db_ticket_columns is the same as a string). */
#define DECODE_TICKET_COLUMNS                                                                                          \
	"id, version, priority, status, channel, precedence, metric, last_author, paused, target_s, remaining_s,"      \
	" calendar_id, started_at, due_at, breach_at, organization_id, plan_id, assignee_id, team_id, incident_id,"    \
	" created_at, updated_at, last_message_at, message_count, subject, requester_name, requester_email, hold_for," \
	" tags, mentioned"

/* Strings point into the result. `first` is the column of the ticket's id. */
void decode_ticket(const PGresult *result, int row, int first, struct ticket_row *out);

void decode_identity(const PGresult *result, struct identity *out, int *schema_version, int64_t *now_us);

/* The directory comes in parts, each a statement, in this order; directory_sort() when all are in. */
enum { DECODE_DIRECTORY_PARTS = 7 };
extern const struct decode_directory_part {
	const char *sql;
	void (*decode)(const PGresult *result, struct directory *out);
} decode_directory[DECODE_DIRECTORY_PARTS];

/* Copies the rows out of libpq's result. */
void decode_answer(struct answer *answer, const PGresult *result);

void decode_conversation(const PGresult *result, struct conversation *out);

/* The facts behind the clocks of ticket $1: the statement, and its rows. */
extern const char decode_explanation_sql[];
void decode_explanation(const PGresult *result, struct explanation *out);

#endif
