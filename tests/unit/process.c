/* Starting other programs: what they get, what they give back, and the ways in which it fails. */
#include "base/process.h"
#include "base/alloc.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int run(const char *script, const char *input, struct strbuf *output)
{
	const char *argv[] = {"sh", "-c", script, NULL};
	const char *environment[] = {"ADDED=yes", "TAKEN", NULL};
	struct process_options options = {.argv = argv,
	        .environment = environment,
	        .directory = "/",
	        .input = input,
	        .input_length = input ? strlen(input) : 0,
	        .timeout_ms = 20000};
	struct error err = {ERROR_NONE, ""};
	int code = -1;
	cr_assert(process_run(&options, output, &code, &err), "%s: %s", script, err.text);
	return code;
}

Test(process, gives_output_and_exit_code)
{
	setenv("TAKEN", "away", 1);
	setenv("KEPT", "kept", 1);
	static const struct {
		const char *script, *input, *output;
		int code;
	} cases[] = {
	        {"echo one; echo two >&2; echo three", NULL, "one\ntwo\nthree\n", 0},
	        {"exit 75", NULL, "", 75},
	        {"kill -9 $$", NULL, "", 137},
	        {"cat", "what it reads", "what it reads", 0},
	        {"cat", NULL, "", 0}, /* /dev/null, not our terminal */
	        {"echo $ADDED $TAKEN $KEPT; pwd", NULL, "yes kept\n/\n", 0},
	        {"exit 0", "nobody reads this", "", 0},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct strbuf output = STRBUF_INIT;
		int code = run(cases[i].script, cases[i].input, &output);
		cr_assert_eq(code, cases[i].code, "%s: %d", cases[i].script, code);
		cr_assert_str_eq(output.data, cases[i].output, "%s", cases[i].script);
		strbuf_release(&output);
	}
}

/* More than a pipe holds, in both directions at once. */
Test(process, moves_much_both_ways)
{
	enum { SIZE = 400000 };
	char *input = alloc_bytes(SIZE + 1);
	memset(input, 'x', SIZE);
	struct strbuf output = STRBUF_INIT;
	cr_assert_eq(run("cat; cat >/dev/null", input, &output), 0);
	cr_assert_eq(output.length, SIZE);
	/* One that never reads ends us neither by SIGPIPE nor by waiting. */
	strbuf_clear(&output);
	cr_assert_eq(run("exec 0</dev/null; exit 3", input, &output), 3);
	strbuf_release(&output);
	free(input);
}

Test(process, says_what_failed)
{
	struct strbuf output = STRBUF_INIT;
	struct error err;
	int code;
	const char *missing[] = {"/nowhere/program", NULL};
	cr_assert_not(process_run(&(struct process_options){.argv = missing}, &output, &code, &err));
	cr_assert(strstr(err.text, "/nowhere/program") && strstr(err.text, "No such file"), "%s", err.text);

	const char *slow[] = {"sleep", "60", NULL};
	cr_assert_not(process_run(
	        &(struct process_options){.argv = slow, .timeout_ms = 300}, &output, &code, &err));
	cr_assert_eq(code, 137, "killed, and not waited for");
	strbuf_release(&output);
}

/* What we hold open stays ours, and our ignored signals are not inherited. */
Test(process, leaks_nothing)
{
	signal(SIGTERM, SIG_IGN);
	struct strbuf output = STRBUF_INIT;
	cr_assert_eq(run("kill $$; echo still here", NULL, &output), 128 + SIGTERM);
	cr_assert_str_empty(output.data);
	strbuf_release(&output);
}

Test(process, runs_on_in_a_session_of_its_own)
{
	char directory[] = "/tmp/sandglass-process.XXXXXX";
	cr_assert(mkdtemp(directory));
	const char *argv[] = {"sh", "-c", "ps -o sid= -p $$; echo $$", NULL};
	struct process_options options = {.argv = argv, .directory = directory};
	struct error err;
	pid_t child = process_start(&options, "log", &err);
	cr_assert_gt(child, 0, "%s", err.text);
	int status;
	cr_assert_eq(waitpid(child, &status, 0), child);
	char *path = alloc_format("%s/log", directory);
	char text[64] = "";
	int fd = open(path, O_RDONLY);
	cr_assert_geq(fd, 0);
	cr_assert_gt(read(fd, text, sizeof text - 1), 0);
	close(fd);
	char *end;
	long session = strtol(text, &end, 10);
	cr_assert_eq(session, (long)child);
	cr_assert_eq(strtol(end, NULL, 10), (long)child);
	unlink(path);
	rmdir(directory);
	free(path);
}

Test(process, finds_the_last_line_that_says_something)
{
	static const char *const cases[][2] = {
	        {"", ""}, {"\n\n", ""}, {"one", "one"}, {"one\ntwo\n", "two"}, {"one\ntwo\n \n\n", "two"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct strbuf output = STRBUF_INIT;
		strbuf_adds(&output, cases[i][0]);
		cr_assert_str_eq(process_last_line(&output), cases[i][1]);
		strbuf_release(&output);
	}
}
