/*
 * Starting other programs.
 *
 * fork and exec by hand, and not posix_spawn, because the child has to give up root between the two. A
 * failure before exec travels back through a close-on-exec pipe as an errno: when the pipe closes with
 * nothing in it, the program runs. Input and output are moved by one poll loop, so neither side can block
 * the other.
 */
#include "base/process.h"

#include "base/alloc.h"
#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OUTPUT_MOST = 1 << 20 };

extern char **environ;

/* ---- the child's side: only async-signal-safe calls between fork and exec ----------------------- */

struct plan {
	const struct process_options *options;
	char **environment;
	int in, out;     /* become 0 and 1+2; in -1: /dev/null; out -1: the log */
	const char *log; /* NULL: `out` is used */
	bool session;
	int report; /* errno goes here when exec does not happen */
};

static bool become(const struct process_user *user)
{
	if (!user->change)
		return true;
	return setgroups(0, NULL) == 0 && setresgid(user->gid, user->gid, user->gid) == 0 &&
	       setresuid(user->uid, user->uid, user->uid) == 0;
}

static bool place_descriptors(const struct plan *plan)
{
	int in = plan->in >= 0 ? plan->in : open("/dev/null", O_RDONLY | O_CLOEXEC);
	int out = plan->out;
	if (plan->log)
		out = open(plan->log, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
	return in >= 0 && out >= 0 && dup2(in, 0) >= 0 && dup2(out, 1) >= 0 && dup2(out, 2) >= 0;
}

static void default_signals(void)
{
	struct sigaction standard = {.sa_handler = SIG_DFL};
	for (int signal = 1; signal < NSIG; signal++)
		sigaction(signal, &standard, NULL);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void run_child(const struct plan *plan)
{
	const struct process_options *options = plan->options;
	default_signals();
	if ((!plan->session || setsid() >= 0) && become(&options->user) &&
	        (!options->directory || chdir(options->directory) == 0) && place_descriptors(plan)) {
		environ = plan->environment;
		execvp(options->argv[0], (char *const *)(uintptr_t)options->argv);
	}
	int reason = errno;
	ssize_t written = write(plan->report, &reason, sizeof reason);
	_exit(written == sizeof reason ? 127 : 126);
}

/* ---- our side ---------------------------------------------------------------------------------- */

static bool names_same(const char *a, const char *b)
{
	size_t length = strcspn(a, "=");
	return length == strcspn(b, "=") && memcmp(a, b, length) == 0;
}

/* Our environment with the changes made; the array is the caller's, the strings are not. */
static char **make_environment(const char *const *changes)
{
	size_t count = 0, more = 0;
	while (environ[count])
		count++;
	while (changes && changes[more])
		more++;
	char **made = alloc_array(count + more + 1, sizeof *made);
	size_t filled = 0;
	for (size_t i = 0; i < count; i++) {
		bool changed = false;
		for (size_t j = 0; j < more && !changed; j++)
			changed = names_same(environ[i], changes[j]);
		if (!changed)
			made[filled++] = environ[i];
	}
	for (size_t j = 0; j < more; j++)
		if (strchr(changes[j], '='))
			made[filled++] = (char *)(uintptr_t)changes[j];
	return made;
}

static void close_both(int ends[2])
{
	for (int i = 0; i < 2; i++)
		if (ends[i] >= 0)
			close(ends[i]);
	ends[0] = ends[1] = -1;
}

/* Forks and waits until exec has happened or failed. Closes the child's ends of nothing. */
static pid_t launch(struct plan *plan, struct error *err)
{
	int report[2];
	if (pipe2(report, O_CLOEXEC) != 0) {
		error_errno(err, ERROR_IO, "cannot start %s", plan->options->argv[0]);
		return -1;
	}
	plan->report = report[1];
	plan->environment = make_environment(plan->options->environment);
	pid_t child = fork();
	if (child == 0)
		run_child(plan);
	int reason = child < 0 ? errno : 0;
	close(report[1]);
	if (child > 0) {
		ssize_t got;
		do
			got = read(report[0], &reason, sizeof reason);
		while (got < 0 && errno == EINTR);
		if (got == (ssize_t)sizeof reason) {
			waitpid(child, NULL, 0);
			child = -1;
		} else {
			reason = 0;
		}
	}
	close(report[0]);
	free(plan->environment);
	if (child < 0) {
		errno = reason;
		error_errno(err, ERROR_IO, "cannot start %s", plan->options->argv[0]);
	}
	return child;
}

static int wait_for(pid_t child)
{
	int status = 0;
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Writes what the pipe takes; closes it at the end of the input or when the reader has gone. */
static void feed(int *fd, const char **rest, size_t *left)
{
	ssize_t put = write(*fd, *rest, *left);
	if (put > 0) {
		*rest += put;
		*left -= (size_t)put;
	}
	if (*left == 0 || (put < 0 && errno != EAGAIN && errno != EINTR)) {
		close(*fd);
		*fd = -1;
	}
}

/* False at the end of the output. */
static bool collect(int fd, struct strbuf *output)
{
	char chunk[4096];
	ssize_t got = read(fd, chunk, sizeof chunk);
	if (got > 0 && output->length < OUTPUT_MOST)
		strbuf_add(output, chunk, (size_t)got);
	return got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN));
}

/* Moves input and output until the output ends. False when the time is up. */
static bool converse(const struct process_options *options, int *in, int out, struct strbuf *output)
{
	const char *rest = options->input;
	size_t left = options->input ? options->input_length : 0;
	int64_t deadline = options->timeout_ms ? clock_ms() + options->timeout_ms : INT64_MAX;
	if (*in >= 0 && left == 0) {
		close(*in);
		*in = -1;
	}
	for (;;) {
		int64_t remaining = deadline == INT64_MAX ? -1 : deadline - clock_ms();
		if (deadline != INT64_MAX && remaining <= 0)
			return false;
		struct pollfd fds[2] = {{out, POLLIN, 0}, {*in, POLLOUT, 0}};
		if (poll(fds, 2, (int)remaining) < 0 && errno != EINTR)
			return false;
		if (*in >= 0 && fds[1].revents)
			feed(in, &rest, &left);
		if (fds[0].revents && !collect(out, output))
			return true;
	}
}

bool process_run(
        const struct process_options *options, struct strbuf *output, int *exit_code, struct error *err)
{
	int in[2] = {-1, -1}, out[2] = {-1, -1};
	if ((options->input && pipe2(in, O_CLOEXEC) != 0) || pipe2(out, O_CLOEXEC) != 0) {
		close_both(in);
		return error_errno(err, ERROR_IO, "cannot start %s", options->argv[0]);
	}
	struct plan plan = {.options = options, .in = in[0], .out = out[1]};
	pid_t child = launch(&plan, err);
	if (child < 0) {
		close_both(in);
		close_both(out);
		return false;
	}
	close(out[1]);
	if (in[0] >= 0) {
		close(in[0]);
		fcntl(in[1], F_SETFL, O_NONBLOCK);
	}
	/* A program that stops reading must not end us. */
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
	sigaction(SIGPIPE, &ignore, &before);
	bool in_time = converse(options, &in[1], out[0], output);
	sigaction(SIGPIPE, &before, NULL);
	if (in[1] >= 0)
		close(in[1]);
	close(out[0]);
	if (!in_time)
		kill(child, SIGKILL);
	*exit_code = wait_for(child);
	return in_time || error_set(err, ERROR_IO, "%s took longer than %d s", options->argv[0],
	                          options->timeout_ms / 1000);
}

/* A file without a name that holds the input: the program reads it when it likes, and nobody has to write. -1: failed. */
static int input_file(const char *input, size_t length, struct error *err)
{
	const int fd = memfd_create("input", MFD_CLOEXEC);
	for (size_t done = 0; fd >= 0 && done < length;) {
		const ssize_t wrote = write(fd, input + done, length - done);
		if (wrote < 0 && errno != EINTR)
			break;
		done += wrote > 0 ? (size_t)wrote : 0;
	}
	if (fd >= 0 && lseek(fd, 0, SEEK_CUR) == (off_t)length && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	error_errno(err, ERROR_IO, "cannot keep a program's input");
	if (fd >= 0)
		close(fd);
	return -1;
}

pid_t process_start(const struct process_options *options, const char *log, struct error *err)
{
	struct plan plan = {.options = options, .in = -1, .out = -1, .log = log, .session = true};
	if (options->input && (plan.in = input_file(options->input, options->input_length, err)) < 0)
		return -1;
	const pid_t pid = launch(&plan, err);
	if (plan.in >= 0)
		close(plan.in);
	return pid;
}

const char *process_last_line(struct strbuf *output)
{
	while (output->length > 0 && (unsigned char)output->data[output->length - 1] <= ' ')
		strbuf_truncate(output, output->length - 1);
	const char *line = strrchr(output->data, '\n');
	return line ? line + 1 : output->data;
}
