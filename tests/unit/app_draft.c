/*
 * Drafts: a file that survives, a body above the cut line, a request id that outlives a broken connection.
 */
#include "app/attach.h"
#include "app/draft.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char home[64];
static int seen_version = 7, seen_messages = 3; /* of the ticket when a draft is opened */

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
	const struct draft_request request = {
	        "anna@/run/pg:5432/desk", 48213, false, seen_version, seen_messages, "Anna", "> hello\n"};
	cr_assert(draft_open(draft, &request, &found, &err), "%s", err.text);
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

Test(draft, remembers_what_its_writer_had_seen_and_which_text_was_sent)
{
	struct draft draft = {.ticket_id = 0};
	struct error err;
	use_fresh_home();
	strbuf_init(&draft.body);
	open_draft(&draft, false);
	cr_assert(draft_read(&draft, &err));
	cr_assert(draft_sending(&draft, &err));
	cr_assert_not(draft_changed_since_sent(&draft));
	draft_keep(&draft);

	seen_version = 9; /* the ticket went on meanwhile: the writer has not seen it */
	seen_messages = 4;
	open_draft(&draft, true);
	cr_assert_eq(draft.version, 7);
	cr_assert_eq(draft.messages, 3);
	cr_assert_not(draft_changed_since_sent(&draft));

	char text[300];
	snprintf(text, sizeof text, "another text\n%s\n", draft_cut_line);
	overwrite(draft.path, text);
	cr_assert(draft_read(&draft, &err));
	cr_assert(draft_changed_since_sent(&draft));
	cr_assert(draft_sending(&draft, &err), "sending again does not forget which text went first");
	cr_assert(draft_changed_since_sent(&draft));
	draft_seen(&draft, 9, 4, 1000);
	draft_sent_not(&draft);
	cr_assert_not(draft_changed_since_sent(&draft));
	draft_keep(&draft);
	open_draft(&draft, true);
	cr_assert_eq(draft.version, 9);
	cr_assert_eq(draft.seen_at, 1000);
	draft_keep(&draft);
	/* The writer's own changes he knows, unless somebody else's came between. */
	draft_own_change("anna@/run/pg:5432/desk", 48213, 11);
	open_draft(&draft, true);
	cr_assert_eq(draft.version, 9);
	draft_keep(&draft);
	draft_own_change("anna@/run/pg:5432/desk", 48213, 10);
	open_draft(&draft, true);
	cr_assert_eq(draft.version, 10);
	cr_assert_eq(draft.seen_at, 1000);
	draft_discard(&draft);
}

/* Two windows of one agent, and one file between them. */
Test(draft, of_another_console_is_not_taken_for_what_was_sent)
{
	struct draft here = {.ticket_id = 0}, there = {.ticket_id = 0};
	struct error err;
	char text[300], first[37];
	use_fresh_home();
	strbuf_init(&here.body);
	strbuf_init(&there.body);
	open_draft(&here, false);
	cr_assert(draft_read(&here, &err));
	open_draft(&there, true);
	cr_assert(draft_sending(&here, &err));
	memcpy(first, here.request_id, sizeof first);
	cr_expect(draft_sending(&there, &err));
	cr_expect_str_eq(there.request_id, first, "the same text is the same request");
	cr_expect_not(draft_changed_since_sent(&there));

	snprintf(text, sizeof text, "another text\n%s\n", draft_cut_line);
	overwrite(there.path, text);
	cr_expect(draft_read(&there, &err) && draft_sending(&there, &err));
	cr_expect(draft_changed_since_sent(&there), "what was sent under this id was the other one's text");

	draft_sent_not(&here); /* the server has it, and the file holds another text */
	cr_expect(draft_sending(&there, &err));
	cr_expect_str_neq(there.request_id, first, "that is another request");
	cr_expect_not(draft_changed_since_sent(&there));

	snprintf(text, sizeof text, "%.*s.state", (int)(strlen(there.path) - strlen(".txt")), there.path);
	unlink(text); /* the other one's was confirmed, and an editor still had the file open */
	cr_expect(draft_sending(&there, &err));
	cr_expect(draft_changed_since_sent(&there), "which text was sent is not known");
	draft_discard(&there);
	draft_keep(&here);
}

Test(draft, says_when_its_text_has_no_end_or_is_no_text)
{
	struct draft draft = {.ticket_id = 0};
	struct error err;
	use_fresh_home();
	strbuf_init(&draft.body);
	open_draft(&draft, false);
	overwrite(draft.path, "all of it\n> hello\n");
	cr_assert(draft_read(&draft, &err));
	cr_assert(draft.cut_missing);
	cr_assert_str_eq(draft.body.data, "all of it\n> hello");

	FILE *file = fopen(draft.path, "w");
	fwrite("a\0b", 1, 3, file);
	fclose(file);
	cr_assert_not(draft_read(&draft, &err));
	cr_assert_eq(err.kind, ERROR_INPUT);
	unlink(draft.path);
	cr_assert_not(draft_read(&draft, &err));
	cr_assert_eq(err.kind, ERROR_IO);
	cr_assert(draft_restore(&draft, "what was written before", &err));
	cr_assert_str_eq(draft.body.data, "what was written before");
	cr_assert_not(draft.cut_missing);
	unlink(draft.path);
	cr_assert_eq(mkfifo(draft.path, 0600), 0);
	cr_assert_not(draft_read(&draft, &err), "and nothing waits for a writer");
	draft_discard(&draft);
}

static void expect_added(const char *after, int count, const char *added)
{
	struct strbuf out = STRBUF_INIT;
	cr_expect_eq(
	        draft_added("not sent\n\n12:00  Mira\n> hello\n> bye\n", after, &out), count, "%s", after);
	cr_expect_str_eq(out.data, added);
	strbuf_release(&out);
}

Test(draft, knows_which_lines_below_the_cut_line_were_added)
{
	expect_added("not sent\n\n12:00  Mira\n> hello\n> bye\n", 0, "");
	expect_added("not sent\r\n\r\n\r\n12:00  Mira\r\n> hello  \r\n> bye", 0, "");
	expect_added("> bye\n", 0, "");
	expect_added("", 0, "");
	expect_added("not sent\n\n12:00  Mira\n> hello\nYes.\n> bye\n\nOne\nTwo  \n\n  Three\n", 4,
	        "Yes.\n\nOne\nTwo\n\n  Three\n");
	expect_added("not sent, I write here\n", 1, "not sent, I write here\n");
}

static void append(const char *path, const char *text)
{
	FILE *file = fopen(path, "a");
	cr_assert(file);
	fputs(text, file);
	fclose(file);
}

Test(draft, keeps_what_was_written_below_the_cut_line)
{
	struct draft draft = {.ticket_id = 0};
	struct error err = {ERROR_NONE, ""};
	struct strbuf file = STRBUF_INIT;
	use_fresh_home();
	strbuf_init(&draft.body);
	open_draft(&draft, false);
	cr_assert(draft_read(&draft, &err));
	cr_expect_null(draft.added);
	append(draft.path, "Good day!\n\nIt works.\n");
	draft_keep(&draft); /* the console ended before it saw it */

	open_draft(&draft, true);
	cr_assert(draft_read(&draft, &err));
	cr_assert_str_eq(draft.added, "Good day!\n\nIt works.\n");
	cr_expect_eq(draft.added_lines, 2);
	cr_expect_str_eq(draft.body.data, "Anna");
	cr_assert(draft_write(&draft, "A macro's text", "> hello again\n", &err));
	cr_assert_str_eq(draft.added, "Good day!\n\nIt works.\n", "below the new text it stands still");
	cr_assert(draft_make_internal(&draft, &err) && draft_make_internal(&draft, &err));
	cr_assert(draft_read(&draft, &err) && draft.added, "renamed with all that belongs to it");

	cr_assert(draft_move_up(&draft, "Good day!\n\nIt works.\n\nAnna", &err), "%s", err.text);
	cr_expect(draft.moved_up);
	cr_expect_null(draft.added);
	cr_expect_str_eq(draft.body.data, "Good day!\n\nIt works.\n\nAnna");
	cr_assert(draft_file_get(draft.path, &file, &err));
	cr_expect(strstr(file.data, "> hello again"), "%s", file.data);
	const char *once = strstr(file.data, "It works.");
	cr_expect(once && !strstr(once + 1, "It works."), "%s", file.data);
	cr_assert(draft_read(&draft, &err));
	cr_expect_not(draft.moved_up);
	char *below = draft.path;
	strbuf_clear(&file);
	strbuf_addf(&file, "%.*s.below", (int)(strlen(below) - strlen(".txt")), below);
	cr_expect_eq(access(file.data, F_OK), 0);
	draft_discard(&draft);
	cr_expect_neq(access(file.data, F_OK), 0, "nothing of it is left");
	strbuf_release(&file);
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
	const struct draft_request request = {"anna@/run/pg:5432/desk", 48213, true, 7, 3, "", ""};
	cr_assert(draft_open(&note, &request, &found, &err));
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
	const struct draft_request request = {"x", 1, false, 1, 1, "", ""};
	cr_assert_not(draft_open(&draft, &request, &found, &err));
	cr_assert_eq(err.kind, ERROR_IO);
	cr_assert(strstr(err.text, "/proc/nowhere"), "%s", err.text);
	cr_assert_eq(draft.ticket_id, 0);
}

/* What a macro does goes where the draft goes: into another console, into a note, and away with it. */
Test(draft, keeps_what_its_macros_do)
{
	struct draft draft = {.ticket_id = 0};
	struct error err = {ERROR_NONE, ""};
	struct strbuf words = STRBUF_INIT;
	const struct macro_actions first = {.name = (char[]){"A"}, .tags_add = (char[]){"delay"}},
	                           second = {.name = (char[]){"B"},
	                                   .sets_priority = true,
	                                   .priority = PRIORITY_HIGH};
	use_fresh_home();
	strbuf_init(&draft.body);
	open_draft(&draft, false);
	cr_assert(draft_write(&draft, "Text of a macro", "> below", &err), "%s", err.text);
	cr_assert(draft_add_macro(&draft, &first, &err) && draft_add_macro(&draft, &second, &err));
	draft_keep(&draft);
	cr_expect_not(draft.macro.name);

	open_draft(&draft, true);
	cr_expect_str_eq(draft.body.data, "Text of a macro");
	cr_assert(draft_make_internal(&draft, &err), "%s", err.text);
	draft_keep(&draft);
	open_draft(&draft, false); /* a reply again: nothing of the note's is in it */
	cr_expect_not(draft.macro.name);
	draft_discard(&draft);
	bool found;
	const struct draft_request note = {.place = "anna@/run/pg:5432/desk",
	        .ticket_id = 48213,
	        .internal = true,
	        .signature = "",
	        .below = ""};
	cr_assert(draft_open(&draft, &note, &found, &err) && found);
	macro_actions_words(&draft.macro, &words);
	cr_expect_str_eq(words.data, "high, +delay");
	cr_expect_str_eq(draft.macro.name, "A + B");

	draft_drop_macro(&draft);
	draft_keep(&draft);
	cr_assert(draft_open(&draft, &note, &found, &err) && found && !draft.macro.name);
	cr_assert(draft_add_macro(&draft, &first, &err));
	draft_discard(&draft);
	cr_assert(draft_open(&draft, &note, &found, &err) && !found && !draft.macro.name);
	draft_discard(&draft);
	strbuf_release(&words);
}

/* ---- the files beside it ---------------------------------------------------------------------------- */

static void put_file(const struct draft *draft, const char *name, const char *text)
{
	char path[400];
	snprintf(path, sizeof path, "%.*s.files", (int)strlen(draft->path) - 4, draft->path);
	mkdir(path, 0700);
	snprintf(path + strlen(path), sizeof path - strlen(path), "/%s", name);
	overwrite(path, text);
}

Test(draft, counts_its_files_without_an_end)
{
	struct draft draft = {.ticket_id = 0};
	struct attached_files files;
	use_fresh_home();
	strbuf_init(&draft.body);
	open_draft(&draft, false);
	put_file(&draft, "100 c.txt", "c");
	put_file(&draft, "01 a.txt", "a");
	put_file(&draft, "99 b.txt", "b");
	put_file(&draft, "new-17", "a copy that is not whole");
	put_file(&draft, " 7 x", "x");
	put_file(&draft, "99999999999999999999 x", "x");
	draft_files_read(&draft, &files);
	cr_assert_eq(files.count, 3);
	cr_expect_eq(files.list[1].number, 99);
	cr_expect_eq(files.list[2].number, 100);
	cr_expect_str_eq(files.list[2].name, "c.txt");
	draft_files_release(&files);
	draft_discard(&draft);
}

/* What another console does to the draft on the disk is told from what was shown. */
Test(draft, is_as_it_was_shown_or_not)
{
	struct draft draft = {.ticket_id = 0};
	struct error err;
	const struct macro_actions macro = {.name = (char[]){"A"}, .tags_add = (char[]){"delay"}};
	char text[300];
	use_fresh_home();
	strbuf_init(&draft.body);
	open_draft(&draft, false);
	cr_assert(draft_write(&draft, "Shown", "", &err));
	cr_expect_not(draft_is_as_shown(&draft), "nothing was shown yet");
	draft_shown(&draft);
	draft_seen(&draft, 9, 9, 9);
	cr_expect(draft_is_as_shown(&draft), "what its writer has seen of the ticket is not sent");

	put_file(&draft, "01 a.txt", "a");
	cr_expect_not(draft_is_as_shown(&draft));
	draft_shown(&draft);
	put_file(&draft, "01 new", "b");
	draft_shown(&draft);
	put_file(&draft, "01 new", "c");
	cr_expect_not(draft_is_as_shown(&draft), "another file of the same name and size");
	draft_shown(&draft);
	cr_assert(draft_add_macro(&draft, &macro, &err));
	cr_expect_not(draft_is_as_shown(&draft), "what a macro does");
	draft_shown(&draft);

	snprintf(text, sizeof text, "Another\n%s\n", draft_cut_line);
	overwrite(draft.path, text);
	cr_expect_not(draft_is_as_shown(&draft));
	char sent_as[37];
	memcpy(sent_as, draft.request_id, sizeof sent_as);
	cr_expect_not(draft_discard_sent(&draft), "that was not sent");
	cr_expect_str_neq(draft.request_id, sent_as);
	cr_assert(draft_read_again(&draft, &err));
	cr_expect_str_eq(draft.body.data, "Another");

	draft_shown(&draft);
	put_file(&draft, "02 b.txt", "b");
	draft_files_shown(&draft);
	cr_expect(draft_is_as_shown(&draft), "a file came");
	overwrite(draft.path, "Written while it came");
	put_file(&draft, "03 c.txt", "c");
	draft_files_shown(&draft);
	cr_expect_not(draft_is_as_shown(&draft), "the text is not taken for the one that was shown");
	draft_shown(&draft);
	unlink(draft.path);
	cr_expect(draft_is_gone(&draft));
	cr_assert(draft_put_back(&draft, &err));
	cr_expect(draft_changed_since_sent(&draft), "it is not known whether this one was sent");
	draft_shown(&draft);
	cr_expect(draft_discard_sent(&draft));
	cr_expect_null(draft_exists("anna@/run/pg:5432/desk", 48213));
}

/* What is not here is known, beside what is: until it comes, is taken off, or goes on to the next machine. */
Test(draft, knows_which_of_its_files_are_elsewhere)
{
	struct draft draft = {.ticket_id = 0};
	struct attached_files files;
	struct attached *attached;
	struct beside beside;
	struct error err = {ERROR_NONE, ""};
	use_fresh_home();
	strbuf_init(&draft.body);
	open_draft(&draft, false);
	beside_read(
	        "[{\"name\": \"../own.txt\", \"size\": 7}, {\"name\": \"back.csv\", \"size\": 3, \"part\": 2, \"id\": 17},"
	        " {\"name\": \"far.txt\", \"size\": 8, \"host\": \"host 0\"}, {\"size\": 1}]",
	        &beside);
	cr_assert_eq(beside.count, 3, "what has no name is none of ours");
	cr_assert(draft_files_expect(draft.path, &beside, "desk", &err), "%s", err.text);
	beside_release(&beside);
	draft_files_read(&draft, &files);
	cr_assert_eq(files.count, 3);
	cr_expect_str_eq(files.list[0].name, "own.txt");
	cr_expect_str_eq(files.list[0].host, "desk");
	cr_expect(files.list[1].missing && !files.list[1].host && files.list[1].attachment == 17);
	cr_expect_str_eq(files.list[2].host, "host 0");
	cr_assert(draft_files_load(&draft, &attached, &err) && !attached, "nothing of it is here");

	draft_shown(&draft);
	cr_assert(draft_files_came(files.list[1].path, "a;b", 3, &err), "%s", err.text);
	cr_expect_not(draft_is_as_shown(&draft), "a file that came was not shown");
	cr_expect(draft_files_came(files.list[1].path, "x", 1, &err),
	        "it has come: nothing is missing any more");
	draft_files_release(&files);
	cr_assert(draft_files_load(&draft, &attached, &err) && attached->count == 1);
	cr_expect_str_eq(attached->files[0].name, "back.csv");
	attached_drop(attached);
	draft_files_told(&draft, &beside);
	char *told = beside_json(&beside);
	cr_expect_str_eq(told,
	        "[{\"host\":\"desk\",\"name\":\"own.txt\",\"size\":7},{\"name\":\"back.csv\",\"part\":2,\"size\":3},"
	        "{\"host\":\"host 0\",\"name\":\"far.txt\",\"size\":8}]",
	        "%s", told);
	free(told);
	beside_release(&beside);
	draft_discard(&draft);
}
