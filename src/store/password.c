/*
 * Asking for a password: from the prompt to the line's end the terminal shows nothing and sends no signals (^C is read as a
 * key), so it is as it was on every way out.
 */
#include "store/password.h"

#include "base/alloc.h"
#include "store/conninfo.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <termios.h>
#include <unistd.h>

bool password_can_ask(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

enum { CONTROL_C = 3, CONTROL_D = 4, BACKSPACE = 8, CONTROL_U = 21, DELETE = 127 };

/* The terminal hands over single keys (raw), so its line editing is done here. False: the person gave up. */
static bool edit_key(struct strbuf *line, char c, struct error *err)
{
	if (c == CONTROL_C || c == CONTROL_D)
		return error_set(err, ERROR_IO, "no password was given");
	if (c == CONTROL_U)
		strbuf_clear(line);
	else if (c != BACKSPACE && c != DELETE)
		strbuf_addc(line, c);
	else if (line->length > 0)
		strbuf_truncate(line, line->length - 1);
	return true;
}

static bool read_line(int fd, bool raw, struct strbuf *line, struct error *err)
{
	for (;;) {
		char c;
		ssize_t got = read(fd, &c, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_errno(err, ERROR_IO, "cannot read the password");
		if (got == 0 && line->length == 0)
			return error_set(err, ERROR_IO, "no password was given");
		if (got == 0 || c == '\n' || c == '\r')
			return true;
		if (!raw)
			strbuf_addc(line, c);
		else if (!edit_key(line, c, err))
			return false;
	}
}

static char *finish(struct strbuf *line, bool good)
{
	char *out = good ? alloc_copy(line->data) : NULL;
	explicit_bzero(line->data, line->length);
	strbuf_release(line);
	return out;
}

char *password_ask(const char *prompt, struct error *err)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		error_errno(err, ERROR_IO, "no terminal to ask for the password on");
		return NULL;
	}
	struct termios shown, hidden;
	tcgetattr(fd, &shown);
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)(ECHO | ISIG | ICANON);
	tcsetattr(fd, TCSAFLUSH, &hidden);
	dprintf(fd, "%s", prompt);
	struct strbuf line = STRBUF_INIT;
	strbuf_reserve(&line, 256);
	bool good = read_line(fd, true, &line, err);
	tcsetattr(fd, TCSAFLUSH, &shown);
	dprintf(fd, "\n");
	close(fd);
	return finish(&line, good);
}

char *password_from_stdin(struct error *err)
{
	struct strbuf line = STRBUF_INIT;
	strbuf_reserve(&line, 256);
	bool good = read_line(STDIN_FILENO, false, &line, err);
	return finish(&line, good);
}

static bool is_connection_string(const char *conninfo)
{
	return strchr(conninfo, '=') || strncmp(conninfo, "postgres://", 11) == 0 ||
	       strncmp(conninfo, "postgresql://", 13) == 0;
}

char *password_into(const char *conninfo, const char *password, struct error *err)
{
	struct strbuf out = STRBUF_INIT;
	if (*conninfo && !is_connection_string(conninfo)) {
		conninfo_add(&out, "dbname", conninfo);
	} else if (*conninfo) {
		char *why = NULL;
		PQconninfoOption *options = PQconninfoParse(conninfo, &why);
		if (!options) {
			error_set(err, ERROR_USAGE, "-d is not a connection string: %.*s",
			        why ? (int)strcspn(why, "\n") : 0, why ? why : "");
			PQfreemem(why);
			return NULL;
		}
		for (const PQconninfoOption *o = options; o->keyword; o++)
			if (o->val && strcmp(o->keyword, "password") != 0)
				conninfo_add(&out, o->keyword, o->val);
		PQconninfoFree(options);
	}
	conninfo_add(&out, "password", password);
	return strbuf_detach(&out);
}
