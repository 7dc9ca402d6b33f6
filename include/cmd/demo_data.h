/*
 * What the demo shows: organizations, people and tickets of an invented marketing-analytics service, and
 * what its customers and agents say while one watches. All of it is data; demo_fill.c and demo_life.c place
 * it in time. Every table ends with an entry whose first member is NULL.
 */
#ifndef CMD_DEMO_DATA_H
#define CMD_DEMO_DATA_H

#include "core/ticket.h"

#include <stdbool.h>

struct demo_organization {
	const char *name;
	const char *plan;
	bool archived;
	const char *domain;
	const char *mailbox; /* personal mailbox's local part; NULL: none */
	const char *csm;     /* "" when the plan has none */
	const char *analyst;
};

struct demo_person {
	const char *email;
	const char *name;
	const char *language; /* "ru", "uk" or "en" */
};

/* Agents are whom a console may be; leads the same with --lead; colleagues are played by demo_life.c. */
enum demo_part { DEMO_AGENT, DEMO_LEAD, DEMO_COLLEAGUE };

struct demo_login {
	const char *login;
	const char *name;
	enum demo_part part;
};

/* Who says it decides what it does: a customer opens a wait, an agent's answer ends it, a note does neither. */
enum demo_voice { SAYS_NOTHING, SAYS_CUSTOMER, SAYS_AGENT, SAYS_NOTE };

struct demo_message {
	enum demo_voice voice;
	const char *text;
	const char *file; /* an attachment's name; NULL: none */
	const char *content;
};

enum { DEMO_MESSAGES_MOST = 7 };

/*
 * A ticket is told by its state now, and its past is placed accordingly: when the last public message is the
 * customer's, `left` are the working seconds that remain (negative: breached by so many); otherwise `ago`
 * are the minutes since the last message.
 */
struct demo_ticket {
	const char *from; /* e-mail of a person */
	const char *subject;
	enum priority priority;
	enum status status;
	const char *assignee; /* login; NULL: nobody */
	int left;
	int ago;
	struct demo_message say[DEMO_MESSAGES_MOST + 1];
	const char *hold_for;
	const char *tags; /* core/tags.h; NULL: none */
	enum channel channel;
	bool mailbox; /* written to the personal mailbox */
};

extern const struct demo_organization demo_organizations[];
extern const struct demo_person demo_people[];
extern const struct demo_login demo_logins[];
extern const struct demo_ticket demo_tickets_urgent[]; /* and high: the outage among them */
extern const struct demo_ticket demo_tickets_normal[];
extern const struct demo_ticket demo_tickets_quiet[]; /* answered, held, closed */

/* As files (core/macro_file.h); shared by all. */
extern const char *const demo_macros[];

/* ---- what comes while one watches ---------------------------------------------------------------- */

struct demo_opening {
	const char *from;
	const char *subject;
	const char *text;
};

/* A sentence for a language; several per language. */
struct demo_line {
	const char *language;
	const char *text;
};

extern const struct demo_opening demo_openings[];
extern const struct demo_line demo_follow_ups[]; /* a customer who waits adds this */
extern const struct demo_line demo_answers[];    /* a customer answers the agent's question */
extern const struct demo_line demo_replies[];    /* a colleague answers a customer */
extern const struct demo_line demo_notes[];      /* a colleague notes this */

#endif
