/*
 * SQLSTATE to kind of error (PostgreSQL manual, appendix A). The first entry that the code begins with decides, so a
 * single code stands before its class. Codes SG… are raised by the functions of the schema and carry a finished sentence;
 * for the others the hint says what would be right.
 */
#include "sqlstate.h"

#include "base/i18n.h"
#include "base/strbuf.h"
#include "core/told.h"
#include "store/db.h"

#include <string.h>

struct meaning {
	const char *code; /* a whole code, or the beginning of one */
	enum error_kind kind;
	const char *hint; /* put after the message; NULL: the message says it all */
};

static const struct meaning meanings[] = {
        {"SG001", ERROR_CONFLICT, NULL},
        {"SG002", ERROR_PERMISSION, NULL},
        {"SG003", ERROR_NOT_FOUND, NULL},
        {"SG004", ERROR_INPUT, NULL},
        {"SG005", ERROR_WAITING, NULL},
        {"SG006", ERROR_REFUSED, NULL},
        {"SG007", ERROR_INPUT, NULL},
        {"3D000", ERROR_SCHEMA, NULL},
        {"3F000", ERROR_SCHEMA, N_("`sandglass doctor` says what is missing")},
        {"42P01", ERROR_SCHEMA, N_("the schema does not fit this program: `sandglass doctor` says why")},
        {"42883", ERROR_SCHEMA, N_("the schema does not fit this program: `sandglass doctor` says why")},
        {"42501", ERROR_PERMISSION,
                N_("whoever ran `sandglass init` gives rights with `sandglass agent add`")},
        {"57014", ERROR_UNAVAILABLE, N_("the server was too busy: try again")},
        {"55P03", ERROR_UNAVAILABLE, N_("somebody else holds it: try again")},
        {"25006", ERROR_REFUSED, N_("this server is a read-only standby")},
        {"40", ERROR_UNAVAILABLE, N_("try again")},
        {"08", ERROR_UNAVAILABLE, NULL},
        {"28", ERROR_AUTH, NULL},
        {"53", ERROR_UNAVAILABLE, NULL},
        {"57P", ERROR_UNAVAILABLE, NULL},
        {"58", ERROR_UNAVAILABLE, NULL},
        {"22", ERROR_INPUT, NULL},
        {"23", ERROR_INPUT, NULL},
};

static const struct meaning *meaning_of(const char *sqlstate)
{
	for (size_t i = 0; sqlstate && i < sizeof meanings / sizeof *meanings; i++)
		if (strncmp(sqlstate, meanings[i].code, strlen(meanings[i].code)) == 0)
			return &meanings[i];
	return NULL;
}

enum error_kind sqlstate_kind(const char *sqlstate)
{
	const struct meaning *meaning = meaning_of(sqlstate);
	return meaning ? meaning->kind : ERROR_INTERNAL;
}

static bool lost(struct error *err, const char *why)
{
	return *why ? error_set(err, ERROR_UNAVAILABLE, _("the connection to the server was lost: %s"), why)
	            : error_set(err, ERROR_UNAVAILABLE, _("the connection to the server was lost"));
}

bool sqlstate_error(struct error *err, const PGresult *result)
{
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	if (!primary) { /* made by libpq itself: the connection is gone */
		char line[300];
		sqlstate_line(PQresultErrorMessage(result), line, sizeof line);
		return lost(err, line);
	}
	const struct meaning *meaning = meaning_of(sqlstate);
	const char *hint = meaning ? meaning->hint : NULL;
	enum error_kind kind = meaning ? meaning->kind : ERROR_INTERNAL;
	struct strbuf told = STRBUF_INIT;
	told_words(primary, &told);
	error_set(err, kind, "%s%s%s", told.data, hint ? "; " : "", hint ? _(hint) : "");
	strbuf_release(&told);
	return false;
}

bool sqlstate_no_access(struct error *err, const char *login)
{
	return error_set(err, ERROR_PERMISSION,
	        _("%s may not use this queue; whoever ran `sandglass init` allows it with `sandglass agent add %s`"),
	        login, login);
}

bool sqlstate_lost(struct error *err, const PGconn *conn)
{
	char line[300];
	sqlstate_line(PQerrorMessage(conn), line, sizeof line);
	return lost(err, line);
}

bool sqlstate_is_loss(const PGresult *result)
{
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	if (!sqlstate) /* made by libpq itself */
		return true;
	const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
	return (severity && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0)) ||
	       strncmp(sqlstate, "08", 2) == 0;
}

void sqlstate_line(const char *message, char *out, size_t size)
{
	static const char *const prefixes[] = {"FATAL:  ", "ERROR:  ", "PANIC:  "};
	const char *from = message;
	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		const char *found = strstr(message, prefixes[i]);
		if (found) {
			from = found + strlen(prefixes[i]);
			break;
		}
	}
	from += strspn(from, " \t\n");
	size_t length = strcspn(from, "\n");
	if (length >= size)
		length = size - 1;
	memcpy(out, from, length);
	out[length] = '\0';
}
