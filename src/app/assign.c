/*
 * Giving a ticket to an agent: a list of all of them with the tickets that each has, one's own team first. A login that is
 * typed in full is always the first match, so `a`, the login and Enter need no look at the list.
 */
#include "app/state.h"

#include "base/alloc.h"
#include "base/i18n.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOBODY = 0 };

static void assign(struct console *console, int32_t agent_id)
{
	struct action action;
	char said[200], title[120];
	if (!action_begin(console, &action, ACTION_ASSIGN))
		return;
	action.assignee_id = agent_id;
	if (agent_id) {
		snprintf(said, sizeof said, C_("agent", "%lld is %s's now; u takes it back"),
		        (long long)action.ticket_id, agent_label(console, agent_id));
		snprintf(title, sizeof title, _("assign to %s"), agent_label(console, agent_id));
	} else {
		snprintf(said, sizeof said, _("%lld is nobody's now; u takes it back"),
		        (long long)action.ticket_id);
		snprintf(title, sizeof title, "%s", _("assign to nobody"));
	}
	act(console, &action, &(struct deed){.said = said, .title = title});
}

size_t complete_agent(void *context, const char *text, struct candidate *out, size_t room)
{
	const struct console *console = context;
	size_t count = 0;
	for (size_t i = 0; i < console->directory.agent_count && count < room; i++) {
		const struct agent *agent = &console->directory.agents[i];
		if (agent->active && strncmp(agent->login, text, strlen(text)) == 0)
			out[count++] = (struct candidate){.text = agent->login, .help = agent->name};
	}
	return count;
}

/* ---- the list ------------------------------------------------------------------------------------- */

struct choice {
	struct picker_item item;
	int rank;          /* 0: oneself, 1: one's team, 2: the others, 3: nobody */
	char *note, *tail; /* owned: the item's */
};

static int by_rank(const void *left, const void *right)
{
	const struct choice *a = left, *b = right;
	return a->rank != b->rank ? a->rank - b->rank : strcmp(a->item.text, b->item.text);
}

static bool is_assigned(const struct ticket_row *row, const void *context)
{
	return row->assignee_id && row->status != STATUS_CLOSED;
}

/* Of each agent of the directory, in its order. */
static size_t *open_tickets(const struct console *console)
{
	const struct directory *directory = &console->directory;
	size_t *counts = alloc_array(directory->agent_count + 1, sizeof *counts);
	struct listing *assigned = listing_new(console->queue);
	listing_filter(assigned, is_assigned, NULL);
	for (size_t i = 0; i < listing_count(assigned); i++) {
		const struct agent *agent = directory_agent(directory, listing_row(assigned, i)->assignee_id);
		if (agent)
			counts[agent - directory->agents]++;
	}
	listing_free(assigned);
	return counts;
}

static const char *team_name(const struct directory *directory, int32_t id)
{
	for (size_t i = 0; id && i < directory->team_count; i++)
		if (directory->teams[i].id == id)
			return directory->teams[i].name;
	return NULL;
}

static struct choice choice_of(const struct console *console, const struct agent *agent, size_t tickets)
{
	const char *team = team_name(&console->directory, agent->team_id);
	struct choice choice = {.item = {.id = agent->id, .text = agent->login}, .rank = 2};
	if (agent->id == console->identity.agent_id)
		choice.rank = 0;
	else if (team && agent->team_id == console->identity.team_id)
		choice.rank = 1;
	choice.note = team ? alloc_format("%s, %s", agent->name, team) : alloc_copy(agent->name);
	choice.tail = alloc_format(P_("%zu open", "%zu open", tickets), tickets);
	return choice;
}

static size_t make_choices(const struct console *console, struct choice *out)
{
	const struct directory *directory = &console->directory;
	size_t *tickets = open_tickets(console), count = 0;
	for (size_t i = 0; i < directory->agent_count; i++)
		if (directory->agents[i].active)
			out[count++] = choice_of(console, &directory->agents[i], tickets[i]);
	out[count++] = (struct choice){.item = {.id = NOBODY, .text = "-"},
	        .rank = 3,
	        .note = alloc_copy(_("nobody")),
	        .tail = NULL};
	free(tickets);
	qsort(out, count, sizeof *out, by_rank);
	return count;
}

static void chosen(struct console *console, int64_t id)
{
	assign(console, (int32_t)id);
}

static void no_such_agent(struct console *console, const char *login)
{
	char *mistake = alloc_format(_("there is no agent \"%.60s\"; - is nobody"), login);
	pick_refuse(console, mistake);
	free(mistake);
}

static void ask(struct console *console)
{
	const size_t most = console->directory.agent_count + 1;
	struct choice *choices = alloc_array(most, sizeof *choices);
	struct picker_item *items = alloc_array(most, sizeof *items);
	const size_t count = make_choices(console, choices);
	for (size_t i = 0; i < count; i++) {
		items[i] = choices[i].item;
		items[i].note = choices[i].note;
		items[i].tail = choices[i].tail;
	}
	char title[120];
	if (act_is_many(console))
		snprintf(title, sizeof title, _("%zu marked: give them to"), console->aim.count);
	else
		snprintf(title, sizeof title, _("%lld: give it to"), (long long)console->target);
	pick_open(console, title, items, count, NULL, chosen);
	pick_or(console, no_such_agent);
	for (size_t i = 0; i < count; i++) {
		free(choices[i].note);
		free(choices[i].tail);
	}
	free(choices);
	free(items);
}

void command_ASSIGN(struct console *console, const char *argument)
{
	const struct agent *agent = directory_agent_by_login(&console->directory, argument);
	if (!*argument)
		ask(console);
	else if (strcmp(argument, "-") == 0)
		assign(console, NOBODY);
	else if (agent && agent->active)
		assign(console, agent->id);
	else
		console_say(console, ROLE_ERROR, _("there is no agent \"%.60s\"; - is nobody"), argument);
}
