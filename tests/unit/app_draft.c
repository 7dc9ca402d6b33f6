/*
 * Drafts: a file that survives, a body above the cut line, a request id that outlives a broken connection.
 */
#include "app/draft.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char home[64];

static void use_fresh_home(void)
{
	snprintf(home, sizeof home, "/tmp/sandglass-draft.XXXXXX");
	cr_assert(mkdtemp(home));
	setenv("XDG_STATE_HOME", home, 1);
}

static void overwrite(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	cr_assert(file);
	fputs(text, file);
	fclose(file);
}

static void open_draft(struct draft *draft, bool expect_found)
{
	struct error err = {ERROR_NONE, ""};
	bool found;
	cr_assert(
	        draft_open(draft, "anna@/run/pg:5432/desk", 48213, false, "Anna", "> hello\n", &found, &err),
	        "%s", err.text);
	cr_assert_eq(found, expect_found);
}

Test(draft, is_a_private_file_that_is_found_again)
{
	struct draft draft = {.ticket_id = 0};
	struct error err;
	struct stat st;
	use_fresh_home();
	strbuf_init(&draft.body);
	open_draft(&draft, false);
	cr_assert_eq(stat(draft.path, &st), 0);
	cr_assert_eq(st.st_mode & 0777, 0600);
	cr_assert(strstr(draft.path, "anna@_run_pg_5432_desk/48213-reply.txt"), "%s", draft.path);

	cr_assert(draft_read(&draft, &err));
	cr_assert_str_eq(draft.body.data, "Anna", "only the signature stands above the cut line");

	char text[400];
	snprintf(text, sizeof text, "\n\nДобрый день!\n\n  indented\n\n%s\n> hello\n", draft_cut_line);
	overwrite(draft.path, text);
	cr_assert(draft_read(&draft, &err));
	cr_assert_str_eq(draft.body.data, "Добрый день!\n\n  indented");

	draft_keep(&draft);
	cr_assert_str_eq(draft_exists("anna@/run/pg:5432/desk", 48213), "reply");
	cr_assert_null(draft_exists("anna@/run/pg:5432/other", 48213));
	open_draft(&draft, true);
	cr_assert(draft_read(&draft, &err));
	cr_assert_str_eq(draft.body.data, "Добрый день!\n\n  indented");
	draft_discard(&draft);
	cr_assert_null(draft_exists("anna@/run/pg:5432/desk", 48213));
}

Test(draft, is_sent_again_under_the_same_request_until_it_was_refused)
{
	struct draft draft = {.ticket_id = 0};
	struct error err;
	char first[37];
	use_fresh_home();
	strbuf_init(&draft.body);
	open_draft(&draft, false);
	memcpy(first, draft.request_id, sizeof first);
	cr_assert(draft_sending(&draft, &err));
	draft_keep(&draft); /* the console ended before it knew */

	open_draft(&draft, true);
	cr_assert_str_eq(draft.request_id, first);
	draft_sent_not(&draft); /* the server refused it: what is sent next is another request */
	cr_assert_str_neq(draft.request_id, first);
	draft_keep(&draft);
	open_draft(&draft, true);
	cr_assert_str_neq(draft.request_id, first);
	draft_discard(&draft);
}

Test(draft, becomes_a_note_and_never_overwrites_one)
{
	struct draft reply = {.ticket_id = 0}, note = {.ticket_id = 0};
	struct error err;
	bool found;
	use_fresh_home();
	strbuf_init(&reply.body);
	strbuf_init(&note.body);
	open_draft(&reply, false);
	cr_assert(draft_make_internal(&reply, &err));
	cr_assert(reply.internal);
	cr_assert_str_eq(draft_exists("anna@/run/pg:5432/desk", 48213), "note");
	draft_keep(&reply);

	open_draft(&reply, false);
	cr_assert(draft_open(&note, "anna@/run/pg:5432/desk", 48213, true, "", "", &found, &err));
	cr_assert(found);
	cr_assert_not(draft_make_internal(&reply, &err));
	cr_assert_eq(err.kind, ERROR_REFUSED);
	draft_discard(&reply);
	draft_discard(&note);
}

Test(draft, says_so_when_it_cannot_be_kept)
{
	struct draft draft = {.ticket_id = 0};
	struct error err = {ERROR_NONE, ""};
	bool found;
	setenv("XDG_STATE_HOME", "/proc/nowhere", 1);
	strbuf_init(&draft.body);
	cr_assert_not(draft_open(&draft, "x", 1, false, "", "", &found, &err));
	cr_assert_eq(err.kind, ERROR_IO);
	cr_assert(strstr(err.text, "/proc/nowhere"), "%s", err.text);
	cr_assert_eq(draft.ticket_id, 0);
}
