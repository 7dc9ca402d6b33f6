/*
 * Connecting. libpq reports a failed connection only as text, so its text is what is looked at: libpq's own messages are
 * asked for in English (the thread's message locale is C meanwhile), and when the server answered in a language that
 * the table does not know, a second attempt asks for the SQLSTATE, which is the same in every language.
 *
 * What the caller or the environment says goes before our defaults: parameters that stand before dbname are replaced by
 * those of the connection string in it (PostgreSQL manual, PQconnectdbParams, expand_dbname).
 */
#include "connect.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/strbuf.h"
#include "base/trace.h"
#include "sqlstate.h"

#include <ctype.h>
#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum { PARAMETERS_MOST = 12, CONNECT_TIMEOUT_S = 10 };

struct parameters {
	const char *names[PARAMETERS_MOST + 1];
	const char *values[PARAMETERS_MOST + 1];
	int count;
	char options[64];
};

static void add(struct parameters *p, const char *name, const char *value)
{
	p->names[p->count] = name;
	p->values[p->count++] = value;
}

static void make_parameters(struct parameters *p, const struct connect_request *request)
{
	*p = (struct parameters){.count = 0};
	if (!getenv("PGCONNECT_TIMEOUT"))
		add(p, "connect_timeout", "10");
	if (!getenv("PGOPTIONS")) {
		snprintf(p->options, sizeof p->options, "-c statement_timeout=%ds",
		        request->statement_timeout);
		add(p, "options", p->options);
	}
	if (request->keep_alive) {
		add(p, "keepalives_idle", "10");
		add(p, "keepalives_interval", "3");
		add(p, "keepalives_count", "3");
		add(p, "tcp_user_timeout", "15000");
	}
	add(p, "dbname", request->conninfo);
	add(p, "fallback_application_name", "sandglass");
	add(p, "client_encoding", "UTF8");
	if (request->password)
		add(p, "password", request->password);
}

/* ---- what a failure means ----------------------------------------------------------------------- */

struct failure {
	const char *phrase; /* in libpq's or the server's English message */
	const char *sqlstate;
	enum error_kind kind;
	const char *text; /* %w where, %u user, %d database, %t the message, in any order */
};

static const struct failure failures[] = {
        {"no password supplied", NULL, ERROR_AUTH,
                N_("the server at %w wants a password for %u: give it in PGPASSWORD or ~/.pgpass, or run this on a terminal")},
        {"password authentication failed", "28P01", ERROR_AUTH,
                N_("the server at %w does not take this password for %u")},
        {"no pg_hba.conf entry", NULL, ERROR_AUTH,
                N_("the server at %w has no rule that lets this login in: %t")},
        {"role \"", NULL, ERROR_AUTH,
                N_("there is no login %u on the server at %w; `sandglass agent add` creates one, -d \"user=NAME\" names another")},
        {"authentication failed", "28", ERROR_AUTH, N_("the server at %w does not let %u in: %t")},
        {"is not permitted to log in", NULL, ERROR_AUTH,
                N_("the server at %w does not let %u in: this login is disabled")},
        {"permission denied for database", "42501", ERROR_AUTH,
                N_("the server at %w does not let %u in: %t")},
        {"database \"", "3D000", ERROR_SCHEMA,
                N_("there is no database %d on the server at %w; createdb makes one, -d names another")},
        {"could not translate host name", NULL, ERROR_UNAVAILABLE,
                N_("cannot find the server: %t; check -d, PGHOST or `sandglass doctor`")},
        {"timeout expired", NULL, ERROR_UNAVAILABLE,
                N_("the server at %w did not answer in time; check -d, PGHOST or `sandglass doctor`")},
        {"Connection refused", NULL, ERROR_UNAVAILABLE,
                N_("cannot reach the server at %w: connection refused; check -d, PGHOST or `sandglass doctor`")},
        {"No such file or directory", NULL, ERROR_UNAVAILABLE,
                N_("cannot reach the server at %w: there is no such socket; check -d, PGHOST or `sandglass doctor`")},
        {"the database system is", "57P03", ERROR_UNAVAILABLE, N_("the server at %w is not ready: %t")},
        {"too many clients", "53300", ERROR_UNAVAILABLE, N_("the server at %w is full: %t")},
        {"definition of service", NULL, ERROR_USAGE, N_("%t; check PGSERVICE and the service file")},
        {"connection option", NULL, ERROR_USAGE, N_("-d is not a connection string: %t")},
        {"in connection info string", NULL, ERROR_USAGE, N_("-d is not a connection string: %t")},
        {"URI", NULL, ERROR_USAGE, N_("-d is not a connection string: %t")},
        {"certificate", NULL, ERROR_AUTH,
                N_("the server at %w and this machine do not agree on certificates: %t")},
        {"", NULL, ERROR_UNAVAILABLE,
                N_("cannot reach the server at %w: %t; check -d, PGHOST or `sandglass doctor`")},
};

static const struct failure *failure_of(const char *message, const char *sqlstate)
{
	const struct failure *f = failures;
	for (; *f->phrase; f++)
		if (*sqlstate ? f->sqlstate && strncmp(sqlstate, f->sqlstate, strlen(f->sqlstate)) == 0
		              : strstr(message, f->phrase) != NULL)
			break;
	return f;
}

/* The last attempt's message: what stands after "failed: ", without the server's prefix. */
static void reason_of(const char *message, char *out, size_t size)
{
	const char *from = message;
	for (const char *next; (next = strstr(from, "failed: ")) != NULL;)
		from = next + strlen("failed: ");
	sqlstate_line(from, out, size);
}

static void expand(const struct failure *failure, const PGconn *conn, struct error *err)
{
	char reason[240], where[200];
	reason_of(PQerrorMessage(conn), reason, sizeof reason);
	const char *host = PQhost(conn), *port = PQport(conn), *user = PQuser(conn), *database = PQdb(conn);
	snprintf(where, sizeof where, "%s:%s", host && *host ? host : _("the local socket"),
	        port && *port ? port : "5432");
	struct strbuf text = STRBUF_INIT;
	for (const char *c = _(failure->text); *c; c++) {
		if (*c != '%') {
			strbuf_addc(&text, *c);
			continue;
		}
		switch (*++c) {
		case 'w':
			strbuf_adds(&text, where);
			break;
		case 'u':
			strbuf_adds(&text, user ? user : "?");
			break;
		case 'd':
			strbuf_adds(&text, database ? database : "?");
			break;
		default:
			strbuf_adds(&text, reason);
			break;
		}
	}
	error_set(err, failure->kind, "%s", text.data);
	strbuf_release(&text);
}

/* "...failed: ВАЖНО:  28P01: ..." gives 28P01; "" when the message has none. */
static void sqlstate_in(const char *message, char out[6])
{
	out[0] = '\0';
	const char *from = strstr(message, "failed: ");
	const char *colon = from ? strchr(from + strlen("failed: "), ':') : NULL;
	if (!colon)
		return;
	colon += 1 + strspn(colon + 1, " ");
	for (int i = 0; i < 5; i++)
		if (!isupper((unsigned char)colon[i]) && !isdigit((unsigned char)colon[i]))
			return;
	if (colon[5] != ':')
		return;
	memcpy(out, colon, 5);
	out[5] = '\0';
}

/* Connects again only to be refused again, this time with the code in the message. */
static void ask_sqlstate(const struct parameters *p, char out[6])
{
	out[0] = '\0';
	PGconn *conn = PQconnectStartParams(p->names, p->values, 1);
	if (!conn)
		return;
	PQsetErrorVerbosity(conn, PQERRORS_VERBOSE);
	int64_t until = clock_ms() + CONNECT_TIMEOUT_S * 1000;
	PostgresPollingStatusType state =
	        PQstatus(conn) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
	while ((state == PGRES_POLLING_READING || state == PGRES_POLLING_WRITING) && clock_ms() < until) {
		struct pollfd fd = {
		        .fd = PQsocket(conn), .events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT};
		poll(&fd, 1, 200);
		if (fd.revents)
			state = PQconnectPoll(conn);
	}
	if (state == PGRES_POLLING_FAILED)
		sqlstate_in(PQerrorMessage(conn), out);
	PQfinish(conn);
}

static void explain(const PGconn *conn, const struct parameters *p, struct error *err)
{
	const char *message = PQerrorMessage(conn);
	const struct failure *failure = failure_of(message, "");
	if (!*failure->phrase && strstr(message, "failed: ") && strstr(message, ":  ")) {
		char sqlstate[6];
		ask_sqlstate(p, sqlstate);
		if (*sqlstate)
			failure = failure_of(message, sqlstate);
	}
	expand(failure, conn, err);
}

/* ---- connecting ----------------------------------------------------------------------------------- */

static void ignore_notice(void *context, const char *message)
{
	trace("notice from the server");
}

PGconn *connect_now(const struct connect_request *request, bool *wants_password, struct error *err)
{
	struct parameters p;
	make_parameters(&p, request);
	locale_t english = newlocale(LC_MESSAGES_MASK, "C", duplocale(uselocale((locale_t)0)));
	locale_t before = english ? uselocale(english) : (locale_t)0;
	int64_t begun = clock_us();
	PGconn *conn = PQconnectdbParams(p.names, p.values, 1);
	bool good = PQstatus(conn) == CONNECTION_OK;
	trace("connect: %s in %lld us", good ? "ok" : "failed", (long long)(clock_us() - begun));
	/* A password that was given and is wrong is said at once, as psql does; only a missing one is asked for. */
	if (wants_password)
		*wants_password = !good && PQconnectionNeedsPassword(conn);
	if (!good) {
		explain(conn, &p, err);
		PQfinish(conn);
		conn = NULL;
	} else {
		PQsetNoticeProcessor(conn, ignore_notice, NULL);
	}
	if (english) {
		uselocale(before);
		freelocale(english);
	}
	return conn;
}
