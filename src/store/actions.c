/*
 * Each row is one kind of action: the statement, and a letter for each of its parameters in order.
 *   r request id   t ticket   v version   s status   p priority   a agent (NULL: nobody)
 *   x text         h hold_for   g the wait goes on   u the request to take back   o tags that come off
 *   e address      n name       j subject         c channel      i the ticket that it goes into
 *   f the files' names and types as JSON   b their bytes as a bytea[], both NULL when there are none
 *   l an incident (NULL: none)   q the request that opens it, NULL when it is there already
 *   m what a macro does as JSON, NULL for none
 */
#include "actions.h"

#include "sqlstate.h"
#include "store/bytea.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define CALL(function, arguments)                                                                            \
	"SELECT ticket_id, version, repeated FROM sandglass." function "(" arguments ")"

static const struct {
	const char *sql;
	const char *parameters;
} calls[ACTION_KIND_COUNT] = {
        [ACTION_STATUS] = {CALL("ticket_set_status",
                                   "$1::uuid, $2::bigint, $3::int, $4::sandglass.status, $5::text, $6::bool"),
                "rtvsxg"},
        [ACTION_PRIORITY] = {CALL("ticket_set_priority",
                                     "$1::uuid, $2::bigint, $3::int, $4::sandglass.priority"),
                "rtvp"},
        [ACTION_ASSIGN] = {CALL("ticket_assign", "$1::uuid, $2::bigint, $3::int, $4::int"), "rtva"},
        [ACTION_CLAIM] = {CALL("ticket_claim", "$1::uuid, $2::bigint, $3::int"), "rtv"},
        [ACTION_CLAIM_NEXT] = {CALL("claim_next", "$1::uuid, $2::bigint[]"), "rx"},
        [ACTION_REPLY] =
                {CALL("ticket_reply",
                         "$1::uuid, $2::bigint, $3::int, $4::text, $5::sandglass.status, $6::text, $7::jsonb, $8::bytea[], $9::jsonb"),
                        "rtvxshfbm"},
        [ACTION_NOTE] =
                {CALL("ticket_note",
                         "$1::uuid, $2::bigint, $3::int, $4::text, $5::jsonb, $6::bytea[], $7::jsonb, $8::bool"),
                        "rtvxfbmg"},
        [ACTION_DISMISS] = {CALL("ticket_dismiss", "$1::uuid, $2::bigint, $3::int, $4::text"), "rtvx"},
        [ACTION_TAG] = {CALL("ticket_tag", "$1::uuid, $2::bigint, $3::int, string_to_array($4::text, ','),"
                                           " string_to_array($5::text, ',')"),
                "rtvxo"},
        [ACTION_SUBJECT] = {CALL("ticket_set_subject", "$1::uuid, $2::bigint, $3::int, $4::text"), "rtvx"},
        [ACTION_REQUESTER] = {CALL("ticket_set_requester",
                                      "$1::uuid, $2::bigint, $3::int, $4::text, $5::text"),
                "rtven"},
        [ACTION_ORGANIZATION] = {CALL("ticket_set_organization", "$1::uuid, $2::bigint, $3::int, $4::text"),
                "rtvx"},
        [ACTION_TEAM] = {CALL("ticket_set_team", "$1::uuid, $2::bigint, $3::int, $4::text"), "rtvx"},
        [ACTION_LINK] = {CALL("ticket_link", "$1::uuid, $2::bigint, $3::int, $4::bigint, $5::text, $6::uuid"),
                "rtvlxq"},
        [ACTION_MERGE] = {CALL("ticket_merge", "$1::uuid, $2::bigint, $3::int, $4::bigint"), "rtvi"},
        [ACTION_UNMERGE] = {CALL("ticket_unmerge", "$1::uuid, $2::bigint, $3::int"), "rtv"},
        [ACTION_OPEN] =
                {CALL("ticket_open",
                         "$1::uuid, $2::text, $3::text, $4::text, $5::text, $6::sandglass.channel, $7::sandglass.priority"),
                        "renjxcp"},
        [ACTION_MACRO] = {CALL("ticket_macro", "$1::uuid, $2::bigint, $3::int, $4::jsonb, $5::bool"),
                "rtvmg"},
        [ACTION_UNDO] = {CALL("undo", "$1::uuid"), "u"},
};

static const char *names_of(struct action_call *call, const struct attached *attached)
{
	json_t *list = json_array();
	for (size_t i = 0; i < attached->count; i++)
		json_array_append_new(list, json_pack("{ss ss}", "name", attached->files[i].name, "type",
		                                    attached->files[i].type));
	char *text = json_dumps(list, JSON_COMPACT);
	strbuf_adds(&call->names, text ? text : "[]");
	free(text);
	json_decref(list);
	return call->names.data;
}

static const char *contents_of(struct action_call *call, const struct attached *attached)
{
	size_t size = 64;
	for (size_t i = 0; i < attached->count; i++)
		size += attached->files[i].size + 8;
	strbuf_reserve(&call->contents, size);
	bytea_array_begin(&call->contents, attached->count);
	for (size_t i = 0; i < attached->count; i++)
		bytea_array_add(&call->contents, attached->files[i].size ? attached->files[i].bytes : "",
		        attached->files[i].size);
	call->formats[call->count] = 1;
	call->lengths[call->count] = (int)call->contents.length;
	return call->contents.data;
}

static const char *parameter(struct action_call *call, const struct action *action, char letter)
{
	char *number = call->numbers[call->count];
	size_t room = sizeof call->numbers[0];
	switch (letter) {
	case 'r':
		return action->request_id;
	case 't':
		snprintf(number, room, "%" PRId64, action->ticket_id);
		return number;
	case 'v':
		snprintf(number, room, "%" PRId32, action->version);
		return number;
	case 's':
		return status_name(action->status);
	case 'p':
		return priority_name(action->priority);
	case 'a':
		if (!action->assignee_id)
			return NULL;
		snprintf(number, room, "%" PRId32, action->assignee_id);
		return number;
	case 'x':
		return action->text;
	case 'h':
		return action->hold_for;
	case 'o':
		return action->tags_off;
	case 'e':
		return action->address;
	case 'n':
		return action->name;
	case 'j':
		return action->subject;
	case 'c':
		return channel_name(action->channel);
	case 'i':
		snprintf(number, room, "%" PRId64, action->into);
		return number;
	case 'l':
		if (!action->incident_id)
			return NULL;
		snprintf(number, room, "%" PRId64, action->incident_id);
		return number;
	case 'q':
		return *action->incident_request ? action->incident_request : NULL;
	case 'g':
		return action->wait_goes_on ? "t" : "f";
	case 'f':
		return action->attached ? names_of(call, action->attached) : NULL;
	case 'b':
		return action->attached ? contents_of(call, action->attached) : NULL;
	case 'm':
		call->macro = action->macro.name ? macro_actions_json(&action->macro) : NULL;
		return call->macro;
	default:
		return action->undoes;
	}
}

void action_call_make(struct action_call *call, const struct action *action)
{
	*call = (struct action_call){
	        .sql = calls[action->kind].sql, .names = STRBUF_INIT, .contents = STRBUF_INIT};
	for (const char *letter = calls[action->kind].parameters; *letter; letter++) {
		call->values[call->count] = parameter(call, action, *letter);
		call->count++;
	}
}

void action_call_release(struct action_call *call)
{
	strbuf_release(&call->names);
	strbuf_release(&call->contents);
	free(call->macro);
}

void action_call_result(const PGresult *result, struct action_result *out)
{
	*out = (struct action_result){.version = 0};
	if (PQresultStatus(result) != PGRES_TUPLES_OK) {
		sqlstate_error(&out->error, result);
		return;
	}
	if (PQntuples(result) == 0 || PQgetisnull(result, 0, 0)) {
		error_set(&out->error, ERROR_NOT_FOUND, "there is no ticket to take");
		return;
	}
	out->ticket_id = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
	out->version = (int32_t)strtol(PQgetvalue(result, 0, 1), NULL, 10);
	out->repeated = *PQgetvalue(result, 0, 2) == 't';
}
