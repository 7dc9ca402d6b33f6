/*
 * Running the editor without a shell and without waiting for it. It gets the signal mask and dispositions of a fresh
 * process, because ours are blocked for the signalfd.
 */
#include "app/editor.h"

#include "base/alloc.h"
#include "base/i18n.h"

#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

enum { WORDS_MOST = 32 };

/* Splits in place into words; returns their number, or -1 when a quote is not closed or there are too many. */
static int split_words(char *line, char **words)
{
	int count = 0;
	char *from = line;
	for (;;) {
		while (*from == ' ' || *from == '\t')
			from++;
		if (!*from)
			return count;
		if (count == WORDS_MOST)
			return -1;
		char *to = from;
		words[count++] = to;
		char quote = 0;
		for (; *from && (quote || (*from != ' ' && *from != '\t')); from++) {
			if (*from == '\\' && quote != '\'' && from[1])
				*to++ = *++from;
			else if (quote ? *from == quote : *from == '\'' || *from == '"')
				quote = quote ? 0 : *from;
			else
				*to++ = *from;
		}
		if (quote)
			return -1;
		if (*from)
			from++;
		*to = '\0';
	}
}

static const char *chosen(const char *command_line)
{
	const char *const candidates[] = {command_line, getenv("VISUAL"), getenv("EDITOR"), "vi"};
	size_t i = 0;
	while (!candidates[i] || !*candidates[i])
		i++;
	return candidates[i];
}

static int spawn(char **words, pid_t *pid)
{
	sigset_t none, all;
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_t attributes;
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(
	        &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setpgroup(&attributes, 0);
	int failure = posix_spawnp(pid, words[0], NULL, &attributes, words, environ);
	posix_spawnattr_destroy(&attributes);
	return failure;
}

bool editor_start(const char *command_line, const char *path, pid_t *pid, struct error *err)
{
	const char *line = chosen(command_line);
	char *copy = alloc_copy(line);
	char *words[WORDS_MOST + 2];
	int count = split_words(copy, words);
	bool started = false;
	if (count <= 0) {
		error_set(err, ERROR_CONFIG, _("the editor's command line cannot be read: %s"), line);
	} else {
		words[count] = alloc_copy(path);
		words[count + 1] = NULL;
		int failure = spawn(words, pid);
		started = failure == 0;
		if (started)
			tcsetpgrp(STDIN_FILENO, *pid);
		else
			error_set(err, ERROR_CONFIG,
			        _("cannot start the editor \"%s\": %s; set `editor` or $EDITOR"), words[0],
			        strerror(failure));
		free(words[count]);
	}
	free(copy);
	return started;
}

void editor_continue(pid_t pid)
{
	tcsetpgrp(STDIN_FILENO, pid);
	kill(-pid, SIGCONT);
}

void editor_take_terminal_back(void)
{
	tcsetpgrp(STDIN_FILENO, getpgrp());
}

void editor_end(pid_t pid)
{
	if (pid)
		kill(-pid, SIGHUP);
}
