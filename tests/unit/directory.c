/* Names by id, and what a conversation holds. */
#include "core/directory.h"
#include "core/conversation.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Test(directory, finds_what_was_added)
{
	struct directory directory;
	char name[20], zone[] = "UTC";
	directory_init(&directory);
	cr_assert_null(directory_plan(&directory, 1));
	for (int i = 0; i < 100; i++) {
		int32_t id = (i * 37) % 100 + 1; /* every number from 1 to 100, in no order */
		snprintf(name, sizeof name, "n%d", id);
		directory_add_plan(&directory, &(struct plan){.id = id, .name = name, .archived = id % 2});
		directory_add_organization(
		        &directory, &(struct organization){.id = id * 2, .plan_id = id, .name = name});
		directory_add_agent(&directory, &(struct agent){.id = id, .login = name, .name = name});
		directory_add_team(&directory, &(struct team){.id = id, .name = name});
		directory_add_incident(&directory, &(struct incident){.id = id, .title = name});
		struct calendar *calendar = directory_add_calendar(
		        &directory, &(struct calendar){.id = id, .name = name, .zone = zone});
		cr_assert(timeline_add(&calendar->line, id, id + 1, 0, NULL));
	}
	directory_sort(&directory);
	for (int32_t id = 1; id <= 100; id++) {
		snprintf(name, sizeof name, "n%d", id);
		cr_assert_str_eq(directory_plan(&directory, id)->name, name);
		cr_assert_eq(directory_plan(&directory, id)->archived, id % 2);
		cr_assert_str_eq(directory_plan(&directory, id)->short_name, "", "never NULL");
		cr_assert_str_eq(directory_organization(&directory, id * 2)->name, name);
		cr_assert_null(directory_organization(&directory, id * 2 - 1));
		cr_assert_eq(directory_agent_by_login(&directory, name)->id, id);
		cr_assert_eq(directory_agent(&directory, id)->id, id);
		cr_assert_str_eq(directory.teams[id - 1].name, name);
		cr_assert_str_eq(directory_incident(&directory, id)->title, name);
		cr_assert_eq(directory_calendar(&directory, id)->line.spans[0].start, id);
	}
	cr_assert_null(directory_plan(&directory, 0));
	cr_assert_null(directory_calendar(&directory, 101));
	cr_assert_null(directory_incident(&directory, ((int64_t)1 << 32) + 1), "another number");
	cr_assert_null(directory_agent_by_login(&directory, "nobody"));
	directory_release(&directory);
	cr_assert_null(directory_plan(&directory, 1));
}

Test(directory, conversation)
{
	struct conversation conversation;
	conversation_init(&conversation);
	for (int i = 0; i < 20; i++) {
		struct entry *entry = conversation_add(&conversation);
		entry->id = i;
		entry->body = strdup("body");
		for (int j = 0; j < i % 4; j++)
			entry_add_attachment(entry)->name = strdup("name");
	}
	for (int i = 0; i < 20; i++) {
		cr_assert_eq(conversation.entries[i].id, i);
		cr_assert_eq(conversation.entries[i].attachment_count, (size_t)i % 4);
		for (int j = 0; j < i % 4; j++)
			cr_assert_str_eq(conversation.entries[i].attachments[j].name, "name");
	}
	conversation_release(&conversation);
	cr_assert_eq(conversation.count, 0);
}
