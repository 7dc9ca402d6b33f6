/*
 * Names by id: who and what the ids in a ticket row stand for, and the timelines of the calendars.
 * Small (thousands at most), replaced as a whole when the server says that it changed.
 */
#ifndef CORE_DIRECTORY_H
#define CORE_DIRECTORY_H

#include "core/timeline.h"

struct plan {
	int32_t id;
	bool archived;
	char *name;         /* "Reports & Attribution" */
	char *short_name;   /* "R&A": at most 4 cells */
	char *entitlements; /* comma separated: "tickets,chat,personal_mailbox,csm" */
};

struct organization {
	int32_t id;
	int32_t plan_id; /* 0: none */
	char *name;
	char *csm;     /* customer success manager; "" when none is assigned */
	char *analyst; /* "" when none */
};

struct agent {
	int32_t id;
	int32_t team_id;
	bool active;
	char *login; /* the PostgreSQL role */
	char *name;
};

struct team {
	int32_t id;
	char *name;
};

struct incident {
	int32_t id;
	bool closed;
	int32_t opened_by; /* an agent; 0: not known */
	instant opened_at;
	char *title;
};

struct calendar {
	int32_t id;
	int32_t revision;
	char *name;
	char *zone;
	int32_t utc_offset_s; /* of its zone, now, on the server's zone data... */
	instant steady_until; /* ...and not another one before this */
	struct timeline line;
};

/* Arrays sorted by id. Strings are owned and hostile until sanitised. */
struct directory {
	struct plan *plans;
	size_t plan_count;
	struct organization *organizations;
	size_t organization_count;
	struct agent *agents;
	size_t agent_count;
	struct team *teams;
	size_t team_count;
	struct incident *incidents;
	size_t incident_count;
	struct calendar *calendars;
	size_t calendar_count;
};

void directory_init(struct directory *directory);
void directory_release(struct directory *directory);

/* Each appends a copy; directory_sort() when all are in. */
void directory_add_plan(struct directory *directory, const struct plan *plan);
void directory_add_organization(struct directory *directory, const struct organization *organization);
void directory_add_agent(struct directory *directory, const struct agent *agent);
void directory_add_team(struct directory *directory, const struct team *team);
void directory_add_incident(struct directory *directory, const struct incident *incident);
/* The calendar starts with an empty timeline; it is returned to be filled (valid until the next add). */
struct calendar *directory_add_calendar(struct directory *directory, const struct calendar *calendar);
void directory_sort(struct directory *directory);

/* NULL when there is none of that id. */
const struct plan *directory_plan(const struct directory *directory, int32_t id);
const struct organization *directory_organization(const struct directory *directory, int32_t id);
const struct team *directory_team(const struct directory *directory, int32_t id);
const struct incident *directory_incident(const struct directory *directory, int64_t id);
const struct agent *directory_agent(const struct directory *directory, int32_t id);
const struct team *directory_team_by_name(const struct directory *directory, const char *name);
const struct agent *directory_agent_by_login(const struct directory *directory, const char *login);
const struct calendar *directory_calendar(const struct directory *directory, int32_t id);

#endif
