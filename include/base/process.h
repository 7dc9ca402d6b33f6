/*
 * Other programs: started without a shell, as another user when asked, with their output kept so that a
 * failure can quote it. Nothing of ours leaks into them: descriptors are close-on-exec, signals are at their
 * defaults.
 */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include "base/error.h"
#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Whom to become; `change` false: stay who we are. Only root can change. */
struct process_user {
	bool change;
	uid_t uid;
	gid_t gid;
};

struct process_options {
	const char *const *argv; /* argv[0] is looked up in PATH when it has no slash; ends with NULL */
	const char *const *environment; /* "NAME=value" added to ours, or "NAME" taken away; NULL: none */
	const char *directory;          /* where it runs; NULL: here */
	struct process_user user;
	const char *input; /* its standard input; NULL: /dev/null */
	size_t input_length;
	int timeout_ms; /* then it is killed and the run fails; 0: no limit */
};

/*
 * Runs a program to its end. Standard output and standard error go to *output, in the order they came.
 * False when it could not be run or took too long; what it returned is in *exit_code (128 + signal when
 * one killed it).
 */
bool process_run(
        const struct process_options *options, struct strbuf *output, int *exit_code, struct error *err);

/*
 * Starts a program that goes on by itself: a session of its own, no terminal, its output appended to the
 * file `log` (opened as the user it becomes; relative to `directory`). It reads `input` from a file in memory, so nothing
 * waits. Returns its id for waitpid, or -1. `timeout_ms` is not used.
 */
pid_t process_start(const struct process_options *options, const char *log, struct error *err);

/* The last line of a program's output that says anything, for an error's one line; "" when there is none.
 * Points into `output`, which is cut there. */
const char *process_last_line(struct strbuf *output);

#endif
