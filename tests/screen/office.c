#include "office.h"

#include "base/alloc.h"
#include "core/civil.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

instant office_time(const char *text)
{
	struct civil civil = {0};
	cr_assert_eq(sscanf(text, "%d-%d-%d %d:%d", &civil.year, &civil.month, &civil.day, &civil.hour,
	                     &civil.minute),
	        5);
	return civil_instant(&civil, OFFICE_OFFSET_S);
}

static void add_calendar(struct office *office)
{
	struct calendar given = {.id = 1,
	        .revision = 1,
	        .name = (char[]){"tickets"},
	        .zone = (char[]){"Etc/GMT-2"},
	        .utc_offset_s = OFFICE_OFFSET_S};
	struct calendar *calendar = directory_add_calendar(&office->directory, &given);
	const instant first = office_time("2026-11-02 00:00"); /* a Monday */
	for (int day = 0; day < 60; day++)
		if (day % 7 < 5)
			timeline_add(&calendar->line, first + day * 86400 + 9 * 3600,
			        first + day * 86400 + 17 * 3600, 0, NULL);
}

static void add_names(struct office *office)
{
	static const struct plan plans[] = {
	        {1, false, (char *)"Enterprise", (char *)"Ent",
	                (char *)"tickets,chat,phone,personal_mailbox,priority_answers,csm,analyst"},
	        {2, false, (char *)"Reports & Attribution", (char *)"R&A",
	                (char *)"tickets,chat,personal_mailbox,csm"},
	        {3, false, (char *)"Marketing Data", (char *)"MD", (char *)"tickets,chat"},
	        {5, true, (char *)"Business", (char *)"Bus", (char *)"tickets,chat,personal_mailbox,csm"},
	        {6, true, (char *)"Basic", (char *)"Bas", (char *)"tickets,chat"},
	        {7, true, (char *)"Cost Data", (char *)"Cost", (char *)"tickets,chat"},
	};
	static const struct organization organizations[] = {
	        {1, 1, (char *)"Леруа", (char *)"Olga Klymenko", (char *)"Іван Петренко"},
	        {2, 1, (char *)"Novus", (char *)"Olga Klymenko", (char *)""},
	        {3, 2, (char *)"Orchid BV", (char *)"Max Weber", (char *)""},
	        {4, 5, (char *)"Kite & Co", (char *)"", (char *)""},
	        {5, 3, (char *)"Femto", (char *)"", (char *)""},
	        {6, 7, (char *)"Tallow & Daughters Ltd", (char *)"", (char *)""},
	        {7, 6, (char *)"Vantage", (char *)"", (char *)""},
	        {8, 3, (char *)"東京データ分析株式会社", (char *)"", (char *)""},
	};
	static const struct agent agents[] = {
	        {1, 1, true, (char *)"anna", (char *)"Anna Schmidt"},
	        {2, 1, true, (char *)"ben", (char *)"Ben Okafor"},
	        {3, 1, true, (char *)"svitlana", (char *)"Світлана Бондар"},
	};
	for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
		directory_add_plan(&office->directory, &plans[i]);
	for (size_t i = 0; i < sizeof organizations / sizeof *organizations; i++)
		directory_add_organization(&office->directory, &organizations[i]);
	for (size_t i = 0; i < sizeof agents / sizeof *agents; i++)
		directory_add_agent(&office->directory, &agents[i]);
	directory_add_team(&office->directory, &(struct team){OFFICE_TEAM, (char *)"Berlin"});
	directory_add_incident(&office->directory,
	        &(struct incident){.id = 12, .title = (char *)"Streaming tables are empty"});
	add_calendar(office);
	directory_sort(&office->directory);
}

struct ticket_row office_row(int64_t id, const char *subject)
{
	return (struct ticket_row){.id = id,
	        .version = 1,
	        .priority = PRIORITY_NORMAL,
	        .status = STATUS_NEW,
	        .precedence = 1,
	        .metric = METRIC_NONE,
	        .due_at = INSTANT_NONE,
	        .breach_at = INSTANT_NONE,
	        .calendar_id = 1,
	        .created_at = office_time("2026-11-20 10:00"),
	        .updated_at = office_time("2026-11-23 11:00"),
	        .last_message_at = office_time("2026-11-23 11:12"),
	        .message_count = 3,
	        .subject = subject,
	        .requester_name = "Marina Koval",
	        .requester_email = "m.koval@example.com",
	        .hold_for = ""};
}

void office_wait(struct office *office, struct ticket_row *row, const char *from, int32_t target_s)
{
	const struct calendar *calendar = directory_calendar(&office->directory, 1);
	row->metric = METRIC_FIRST_REPLY;
	row->target_s = target_s;
	row->started_at = office_time(from);
	cr_assert(timeline_add_work(
	        &calendar->line, row->started_at, target_s, &row->due_at, &row->breach_at, NULL));
}

void office_put(struct office *office, const struct ticket_row *row)
{
	queue_put(office->queue, row);
	listing_refresh(office->listing);
}

/* Hours promised, 0: nobody waits. */
static const struct {
	int64_t id;
	enum priority priority;
	enum status status;
	int agent, organization, plan, hours;
	const char *from, *subject, *hold_for;
} tickets[] = {
        {48213, PRIORITY_URGENT, STATUS_NEW, 0, 1, 1, 2, "2026-11-23 09:27",
                "Данные за ночь не загрузились в BigQuery", ""},
        {48233, PRIORITY_URGENT, STATUS_OPEN, 1, 2, 1, 2, "2026-11-23 09:50",
                "Streaming stopped after token refresh", ""},
        {48190, PRIORITY_HIGH, STATUS_OPEN, 2, 3, 2, 4, "2026-11-20 15:10",
                "Attribution model shows zero revenue", ""},
        {48207, PRIORITY_HIGH, STATUS_OPEN, 1, 4, 5, 4, "2026-11-23 09:00", "Re: export stuck at 99 %", ""},
        {48166, PRIORITY_NORMAL, STATUS_NEW, 0, 5, 3, 8, "2026-11-20 15:22", "Как подключить Google Ads?",
                ""},
        {48101, PRIORITY_NORMAL, STATUS_OPEN, 0, 6, 7, 12, "2026-11-20 14:00", "Вопрос по счёту за октябрь",
                ""},
        {48240, PRIORITY_NORMAL, STATUS_OPEN, 3, 8, 3, 8, "2026-11-23 11:30",
                "ダッシュボードの数値が合わない", ""},
        {48241, PRIORITY_NORMAL, STATUS_NEW, 0, 0, 0, 8, "2026-11-23 11:36",
                "Cookie consent 🍪 breaks the counter 👨‍👩‍👧", ""},
        {48099, PRIORITY_NORMAL, STATUS_HOLD, 2, 7, 6, 0, "", "Import of costs from Facebook fails",
                "Facebook support"},
        {48150, PRIORITY_NORMAL, STATUS_PENDING, 1, 5, 3, 0, "", "Не приходят письма с отчётами", ""},
        {48155, PRIORITY_NORMAL, STATUS_PENDING, 2, 3, 2, 0, "",
                "Cohort report: which timezone applies to the session start?", ""},
};

static void add_tickets(struct office *office)
{
	for (size_t i = 0; i < sizeof tickets / sizeof *tickets; i++) {
		struct ticket_row row = office_row(tickets[i].id, tickets[i].subject);
		row.priority = tickets[i].priority;
		row.status = tickets[i].status;
		row.assignee_id = tickets[i].agent;
		row.organization_id = tickets[i].organization;
		row.plan_id = tickets[i].plan;
		row.hold_for = tickets[i].hold_for;
		row.last_author = tickets[i].hours ? AUTHOR_CUSTOMER : AUTHOR_AGENT;
		if (tickets[i].hours)
			office_wait(office, &row, tickets[i].from, tickets[i].hours * 3600);
		queue_put(office->queue, &row);
	}
	listing_refresh(office->listing);
}

void office_add_many(struct office *office, int count)
{
	static const char *const subjects[] = {"Report for the board is empty since the weekend",
	        "Не совпадают расходы в отчёте и в кабинете", "Question about user limits of the plan",
	        "Сессии задваиваются после перехода на новый счётчик"};
	for (int i = 0; i < count; i++) {
		struct ticket_row row = office_row(50000 + i, subjects[i % 4]);
		row.status = i % 3 == 0 ? STATUS_NEW : STATUS_OPEN;
		row.assignee_id = i % 4;
		row.organization_id = i % 8 + 1;
		row.plan_id = i % 3 + 1;
		office_wait(office, &row, "2026-11-23 11:00", 28800 + i * 60);
		queue_put(office->queue, &row);
	}
	listing_refresh(office->listing);
}

struct entry *office_say(struct office *office, enum entry_kind kind, enum author_kind side,
        const char *author, const char *at, const char *body)
{
	struct entry *entry = conversation_add(&office->conversation);
	entry->id = (int64_t)office->conversation.count;
	entry->kind = kind;
	entry->author_kind = side;
	entry->author = alloc_copy(author);
	entry->at = office_time(at);
	entry->body = alloc_copy(body);
	return entry;
}

static void attach(struct entry *entry, const char *name, const char *type, int64_t size, bool stored)
{
	struct attachment *attachment = entry_add_attachment(entry);
	attachment->id = 16 + (int64_t)entry->attachment_count;
	attachment->name = alloc_copy(name);
	attachment->type = alloc_copy(type);
	attachment->size = size;
	attachment->stored = stored;
}

static void add_conversation(struct office *office)
{
	office->conversation.ticket_id = 48213;
	struct entry *entry = office_say(office, ENTRY_PUBLIC, AUTHOR_CUSTOMER, "Марина Коваль",
	        "2026-11-23 09:27",
	        "Добрый день!\n\nС 02:00 таблицы сессий пустые, отчёты для совета директоров через час. Подробности в журнале: "
	        "https://status.example.com/incidents/2026-11-23/streaming-tables-are-empty?project=leroy-merlin-production.\n\n"
	        "Марина");
	attach(entry, "sessions.csv", "text/csv", 12345, true);
	attach(entry, "запись экрана.mov", "video/quicktime", 48200000, false);
	office_say(office, ENTRY_EVENT, AUTHOR_SYSTEM, "anna", "2026-11-23 09:40",
	        "set priority normal -> urgent");
	office_say(
	        office, ENTRY_EVENT, AUTHOR_SYSTEM, "anna", "2026-11-23 09:41", "linked it to incident 12");
	office_say(office, ENTRY_NOTE, AUTHOR_AGENT, "Anna Schmidt", "2026-11-23 09:44",
	        "Same token problem as 48233. Ben is on the phone with their CSM; do not promise a time yet.");
	office_say(office, ENTRY_PUBLIC, AUTHOR_AGENT, "Ben Okafor", "2026-11-23 09:58",
	        "Здравствуйте, Марина!\n\nМы видим проблему и уже занимаемся ей.\n\n> С 02:00 таблицы сессий пустые, отчёты для совета "
	        "директоров через час.\n> Подробности в журнале\n\nBen");
	entry = office_say(office, ENTRY_PUBLIC, AUTHOR_CUSTOMER, "Марина Коваль", "2026-11-23 11:12",
	        "Есть новости? Совет через полчаса.");
	entry->unread = true;
}

void office_open(struct office *office)
{
	office->now = office_time("2026-11-23 11:41");
	directory_init(&office->directory);
	add_names(office);
	office->queue = queue_new();
	office->listing = listing_new(office->queue);
	add_tickets(office);
	conversation_init(&office->conversation);
	add_conversation(office);
}

void office_close(struct office *office)
{
	conversation_release(&office->conversation);
	listing_free(office->listing);
	queue_free(office->queue);
	directory_release(&office->directory);
}
