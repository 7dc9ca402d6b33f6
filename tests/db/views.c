/* Saved views: whose they are, who may change the shared ones, and that every console hears of a change. */
#include "support/helpdesk.h"

#include <criterion/criterion.h>
#include <string.h>

/* "name(filter)" of all that the session's login may use; a shared one has a star. */
static const char *views(PGconn *conn)
{
	return testdb_text(conn,
	        "SELECT coalesce(string_agg(name || CASE WHEN shared THEN '*' ELSE '' END || '(' || filter || ')', ' '), '')"
	        " FROM view_list()");
}

Test(views, own_ones_are_own_and_shared_ones_are_the_leads)
{
	PGconn *owner = helpdesk_create();
	testdb_login(owner, "vera", "viewer");
	PGconn *anna = testdb_connect("anna"), *ben = testdb_connect("ben"), *lena = testdb_connect("lena"),
	       *vera = testdb_connect("vera");
	int64_t revision = testdb_int(owner, "SELECT directory_revision FROM console_sync");
	testdb_exec(anna, "SELECT view_save('Billing', 'tag:billing', '-age', 'id age subject')");
	cr_expect_gt(testdb_int(owner, "SELECT directory_revision FROM console_sync"), revision,
	        "the consoles read the list again");
	testdb_exec(ben, "SELECT view_save('Billing', 'billing', '', '')");
	testdb_exec(lena, "SELECT view_save('night', 'prio:urgent', 'due', '', true)");
	cr_expect_str_eq(views(anna), "Billing(tag:billing) night*(prio:urgent)");
	cr_expect_str_eq(views(ben), "Billing(billing) night*(prio:urgent)");
	cr_expect_str_eq(views(vera), "night*(prio:urgent)", "a viewer has the shared ones");
	cr_expect_str_eq(
	        testdb_text(anna, "SELECT sort || ' ' || columns FROM view_list() WHERE name = 'Billing'"),
	        "-age id age subject");

	/* The one of the same name is changed, not made again; one's own comes before the shared one. */
	testdb_exec(anna, "SELECT view_save('Billing', 'org:kite', '', '')");
	testdb_exec(anna, "SELECT view_save('night', 'prio:high', '', '')");
	cr_expect_str_eq(views(anna), "Billing(org:kite) night(prio:high) night*(prio:urgent)");
	cr_expect_str_eq(views(ben), "Billing(billing) night*(prio:urgent)");

	testdb_refused(anna, "SG002", "SELECT view_save('x', '', '', '', true)");
	testdb_refused(ben, "SG002", "SELECT view_delete('night')");
	testdb_refused(vera, "42501", "SELECT view_save('x', '', '', '')");
	cr_expect_str_eq(testdb_refused(ben, "SG003", "SELECT view_delete('Nacht')"),
	        "there is no view \"Nacht\"; there is \"Billing\", \"night\"");
	cr_expect_str_eq(testdb_text(anna, "SELECT view_delete('night')"), "f", "her own one goes");
	cr_expect_str_eq(views(anna), "Billing(org:kite) night*(prio:urgent)");
	cr_expect_str_eq(testdb_text(lena, "SELECT view_delete('night')"), "t");
	cr_expect_str_eq(views(anna), "Billing(org:kite)");

	/* A view that its owner shares is not his own any more beside it. */
	testdb_exec(lena, "SELECT view_save('week', 'age<7d', '', '')");
	testdb_exec(lena, "SELECT view_save('week', 'age<7d', '', '', true)");
	cr_expect_str_eq(views(lena), "week*(age<7d)");

	static const char *const bad[] = {
	        "''", "' '", "' x'", "E'a\\nb'", "'mine'", "'save'", "repeat('x', 61)"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		testdb_refused(anna, "SG004", "SELECT view_save(%s, '', '', '')", bad[i]);
	testdb_refused(anna, "SG004", "SELECT view_save('long', repeat('x', 2001), '', '')");
}
