/*
 * A small support desk to test on: the agreement's policy, one organization for each plan, three agents. Days and hours
 * are those of the agreement's calendar (UTC+2); "11-23 10:00" is in 2026, a Monday.
 */
#ifndef TESTS_HELPDESK_H
#define TESTS_HELPDESK_H

#include "support/testdb.h"

/*
 * A fresh database with agents anna, ben and the lead lena. Organizations, each with the domain NAME.test in small letters:
 * Ent (Enterprise), RA, MD, Bus, Bas, Cost by the agreement, and four more plans of 2 h:
 *   Pause     both reply clocks pause on hold
 *   Solve     has a resolution target of 8 h, which pauses by default on pending and hold
 *   Page      the urgent ones have 1 h, by the phone 30 min
 *   None      an organization without a plan
 */
PGconn *helpdesk_create(void);

/* A mail comes in; `answers` is the id of the message that it answers, "" for none. Returns the ticket. */
int64_t helpdesk_mail(PGconn *conn, const char *when, const char *from, const char *id, const char *answers);

/* The session, which is the owner's, acts for this agent from now on. */
void helpdesk_act(PGconn *conn, const char *login);

/*
 * The ticket's ledger in one line, oldest wait first, parted by ", ":
 *   "first_reply met 3600/7200", "next_reply due 11-23 12:00", "... breach 11-24 09:00" when that is another instant,
 *   "... paused 1800 left", "... aside" for one that a merge has set aside, "... no target".
 */
const char *helpdesk_ledger(PGconn *conn, int64_t ticket);

#endif
