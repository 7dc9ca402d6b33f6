/*
 * `sandglass intake` against a real server: what it prints, what it returns, and that nothing is lost on the way.
 */
#include "support/desk.h"

#include "base/alloc.h"
#include "base/strbuf.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct post {
	struct desk desk;
	char *login;  /* a role that may hand in messages and nothing else */
	char *folder; /* for files of this test */
};

struct run {
	char *output;
	int code;
};

static struct post post_open(void)
{
	const char *host = getenv("SANDGLASS_TEST_PGHOST");
	cr_assert_not_null(host, "tests/support/run.sh starts the server");
	struct post post = {.desk = desk_open(host)};
	post.login =
	        alloc_format("host=%s user=%s_mta dbname=%s", host, post.desk.database, post.desk.database);
	desk_do(&post.desk, "CREATE ROLE %s_mta LOGIN IN ROLE sandglass_intake", post.desk.database);
	const char *work = getenv("SANDGLASS_TEST_WORK");
	post.folder = alloc_format("%s/%s", work ? work : "/tmp", post.desk.database);
	cr_assert_eq(mkdir(post.folder, 0700), 0, "%s", post.folder);
	return post;
}

static void post_close(struct post *post)
{
	desk_close(&post->desk);
	free(post->login);
	free(post->folder);
}

static char *in_folder(const struct post *post, const char *name)
{
	return alloc_format("%s/%s", post->folder, name);
}

static void write_file(const struct post *post, const char *name, const char *text)
{
	char *path = in_folder(post, name);
	FILE *file = fopen(path, "wb");
	cr_assert_not_null(file, "%s", path);
	fputs(text, file);
	fclose(file);
	free(path);
}

/* sandglass intake with these arguments (a shell's words; $F is the folder) and this input. */
static struct run intake_as(
        const struct post *post, const char *login, const char *arguments, const char *input)
{
	write_file(post, "input", input);
	char *command = alloc_format(
	        "F='%s'; exec \"$SANDGLASS_TEST_PROGRAM\" intake -d '%s' %s <\"$F/input\" 2>\"$F/errors\"",
	        post->folder, login, arguments);
	FILE *pipe = popen(command, "r");
	cr_assert_not_null(pipe);
	struct strbuf output = STRBUF_INIT;
	char buffer[4096];
	size_t got;
	while ((got = fread(buffer, 1, sizeof buffer, pipe)) > 0)
		strbuf_add(&output, buffer, got);
	int status = pclose(pipe);
	free(command);
	return (struct run){strbuf_detach(&output), WIFEXITED(status) ? WEXITSTATUS(status) : -1};
}

static void expect(
        const struct post *post, const char *arguments, const char *input, const char *output, int code)
{
	struct run run = intake_as(post, post->login, arguments, input);
	cr_expect_str_eq(run.output, output, "%s: %s instead of %s", arguments, run.output, output);
	cr_expect_eq(run.code, code, "%s: exit code %d instead of %d", arguments, run.code, code);
	free(run.output);
}

static const char first_mail[] =
        "From: Carol <carol@acme.example>\nTo: bi@owox.com\nSubject: Export\nMessage-ID: <m1@acme.example>\n"
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\nContent-Type: image/png; name=a.png\n"
        "Content-Transfer-Encoding: base64\n\nAAECAw==\n--b--\n";

Test(intake, a_conversation_from_its_first_mail_on)
{
	struct post post = post_open();
	expect(&post, "", first_mail, "created 1\n", 0);
	expect(&post, "", first_mail, "duplicate 1\n", 0);
	expect(&post, "",
	        "From: carol@acme.example\nSubject: Re: Export\nMessage-ID: <m2@acme.example>\n"
	        "In-Reply-To: <m1@acme.example>\n\nmore\n",
	        "appended 1\n", 0);
	expect(&post, "",
	        "From: carol@acme.example\nSubject: Re: Export\nMessage-ID: <m3@acme.example>\n"
	        "References: <m1@acme.example> <unknown@x>\n\nmore\n",
	        "appended 1\n", 0);
	char *token = desk_ask(&post.desk, "SELECT reply_token FROM sandglass.ticket WHERE id = 1");
	char *by_subject = alloc_format(
	        "From: carol@acme.example\nSubject: [#%s]\nMessage-ID: <m4@acme.example>\n\nmore\n", token);
	char *by_address = alloc_format(
	        "From: carol@acme.example\nTo: bi+%s@owox.com\nSubject: x\nMessage-ID: <m5@acme.example>\n\nmore\n",
	        token);
	expect(&post, "", by_subject, "appended 1\n", 0);
	expect(&post, "", by_address, "appended 1\n", 0);
	expect(&post, "",
	        "From: carol@acme.example\nMessage-ID: <m6@acme.example>\nAuto-Submitted: auto-replied\n\naway\n",
	        "ignored auto-submitted\n", 0);
	expect(&post, "",
	        "From: carol@acme.example\nMessage-ID: <m6@acme.example>\nAuto-Submitted: auto-replied\n\naway\n",
	        "duplicate of an ignored message\n", 0);
	expect(&post, "--format form", "{\"email\":\"dora@kite.example\",\"message\":\"Help\"}",
	        "created 2\n", 0);
	expect(&post, "--format form", "email=dora%40kite.example&message=More", "created 3\n", 0);
	cr_expect_eq(
	        desk_number(&post.desk,
	                "SELECT count(*) FROM sandglass.sla_clock WHERE ticket_id = 1 AND ended_at IS NULL"),
	        1);
	char *bytes = desk_ask(&post.desk,
	        "SELECT encode(content, 'hex') || ' ' || name || ' ' || type || ' ' || size FROM sandglass.attachment");
	cr_expect_str_eq(bytes, "00010203 a.png image/png 4");
	free(bytes);
	free(token);
	free(by_subject);
	free(by_address);
	post_close(&post);
}

Test(intake, limits_unreadable_and_missing_files)
{
	struct post post = post_open();
	expect(&post, "--attachment-limit 3", first_mail, "created 1\n", 0);
	char *row = desk_ask(&post.desk, "SELECT (content IS NULL) || ' ' || size FROM sandglass.attachment");
	cr_expect_str_eq(row, "true 4");
	free(row);
	expect(&post, "", "", "unreadable no message\n", 65);
	expect(&post, "", "no mail at all\n", "unreadable no header\n", 65);
	write_file(&post, "bad", "nor this\n");
	write_file(&post, "good", "From: carol@acme.example\nMessage-ID: <g@acme.example>\n\nhi\n");
	expect(&post, "\"$F/bad\" \"$F/none\" \"$F/good\"", "", "unreadable no header\ncreated 2\n", 65);
	expect(&post, "\"$F/none\" \"$F/good\"", "", "duplicate 2\n", 66);
	char *kept = desk_ask(&post.desk,
	        "SELECT string_agg(convert_from(raw, 'UTF8'), '' ORDER BY id) FROM sandglass.intake_failure");
	cr_expect_str_eq(kept, "no mail at all\nnor this\n");
	free(kept);
	expect(&post, "--format nonsense", "", "", 64);
	expect(&post, "--no-such-option", "", "", 64);
	post_close(&post);
}

Test(intake, a_server_that_is_away_or_says_no_is_75_and_takes_nothing)
{
	struct post post = post_open();
	char *nowhere = alloc_format("host=%s user=postgres dbname=postgres", post.folder);
	char *nobody = alloc_format(
	        "host=%s user=nobody_here dbname=%s", getenv("SANDGLASS_TEST_PGHOST"), post.desk.database);
	const char *const logins[] = {nowhere, nobody, post.desk.anna};
	for (size_t i = 0; i < sizeof logins / sizeof *logins; i++) {
		struct run run = intake_as(&post, logins[i], "", first_mail);
		cr_expect_str_eq(run.output, "", "%s: %s", logins[i], run.output);
		cr_expect_eq(run.code, 75, "%s: %d", logins[i], run.code);
		free(run.output);
	}
	struct run dry = intake_as(&post, nowhere, "--dry-run", first_mail);
	cr_expect_eq(dry.code, 0, "a dry run needs no server");
	cr_expect_not_null(strstr(dry.output, "\"message_id\":\"m1@acme.example\""));
	free(dry.output);
	cr_expect_eq(desk_number(&post.desk, "SELECT count(*) FROM sandglass.raw_message"), 0);
	free(nowhere);
	free(nobody);
	post_close(&post);
}

/* Ends the intake's server process after some 20 and some 200 messages; returns how often it did. */
static int break_connections(const struct post *post)
{
	struct error err;
	struct db *db = db_open(post->desk.owner, &err);
	int hits = 0;
	for (int i = 0; db && i < 3000 && hits < 2; i++) {
		struct db_result result;
		const struct db_value after = {.data = hits ? "200" : "20"};
		if (!db_query(db,
		            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = current_database() || '_mta' "
		            "AND datname = current_database() AND (SELECT count(*) FROM sandglass.raw_message) > $1::int",
		            &after, 1, &result, &err))
			break;
		hits += db_int(&result, 0, 0) > 0;
		db_result_release(&result);
		usleep(10000);
	}
	return hits;
}

Test(intake, an_mbox_goes_on_after_a_lost_connection)
{
	struct post post = post_open();
	char *path = in_folder(&post, "mbox");
	FILE *mbox = fopen(path, "wb");
	for (int i = 0; i < 400; i++)
		fprintf(mbox,
		        "From x@y Mon Nov 23 10:00:00 2026\nFrom: c%d@acme.example\nMessage-ID: <%d@acme.example>\n\nFrom here on\n\n>From there\n\n",
		        i, i);
	fclose(mbox);
	pid_t child = fork();
	if (child == 0)
		_exit(break_connections(&post));
	struct run run = intake_as(&post, post.login, "--format mbox \"$F/mbox\"", "");
	int status;
	waitpid(child, &status, 0);
	cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 2, "the connection was not broken twice");
	cr_expect_eq(run.code, 0, "%d: %s", run.code, run.output);
	int lines = 0;
	for (const char *c = run.output; *c; c++)
		lines += *c == '\n';
	cr_expect_eq(lines, 400, "%d lines", lines);
	cr_expect_eq(desk_number(&post.desk, "SELECT count(*) FROM sandglass.ticket"), 400);
	cr_expect_eq(
	        desk_number(&post.desk,
	                "SELECT count(*) FROM sandglass.message WHERE body = E'From here on\\n\\nFrom there'"),
	        400);
	free(run.output);
	free(path);
	post_close(&post);
}

static int count_files(const struct post *post, const char *folder)
{
	char *command = alloc_format("ls -A '%s/box/%s' | wc -l", post->folder, folder);
	FILE *pipe = popen(command, "r");
	int count = -1;
	cr_assert_eq(fscanf(pipe, "%d", &count), 1);
	pclose(pipe);
	free(command);
	return count;
}

Test(intake, a_maildir_that_two_empty_at_once)
{
	struct post post = post_open();
	static const char *const folders[] = {"box", "box/new", "box/cur", "box/tmp"};
	for (size_t i = 0; i < 4; i++) {
		char *path = in_folder(&post, folders[i]);
		cr_assert_eq(mkdir(path, 0700), 0);
		free(path);
	}
	for (int i = 0; i < 60; i++) {
		char *name = alloc_format("box/new/%d.x", i);
		char *text =
		        alloc_format("From: c@acme.example\nMessage-ID: <%d@acme.example>\n\nhi %d\n", i, i);
		write_file(&post, name, text);
		free(name);
		free(text);
	}
	expect(&post, "--dry-run --format maildir \"$F/box\" >/dev/null", "", "", 0);
	cr_expect_eq(count_files(&post, "new"), 60, "a dry run touches nothing");
	pid_t child = fork();
	if (child == 0) {
		struct post other = post;
		other.folder = alloc_format("%s/box/tmp", post.folder);
		struct run run = intake_as(&other, other.login, "\"$F/..\" ", "");
		_exit(run.code);
	}
	struct run run = intake_as(&post, post.login, "\"$F/box\"", "");
	int status;
	waitpid(child, &status, 0);
	cr_expect_eq(run.code, 0);
	cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	cr_expect_null(strstr(run.output, "duplicate"), "the same file was taken twice: %s", run.output);
	cr_expect_eq(count_files(&post, "new"), 0);
	cr_expect_eq(count_files(&post, "cur"), 60);
	cr_expect_eq(desk_number(&post.desk, "SELECT count(*) FROM sandglass.ticket"), 60);
	free(run.output);
	post_close(&post);
}
