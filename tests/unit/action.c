/* Request ids, previews and copies of actions. */
#include "core/action.h"

#include <criterion/criterion.h>
#include <string.h>

Test(action, request_ids)
{
	static char ids[300][37];
	for (int i = 0; i < 300; i++) {
		action_make_id(ids[i]);
		cr_assert_eq(strlen(ids[i]), 36);
		cr_assert_eq(strspn(ids[i], "0123456789abcdef-"), 36, "%s", ids[i]);
		cr_assert(ids[i][8] == '-' && ids[i][13] == '-' && ids[i][18] == '-' && ids[i][23] == '-',
		        "%s", ids[i]);
		cr_assert(ids[i][14] == '4' && strchr("89ab", ids[i][19]), "%s is not of version 4", ids[i]);
		for (int j = 0; j < i; j++)
			cr_assert_str_neq(ids[i], ids[j]);
	}
}

static struct ticket_row waiting(void)
{
	return (struct ticket_row){.id = 5,
	        .version = 3,
	        .priority = PRIORITY_NORMAL,
	        .status = STATUS_NEW,
	        .metric = METRIC_FIRST_REPLY,
	        .target_s = 7200,
	        .started_at = 100,
	        .due_at = 7300,
	        .breach_at = 7300,
	        .message_count = 1,
	        .subject = "s",
	        .requester_name = "n",
	        .requester_email = "e",
	        .hold_for = ""};
}

static struct ticket_row preview(struct action action, int32_t assignee)
{
	struct ticket_row row = waiting();
	row.assignee_id = assignee;
	static struct strbuf room = STRBUF_INIT;
	action_preview(&action, 9, &row, &room);
	return row;
}

Test(action, previews)
{
	char whom[] = "facebook";
	struct ticket_row row =
	        preview((struct action){.kind = ACTION_STATUS, .status = STATUS_HOLD, .text = whom}, 0);
	cr_assert(row.status == STATUS_HOLD && row.metric == METRIC_FIRST_REPLY && row.due_at == 7300,
	        "the clock runs on");
	cr_assert_str_eq(row.hold_for, "facebook");
	row = preview((struct action){.kind = ACTION_STATUS, .status = STATUS_CLOSED}, 0);
	cr_assert(row.status == STATUS_CLOSED && row.metric == METRIC_NONE && row.due_at == INSTANT_NONE);
	row = preview((struct action){.kind = ACTION_PRIORITY, .priority = PRIORITY_URGENT}, 0);
	cr_assert(row.priority == PRIORITY_URGENT && row.due_at == 7300, "priority changes no target");
	row = preview((struct action){.kind = ACTION_ASSIGN, .assignee_id = 4}, 8);
	cr_assert_eq(row.assignee_id, 4);
	cr_assert_eq(preview((struct action){.kind = ACTION_CLAIM}, 0).assignee_id, 9);
	cr_assert_eq(preview((struct action){.kind = ACTION_CLAIM}, 0).status, STATUS_OPEN);
	row = preview((struct action){.kind = ACTION_CLAIM}, 8);
	cr_assert(row.assignee_id == 8 && row.status == STATUS_NEW, "somebody has it");
	row = preview((struct action){.kind = ACTION_REPLY, .status = STATUS_PENDING}, 0);
	cr_assert(
	        row.status == STATUS_PENDING && row.metric == METRIC_NONE && row.last_author == AUTHOR_AGENT);
	cr_assert(row.due_at == INSTANT_NONE && row.breach_at == INSTANT_NONE && row.message_count == 1,
	        "a preview is drawn again and again, so it counts nothing");
	cr_assert_eq(row.assignee_id, 9, "who answers takes what nobody has");
	row = preview((struct action){.kind = ACTION_NOTE}, 0);
	cr_assert(row.metric == METRIC_FIRST_REPLY && row.due_at == 7300 && row.status == STATUS_NEW,
	        "a note answers nobody");
	row = preview((struct action){.kind = ACTION_DISMISS}, 0);
	cr_assert(row.metric == METRIC_NONE && row.status == STATUS_NEW);
	row = preview((struct action){.kind = ACTION_SUBJECT, .text = whom}, 0);
	cr_assert_str_eq(row.subject, "facebook");
	row = preview((struct action){.kind = ACTION_REQUESTER, .address = whom}, 0);
	cr_assert(strcmp(row.requester_email, "facebook") == 0 && strcmp(row.requester_name, "") == 0 &&
	                  row.due_at == 7300,
	        "the name of the one before does not stay");
	char same[] = "e";
	row = preview((struct action){.kind = ACTION_REQUESTER, .address = same}, 0);
	cr_assert_str_eq(row.requester_name, "n", "nobody else");
	row = preview((struct action){.kind = ACTION_ORGANIZATION, .organization_id = 3, .plan_id = 4}, 0);
	cr_assert(row.organization_id == 3 && row.plan_id == 4);
	cr_assert_eq(preview((struct action){.kind = ACTION_TEAM, .team_id = 6}, 0).team_id, 6);
	row = preview((struct action){.kind = ACTION_MERGE, .into = 4}, 0);
	cr_assert(row.status == STATUS_CLOSED && row.metric == METRIC_NONE);
	char on[] = "vip", off[] = "spam";
	row = preview((struct action){.kind = ACTION_TAG, .text = on, .tags_off = off}, 0);
	cr_assert_str_eq(row.tags, "vip");
	char bq[] = "BigQuery", ben[] = "ben", name[] = "M";
	const struct macro_actions macro = {.name = name,
	        .sets_status = true,
	        .status = STATUS_HOLD,
	        .hold_for = bq,
	        .sets_priority = true,
	        .priority = PRIORITY_HIGH,
	        .tags_add = on,
	        .assignee = ben};
	static const struct {
		enum action_kind kind;
		enum status status;
		const char *hold_for;
	} with_macro[] = {{ACTION_MACRO, STATUS_HOLD, "BigQuery"}, {ACTION_NOTE, STATUS_HOLD, "BigQuery"},
	        {ACTION_REPLY, STATUS_CLOSED, ""}}; /* the outcome that the agent chose wins */
	for (size_t i = 0; i < 3; i++) {
		row = preview((struct action){.kind = with_macro[i].kind,
		                      .status = STATUS_CLOSED,
		                      .assignee_id = 4,
		                      .macro = macro},
		        0);
		cr_assert(row.priority == PRIORITY_HIGH && row.assignee_id == 4 &&
		                  row.status == with_macro[i].status,
		        "%zu", i);
		cr_assert_str_eq(row.hold_for, with_macro[i].hold_for);
		cr_assert_str_eq(row.tags, "vip");
	}
	row = preview((struct action){.kind = ACTION_MACRO, .assignee_id = 0, .macro = {.name = name}}, 8);
	cr_assert(row.assignee_id == 8 && row.priority == PRIORITY_NORMAL && row.status == STATUS_NEW,
	        "what a macro does not name stays");
	struct ticket_row untouched = waiting();
	row = preview((struct action){.kind = ACTION_UNDO}, 0);
	cr_assert(row.status == untouched.status && row.priority == untouched.priority &&
	          row.due_at == untouched.due_at);
	cr_assert_eq(row.version, 3, "the version is the server's to raise");
}

Test(action, copies_and_names)
{
	struct action action, copy;
	action_init(&action, ACTION_REPLY, 17, 4);
	action.text = strdup("body");
	action.subject = strdup("subject");
	action.name = strdup("name");
	action.address = strdup("address");
	action.tags_off = strdup("off");
	action.macro.name = strdup("M");
	action.macro.assignee = strdup("me");
	action_copy(&copy, &action);
	cr_assert_str_eq(copy.request_id, action.request_id, "the same request");
	action_release(&action);
	cr_assert(strcmp(copy.text, "body") == 0 && copy.ticket_id == 17 && copy.version == 4 &&
	          !copy.hold_for);
	cr_assert(strcmp(copy.subject, "subject") == 0 && strcmp(copy.name, "name") == 0 &&
	          strcmp(copy.address, "address") == 0 && strcmp(copy.tags_off, "off") == 0);
	action_release(&copy);
	for (enum action_kind a = 0; a < ACTION_KIND_COUNT; a++)
		for (enum action_kind b = 0; b < a; b++)
			cr_assert_str_neq(action_name(a), action_name(b));

	enum status status;
	enum priority priority;
	enum channel channel;
	enum metric metric;
	static const char *const metrics[METRIC_COUNT] = {"first_reply", "next_reply", "resolution"};
	for (int i = 0; i < STATUS_COUNT; i++)
		cr_assert(status_parse(status_name((enum status)i), &status) && (int)status == i);
	for (int i = 0; i < PRIORITY_COUNT; i++)
		cr_assert(priority_parse(priority_name((enum priority)i), &priority) && (int)priority == i);
	for (int i = 0; i < CHANNEL_COUNT; i++)
		cr_assert(channel_parse(channel_name((enum channel)i), &channel) && (int)channel == i);
	for (int i = 0; i < METRIC_COUNT; i++)
		cr_assert(metric_parse(metrics[i], &metric) && (int)metric == i);
	cr_assert(!status_parse("Open", &status) && !status_parse("", &status) &&
	          !metric_parse("none", &metric));
	cr_assert_str_eq(status_name((enum status)99), "?");
}

Test(action, parts_of_one_request_have_ids_that_follow_from_it)
{
	static const char first[] = "0b9f6a52-6c1d-4b7e-9b1c-2f3a4d5e6f70",
	                  second[] = "0b9f6a52-6c1d-4b7e-9b1c-2f3a4d5e6f71";
	enum { IDS = 400 };
	static char ids[2 * IDS][37];
	for (int i = 0; i < IDS; i++) {
		char again[37];
		action_derive_id(ids[2 * i], first, i);
		action_derive_id(ids[2 * i + 1], second, i);
		action_derive_id(again, first, i);
		cr_assert_str_eq(again, ids[2 * i], "the same text sent again is the same request");
		cr_assert(strlen(again) == 36 && again[14] == '8' && strchr("89ab", again[19]), "%s", again);
	}
	for (int i = 0; i < 2 * IDS; i++)
		for (int j = 0; j < i; j++)
			cr_assert_str_neq(ids[i], ids[j], "%d and %d", i, j);
}
