/*
 * The desk's tickets come in by the real intake function; its owner's session acts for the agents.
 */
#include "support/helpdesk.h"

#include <inttypes.h>
#include <stdio.h>

/* Plans that the agreement has not, for what the rules allow beyond it. */
static const char more_plans[] =
        "[{\"name\":\"Pause\",\"targets\":["
        "{\"metric\":\"first_reply\",\"time_s\":7200,\"calendar\":\"tickets\",\"pause_on\":[\"hold\"]},"
        "{\"metric\":\"next_reply\",\"time_s\":7200,\"calendar\":\"tickets\",\"pause_on\":[\"hold\"]}]},"
        "{\"name\":\"Solve\",\"targets\":["
        "{\"metric\":\"first_reply\",\"time_s\":7200,\"calendar\":\"tickets\"},"
        "{\"metric\":\"resolution\",\"time_s\":28800,\"calendar\":\"tickets\"}]},"
        "{\"name\":\"Page\",\"targets\":["
        "{\"metric\":\"first_reply\",\"time_s\":7200,\"calendar\":\"tickets\"},"
        "{\"metric\":\"first_reply\",\"time_s\":3600,\"calendar\":\"always\",\"priority\":\"urgent\"},"
        "{\"metric\":\"first_reply\",\"time_s\":1800,\"calendar\":\"tickets\",\"priority\":\"urgent\",\"channel\":\"phone\"}]}]";

static const struct {
	const char *organization, *plan, *archived, *domain;
} organizations[] = {
        {"Ent", "'Enterprise'", "false", "ent.test"},
        {"RA", "'Reports & Attribution'", "false", "ra.test"},
        {"MD", "'Marketing Data'", "false", "md.test"},
        {"Bus", "'Business'", "true", "bus.test"},
        {"Bas", "'Basic'", "true", "bas.test"},
        {"Cost", "'Cost Data'", "true", "cost.test"},
        {"Pause", "'Pause'", "false", "pause.test"},
        {"Solve", "'Solve'", "false", "solve.test"},
        {"Page", "'Page'", "false", "page.test"},
        {"None", "NULL", "false", "none.test"},
};

PGconn *helpdesk_create(void)
{
	PGconn *conn = testdb_create();
	testdb_exec(conn,
	        "SELECT policy_apply(jsonb_set(p, '{plans}', (p -> 'plans') || '%s')) FROM (SELECT '%s'::jsonb AS p) x",
	        more_plans, testdb_policy);
	testdb_agent(conn, "anna", false);
	testdb_agent(conn, "ben", false);
	testdb_agent(conn, "lena", true);
	for (size_t i = 0; i < sizeof organizations / sizeof *organizations; i++)
		testdb_exec(conn,
		        "SELECT organization_put('%s', %s, %s, domains => '{%s}', mailboxes => '{%s@desk.test}')",
		        organizations[i].organization, organizations[i].plan, organizations[i].archived,
		        organizations[i].domain, organizations[i].organization);
	helpdesk_act(conn, "anna");
	return conn;
}

int64_t helpdesk_mail(PGconn *conn, const char *when, const char *from, const char *id, const char *answers)
{
	return testdb_int(conn,
	        "SELECT ticket_id FROM intake_message_at('2026-%s+02', jsonb_build_object('message_id', '%s', 'in_reply_to', '%s',"
	        " 'from', jsonb_build_object('name', '', 'email', '%s'), 'to', jsonb_build_array('help@desk.test'),"
	        " 'subject', 'Help', 'body', 'Hello'), 'raw', '{}')",
	        when, id, answers, from);
}

void helpdesk_act(PGconn *conn, const char *login)
{
	testdb_exec(conn, "SET sandglass.act_as = '%s'", login);
}

const char *helpdesk_ledger(PGconn *conn, int64_t ticket)
{
	return testdb_text(conn,
	        "SELECT string_agg(metric || ' ' || CASE"
	        " WHEN outcome IS NOT NULL THEN outcome || ' ' || coalesce(elapsed_s || '/' || target_s, 'no target')"
	        " WHEN target_s IS NULL THEN 'no target'"
	        " WHEN paused_at IS NOT NULL THEN 'paused ' || target_s - used_s || ' left'"
	        " ELSE 'due ' || to_char(due_at AT TIME ZONE 'Etc/GMT-2', 'MM-DD HH24:MI')"
	        " || CASE WHEN breach_at = due_at THEN '' ELSE to_char(breach_at AT TIME ZONE 'Etc/GMT-2', ' \"breach\" MM-DD HH24:MI') END"
	        " END || CASE WHEN superseded_by IS NULL THEN '' ELSE ' aside' END, ', ' ORDER BY id)"
	        " FROM sla_clock WHERE ticket_id = %" PRId64,
	        ticket);
}
