/*
 * The demo's data hold together, and its customers' mail says after the intake's reader what was put in.
 */
#include "base/embedded.h"
#include "cmd/demo_data.h"
#include "cmd/demo_mail.h"
#include "conf/policy.h"
#include "core/macro_file.h"
#include "core/text.h"
#include "mail/mail.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct demo_person *person_of(const char *email)
{
	for (const struct demo_person *person = demo_people; person->email; person++)
		if (strcmp(person->email, email) == 0)
			return person;
	return NULL;
}

static bool is_login(const char *name)
{
	for (const struct demo_login *who = demo_logins; who->login; who++)
		if (strcmp(who->login, name) == 0)
			return true;
	return false;
}

static bool is_plan(const json_t *policy, const char *name, bool archived)
{
	size_t i;
	const json_t *plan;
	json_array_foreach(json_object_get(policy, "plans"), i, plan)
	{
		if (strcmp(json_string_value(json_object_get(plan, "name")), name) == 0 &&
		        json_is_true(json_object_get(plan, "archived")) == archived)
			return true;
	}
	return false;
}

static bool has_lines(const struct demo_line *lines, const char *language)
{
	for (; lines->language; lines++)
		if (strcmp(lines->language, language) == 0)
			return true;
	return false;
}

/* Exactly what a screen shows: nothing that the sanitiser would change. */
static void clean(const char *text)
{
	struct strbuf out = STRBUF_INIT;
	text_sanitise(&out, text, strlen(text), TEXT_KEEP_LINES);
	cr_expect_str_eq(out.data, text);
	strbuf_release(&out);
}

Test(demo, organizations_cover_all_plans)
{
	const struct embedded_file *file = embedded_find("schema/policy.conf");
	cr_assert(file);
	struct strbuf problems = STRBUF_INIT;
	json_t *policy = policy_parse(file->bytes, file->name, &problems);
	cr_assert(policy, "%s", problems.data);
	size_t i;
	const json_t *plan;
	json_array_foreach(json_object_get(policy, "plans"), i, plan)
	{
		bool used = false;
		for (const struct demo_organization *org = demo_organizations; org->name; org++)
			used = used ||
			       (strcmp(org->plan, json_string_value(json_object_get(plan, "name"))) == 0 &&
			               org->archived == json_is_true(json_object_get(plan, "archived")));
		cr_expect(used, "nobody has the plan %s", json_string_value(json_object_get(plan, "name")));
	}
	for (const struct demo_organization *org = demo_organizations; org->name; org++)
		cr_expect(is_plan(policy, org->plan, org->archived), "%s has no known plan", org->name);
	json_decref(policy);
	strbuf_release(&problems);
}

Test(demo, people_belong_to_organizations)
{
	for (const struct demo_person *person = demo_people; person->email; person++) {
		bool found = false;
		for (const struct demo_organization *org = demo_organizations; org->name; org++)
			found = found || strcmp(strchr(person->email, '@') + 1, org->domain) == 0;
		cr_expect(found, "%s belongs nowhere", person->email);
		const struct demo_line *const tables[] = {demo_follow_ups, demo_answers, demo_replies};
		for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
			cr_expect(has_lines(tables[i], person->language), "%s has nothing to say",
			        person->email);
	}
	for (const struct demo_opening *opening = demo_openings; opening->from; opening++)
		cr_expect(person_of(opening->from), "%s is nobody", opening->from);
}

static void check_ticket(const struct demo_ticket *ticket, bool waiting)
{
	cr_expect(person_of(ticket->from), "%s is nobody", ticket->from);
	cr_expect(
	        !ticket->assignee || is_login(ticket->assignee), "%s: %s", ticket->subject, ticket->assignee);
	cr_expect_eq(ticket->say[0].voice, SAYS_CUSTOMER, "%s: a customer opens it", ticket->subject);
	cr_expect_eq(ticket->status == STATUS_HOLD, ticket->hold_for != NULL, "%s: held for whom",
	        ticket->subject);
	bool waits = false, worked_on = false;
	for (const struct demo_message *message = ticket->say; message->voice != SAYS_NOTHING; message++) {
		clean(message->text);
		worked_on = worked_on || message->voice != SAYS_CUSTOMER;
		if (message->voice != SAYS_NOTE)
			waits = message->voice == SAYS_CUSTOMER;
	}
	cr_expect_eq(waits, waiting, "%s: a customer waits", ticket->subject);
	cr_expect(waits || ticket->ago > 0, "%s: when was the last message", ticket->subject);
	cr_expect(!worked_on || ticket->assignee, "%s: who worked on it", ticket->subject);
	cr_expect(ticket->status != STATUS_NEW || (!worked_on && !ticket->assignee), "%s: new",
	        ticket->subject);
	clean(ticket->subject);
}

Test(demo, tickets_say_when_and_who)
{
	size_t count = 0, statuses[STATUS_COUNT] = {0}, priorities[PRIORITY_COUNT] = {0};
	static const struct demo_ticket *const tables[] = {
	        demo_tickets_urgent, demo_tickets_normal, demo_tickets_quiet};
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		for (const struct demo_ticket *ticket = tables[i]; ticket->from; ticket++) {
			check_ticket(ticket, tables[i] != demo_tickets_quiet);
			statuses[ticket->status]++;
			priorities[ticket->priority]++;
			count++;
		}
	cr_expect_geq(count, 60);
	for (int i = 0; i < STATUS_COUNT; i++)
		cr_expect_gt(statuses[i], 0, "no ticket is %s", status_name((enum status)i));
	for (int i = 0; i < PRIORITY_COUNT; i++)
		cr_expect_gt(priorities[i], 0, "no ticket is %s", priority_name((enum priority)i));
}

/* ---- mail ------------------------------------------------------------------------------------------ */

static void through_the_reader(const struct demo_mail *sent)
{
	struct strbuf raw = STRBUF_INIT;
	demo_mail_build(sent, &raw);
	for (const char *line = raw.data; *line;) {
		size_t length = strcspn(line, "\r\n");
		cr_assert_leq(length, 78, "%.*s", (int)length, line);
		line += length;
		cr_assert(*line == '\0' || strncmp(line, "\r\n", 2) == 0, "a bare line end");
		line += *line ? 2 : 0;
	}
	const struct mail_limits limits = MAIL_LIMITS_DEFAULT;
	struct mail got;
	struct error err = {ERROR_NONE, ""};
	cr_assert(
	        mail_parse(&got, (struct slice){raw.data, raw.length}, &limits, false, &err), "%s", err.text);
	cr_expect_str_eq(got.subject, sent->subject);
	cr_expect_str_eq(got.body, sent->body);
	cr_expect_str_eq(got.from.email, sent->from_email);
	cr_expect_str_eq(got.from.name, sent->from_name);
	cr_expect_str_eq(got.in_reply_to, sent->in_reply_to);
	cr_expect_not(got.automatic, "%s", got.auto_reason);
	mail_release(&got);
	strbuf_release(&raw);
}

Test(demo, macros_can_be_used)
{
	size_t texts = 0, without = 0;
	for (const char *const *text = demo_macros; *text; text++) {
		struct macro macro;
		struct error err = {ERROR_NONE, ""};
		cr_expect(macro_file_read(*text, NULL, &macro, &err), "%s: %s", *text, err.text);
		texts += *macro.body != '\0';
		without += !*macro.body;
		for (const char *const *other = demo_macros; other < text; other++)
			cr_expect(strncmp(*other, *text, strcspn(*text, "\n") + 1) != 0, "twice: %s", *text);
		macro_release(&macro);
	}
	cr_expect(texts && without, "both kinds are shown");
}

Test(demo, mail_survives_the_reader)
{
	mail_setup();
	for (const struct demo_opening *opening = demo_openings; opening->from; opening++)
		through_the_reader(&(struct demo_mail){.from_name = person_of(opening->from)->name,
		        .from_email = opening->from,
		        .to = "support@desk.example",
		        .subject = opening->subject,
		        .in_reply_to = "",
		        .body = opening->text});
	/* Bodies and subjects of every length around the groups of three and the length of an encoded word. */
	char text[260] = "";
	for (size_t n = 1; n + 2 < sizeof text; n += 2) {
		memcpy(text + n - 1, "я", 3);
		through_the_reader(&(struct demo_mail){.from_name = "Q. \"Quote\" (x)",
		        .from_email = "q@kite.example",
		        .to = "support@desk.example",
		        .subject = text,
		        .in_reply_to = "a.b@c.example",
		        .body = text});
	}
}
