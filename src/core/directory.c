/*
 * Six arrays sorted by id and one binary search. Every element begins with its id, which is what lets one search
 * and one comparison serve them all (checked below).
 */
#include "core/directory.h"

#include "base/alloc.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static_assert(offsetof(struct plan, id) == 0 && offsetof(struct organization, id) == 0 &&
                      offsetof(struct agent, id) == 0 && offsetof(struct team, id) == 0 &&
                      offsetof(struct incident, id) == 0 && offsetof(struct calendar, id) == 0,
        "the search reads an element's id at its beginning");

void directory_init(struct directory *directory)
{
	*directory = (struct directory){0};
}

void directory_release(struct directory *directory)
{
	for (size_t i = 0; i < directory->plan_count; i++) {
		free(directory->plans[i].name);
		free(directory->plans[i].short_name);
		free(directory->plans[i].entitlements);
	}
	for (size_t i = 0; i < directory->organization_count; i++) {
		free(directory->organizations[i].name);
		free(directory->organizations[i].csm);
		free(directory->organizations[i].analyst);
	}
	for (size_t i = 0; i < directory->agent_count; i++) {
		free(directory->agents[i].login);
		free(directory->agents[i].name);
	}
	for (size_t i = 0; i < directory->team_count; i++)
		free(directory->teams[i].name);
	for (size_t i = 0; i < directory->incident_count; i++)
		free(directory->incidents[i].title);
	for (size_t i = 0; i < directory->calendar_count; i++) {
		free(directory->calendars[i].name);
		free(directory->calendars[i].zone);
		timeline_release(&directory->calendars[i].line);
	}
	free(directory->plans);
	free(directory->organizations);
	free(directory->agents);
	free(directory->teams);
	free(directory->incidents);
	free(directory->calendars);
	directory_init(directory);
}

/* Makes room for one more element; the capacity is the next power of two. Returns the new last element. */
static void *append(void *array_pointer, size_t *count, size_t size)
{
	void **array = array_pointer;
	if (!(*count & (*count - 1)))
		*array = alloc_grow(*array, *count ? *count * 2 : 1, size);
	return (char *)*array + size * (*count)++;
}

static char *text_of(const char *text)
{
	return alloc_copy(text ? text : "");
}

void directory_add_plan(struct directory *directory, const struct plan *plan)
{
	struct plan *added = append(&directory->plans, &directory->plan_count, sizeof *plan);
	*added = *plan;
	added->name = text_of(plan->name);
	added->short_name = text_of(plan->short_name);
	added->entitlements = text_of(plan->entitlements);
}

void directory_add_organization(struct directory *directory, const struct organization *organization)
{
	struct organization *added =
	        append(&directory->organizations, &directory->organization_count, sizeof *organization);
	*added = *organization;
	added->name = text_of(organization->name);
	added->csm = text_of(organization->csm);
	added->analyst = text_of(organization->analyst);
}

void directory_add_agent(struct directory *directory, const struct agent *agent)
{
	struct agent *added = append(&directory->agents, &directory->agent_count, sizeof *agent);
	*added = *agent;
	added->login = text_of(agent->login);
	added->name = text_of(agent->name);
}

void directory_add_team(struct directory *directory, const struct team *team)
{
	struct team *added = append(&directory->teams, &directory->team_count, sizeof *team);
	*added = *team;
	added->name = text_of(team->name);
}

void directory_add_incident(struct directory *directory, const struct incident *incident)
{
	struct incident *added = append(&directory->incidents, &directory->incident_count, sizeof *incident);
	*added = *incident;
	added->title = text_of(incident->title);
}

struct calendar *directory_add_calendar(struct directory *directory, const struct calendar *calendar)
{
	struct calendar *added = append(&directory->calendars, &directory->calendar_count, sizeof *calendar);
	*added = *calendar;
	added->name = text_of(calendar->name);
	added->zone = text_of(calendar->zone);
	timeline_init(&added->line);
	return added;
}

static int by_id(const void *a, const void *b)
{
	int32_t left = *(const int32_t *)a, right = *(const int32_t *)b;
	return (left > right) - (left < right);
}

static void sort(void *array, size_t count, size_t size)
{
	if (count)
		qsort(array, count, size, by_id);
}

void directory_sort(struct directory *directory)
{
	sort(directory->plans, directory->plan_count, sizeof *directory->plans);
	sort(directory->organizations, directory->organization_count, sizeof *directory->organizations);
	sort(directory->agents, directory->agent_count, sizeof *directory->agents);
	sort(directory->teams, directory->team_count, sizeof *directory->teams);
	sort(directory->incidents, directory->incident_count, sizeof *directory->incidents);
	sort(directory->calendars, directory->calendar_count, sizeof *directory->calendars);
}

static const void *find(const void *array, size_t count, size_t size, int32_t id)
{
	return count ? bsearch(&id, array, count, size, by_id) : NULL;
}

const struct plan *directory_plan(const struct directory *directory, int32_t id)
{
	return find(directory->plans, directory->plan_count, sizeof *directory->plans, id);
}

const struct team *directory_team(const struct directory *directory, int32_t id)
{
	return find(directory->teams, directory->team_count, sizeof *directory->teams, id);
}

const struct team *directory_team_by_name(const struct directory *directory, const char *name)
{
	for (size_t i = 0; i < directory->team_count; i++)
		if (strcmp(directory->teams[i].name, name) == 0)
			return &directory->teams[i];
	return NULL;
}

const struct incident *directory_incident(const struct directory *directory, int64_t id)
{
	if (id < 1 || id > INT32_MAX)
		return NULL;
	return find(
	        directory->incidents, directory->incident_count, sizeof *directory->incidents, (int32_t)id);
}

const struct organization *directory_organization(const struct directory *directory, int32_t id)
{
	return find(directory->organizations, directory->organization_count, sizeof *directory->organizations,
	        id);
}

const struct agent *directory_agent(const struct directory *directory, int32_t id)
{
	return find(directory->agents, directory->agent_count, sizeof *directory->agents, id);
}

const struct agent *directory_agent_by_login(const struct directory *directory, const char *login)
{
	for (size_t i = 0; i < directory->agent_count; i++)
		if (strcmp(directory->agents[i].login, login) == 0)
			return &directory->agents[i];
	return NULL;
}

const struct calendar *directory_calendar(const struct directory *directory, int32_t id)
{
	return find(directory->calendars, directory->calendar_count, sizeof *directory->calendars, id);
}
