/*
 * What a ticket is about, for whom and whose: subject, requester, the requester's organization, team.
 */
#include "app/contacts.h"
#include "app/state.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- subject ------------------------------------------------------------------------------------ */

/* Runs of blanks become one, as the server has it. */
static char *one_line(const char *text)
{
	struct strbuf out = STRBUF_INIT;
	while (*(text += strspn(text, " \t\r\n"))) {
		const size_t length = strcspn(text, " \t\r\n");
		strbuf_addf(&out, "%s%.*s", out.length ? " " : "", (int)length, text);
		text += length;
	}
	return strbuf_detach(&out);
}

static void set_subject(struct console *console, const char *text)
{
	struct action action;
	char *subject = one_line(text);
	if (!text_shows(subject)) {
		prompt_refuse(console, set_subject, text,
		        *subject ? _("the subject has no visible character") : _("the subject is empty"));
	} else if (action_begin(console, &action, ACTION_SUBJECT)) {
		char said[200];
		snprintf(said, sizeof said, _("%lld has another subject now; u takes it back"),
		        (long long)action.ticket_id);
		action.text = subject;
		subject = NULL;
		act(console, &action, &(struct deed){.said = said, .title = _("subject")});
	}
	free(subject);
}

void command_SUBJECT(struct console *console, const char *argument)
{
	if (*argument)
		set_subject(console, argument);
	else
		prompt_ask(console, _("subject: "), act_is_many(console) ? "" : console_row(console)->subject,
		        NULL, NULL, set_subject);
}

/* ---- requester ---------------------------------------------------------------------------------- */

static void set_requester(struct console *console, const char *text)
{
	struct person_typed person;
	struct action action;
	struct error err;
	if (!person_read(text, &person, &err)) {
		prompt_refuse(console, set_requester, text, err.text);
		return;
	}
	if (action_begin(console, &action, ACTION_REQUESTER)) {
		const struct contact *known = contacts_find(console, person.email);
		const char *name = *person.name ? person.name : person.rest;
		char *said = alloc_format(_("%lld: answers go to %s now; u takes it back"),
		        (long long)action.ticket_id, person.email);
		action.address = alloc_copy(person.email);
		action.name = alloc_copy(known && *known->name ? known->name : name);
		char *title = alloc_format(_("requester %s"), person.email);
		act(console, &action, &(struct deed){.said = said, .title = title});
		free(title);
		free(said);
	}
	person_release(&person);
}

void command_REQUESTER(struct console *console, const char *argument)
{
	if (*argument)
		set_requester(console, argument);
	else
		prompt_ask(
		        console, _("for whom (address, name): "), "", complete_contact, NULL, set_requester);
}

/* ---- organization ------------------------------------------------------------------------------- */

/* Of many: all open tickets of a person move with the first of them, so the others need nothing. */
static bool moves_somebody(
        struct console *console, const struct ticket_row *row, struct action *action, struct error *why)
{
	const struct bulk *bulk = &console->bulk;
	if (row->organization_id == action->organization_id)
		return error_set(why, ERROR_REFUSED, "%s", _("the requester belongs there already"));
	for (size_t i = 0; i < bulk->count && bulk->items[i].ticket_id != row->id; i++) {
		const struct ticket_row *before = queue_find(console->queue, bulk->items[i].ticket_id);
		if (before && strcmp(before->requester_email, row->requester_email) == 0)
			return error_set(why, ERROR_REFUSED, _("it goes with %lld, of the same requester"),
			        (long long)before->id);
	}
	return true;
}

static void set_organization(struct console *console, int64_t id)
{
	const struct organization *organization = directory_organization(&console->directory, (int32_t)id);
	const struct ticket_row *row = act_is_many(console) ? NULL : console_row(console);
	struct action action;
	if (!organization || !action_begin(console, &action, ACTION_ORGANIZATION))
		return;
	const char *person = "";
	if (row)
		person = *row->requester_name ? row->requester_name : row->requester_email;
	char *said = alloc_format(_("%s belongs to %s now, with all open tickets; u takes it back"), person,
	        organization->name);
	char *title = alloc_format(_("organization %s"), organization->name);
	action.text = alloc_copy(organization->name);
	action.organization_id = organization->id;
	action.plan_id = organization->plan_id;
	act(console, &action, &(struct deed){.said = said, .title = title, .fit = moves_somebody});
	free(title);
	free(said);
}

/* Moving somebody is refused by the server as well; to say so before a list is opened saves the way. */
static bool may_set(struct console *console)
{
	const struct ticket_row *row = act_is_many(console) ? NULL : console_row(console);
	const struct organization *now =
	        row ? directory_organization(&console->directory, row->organization_id) : NULL;
	if (!now || console->identity.access >= ACCESS_LEAD)
		return true;
	console_say(console, ROLE_ERROR, _("%s belongs to %s: moving somebody is a lead's to do"),
	        row->requester_email, now->name);
	return false;
}

static void ask_organization(struct console *console)
{
	const struct directory *directory = &console->directory;
	struct picker_item *items = alloc_array(directory->organization_count + 1, sizeof *items);
	for (size_t i = 0; i < directory->organization_count; i++) {
		const struct organization *organization = &directory->organizations[i];
		const struct plan *plan = directory_plan(directory, organization->plan_id);
		items[i] = (struct picker_item){.id = organization->id,
		        .text = organization->name,
		        .note = plan ? plan->name : _("no plan")};
	}
	char *title = act_is_many(console)
	                      ? alloc_format(_("the requesters of %zu marked belong to"), console->aim.count)
	                      : alloc_format(_("%s belongs to"), console_row(console)->requester_email);
	pick_open(console, title, items, directory->organization_count, NULL, set_organization);
	free(title);
	free(items);
}

size_t complete_organization(void *context, const char *text, struct candidate *out, size_t room)
{
	const struct console *console = context;
	const struct directory *directory = &console->directory;
	size_t count = 0;
	for (size_t i = 0; i < directory->organization_count && count < room; i++)
		if (text_begins(directory->organizations[i].name, text)) {
			const struct plan *plan =
			        directory_plan(directory, directory->organizations[i].plan_id);
			out[count++] = (struct candidate){
			        .text = directory->organizations[i].name, .help = plan ? plan->name : ""};
		}
	return count;
}

static const struct organization *named(const struct console *console, const char *name)
{
	const struct directory *directory = &console->directory;
	for (size_t i = 0; i < directory->organization_count; i++)
		if (strcmp(directory->organizations[i].name, name) == 0)
			return &directory->organizations[i];
	return NULL;
}

void command_ORGANIZATION(struct console *console, const char *argument)
{
	const struct organization *organization = named(console, argument);
	if (!may_set(console))
		return;
	if (!*argument)
		ask_organization(console);
	else if (organization)
		set_organization(console, organization->id);
	else
		console_say(console, ROLE_ERROR,
		        _("there is no organization \"%.80s\"; without a name a list of them opens"),
		        argument);
}

/* ---- team --------------------------------------------------------------------------------------- */

static void set_team(struct console *console, int64_t id)
{
	const struct team *team = directory_team(&console->directory, (int32_t)id);
	struct action action;
	if ((id && !team) || !action_begin(console, &action, ACTION_TEAM))
		return;
	char *said, *title;
	if (team) {
		said = alloc_format(_("%lld belongs to the team %s now; u takes it back"),
		        (long long)action.ticket_id, team->name);
		title = alloc_format(_("team %s"), team->name);
		action.text = alloc_copy(team->name);
		action.team_id = team->id;
	} else {
		said = alloc_format(
		        _("%lld belongs to no team now; u takes it back"), (long long)action.ticket_id);
		title = alloc_copy(_("no team"));
	}
	act(console, &action, &(struct deed){.said = said, .title = title});
	free(title);
	free(said);
}

static void ask_team(struct console *console)
{
	const struct directory *directory = &console->directory;
	struct picker_item *items = alloc_array(directory->team_count + 1, sizeof *items);
	for (size_t i = 0; i < directory->team_count; i++)
		items[i] = (struct picker_item){
		        .id = directory->teams[i].id, .text = directory->teams[i].name, .note = ""};
	items[directory->team_count] = (struct picker_item){.id = 0, .text = "-", .note = _("no team")};
	char *title = act_is_many(console)
	                      ? alloc_format(_("%zu marked: give them to the team"), console->aim.count)
	                      : alloc_format(_("%lld: give it to the team"), (long long)console->target);
	pick_open(console, title, items, directory->team_count + 1, NULL, set_team);
	free(title);
	free(items);
}

size_t complete_team(void *context, const char *text, struct candidate *out, size_t room)
{
	const struct console *console = context;
	const struct directory *directory = &console->directory;
	size_t count = 0;
	for (size_t i = 0; i < directory->team_count && count < room; i++)
		if (text_begins(directory->teams[i].name, text))
			out[count++] = (struct candidate){.text = directory->teams[i].name, .help = ""};
	return count;
}

void command_TEAM(struct console *console, const char *argument)
{
	const struct team *team = directory_team_by_name(&console->directory, argument);
	if (!console->directory.team_count)
		console_say(console, ROLE_HINT,
		        _("there is no team yet; sandglass agent add LOGIN --team NAME makes one"));
	else if (!*argument)
		ask_team(console);
	else if (team || strcmp(argument, "-") == 0)
		set_team(console, team ? team->id : 0);
	else
		console_say(console, ROLE_ERROR,
		        _("there is no team \"%.80s\"; without a name a list of them opens"), argument);
}
