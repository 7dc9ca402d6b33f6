/* Auto-replies, bounces and list mail: one table, read from the most telling sign to the least. */
#include "mail/automatic.h"

#include <string.h>

enum sign { SIGN_PRESENT, SIGN_NOT, SIGN_IN, SIGN_NULL_PATH };

static const struct {
	const char *header;
	enum sign sign;
	const char *words; /* of SIGN_NOT and SIGN_IN, each with blanks around */
	const char *reason;
} signs[] = {
        {"List-Id", SIGN_PRESENT, NULL, "list"},
        {"List-Post", SIGN_NOT, " no ", "list"},
        {"Mailing-List", SIGN_PRESENT, NULL, "list"},
        {"Auto-Submitted", SIGN_NOT, " no ", "auto-submitted"},
        {"X-Auto-Response-Suppress", SIGN_NOT, " none ", "autoreply"},
        {"X-Autoreply", SIGN_NOT, " no ", "autoreply"},
        {"X-Auto-Reply", SIGN_NOT, " no ", "autoreply"},
        {"X-Autorespond", SIGN_NOT, " no ", "autoreply"},
        {"X-Autoresponder", SIGN_NOT, " no ", "autoreply"},
        {"X-Autoreply-From", SIGN_PRESENT, NULL, "autoreply"},
        {"X-Mail-Autoreply", SIGN_NOT, " no ", "autoreply"},
        {"Precedence", SIGN_IN, " bulk junk list auto_reply auto-reply ", "precedence"},
        {"X-Precedence", SIGN_IN, " bulk junk list auto_reply auto-reply ", "precedence"},
        {"X-Failed-Recipients", SIGN_PRESENT, NULL, "report"},
        {"Return-Path", SIGN_NULL_PATH, NULL, "null sender"},
};

static bool among(const char *words, const char *value)
{
	char padded[66];
	size_t n = strcspn(value, " ;,(");
	if (!n || n > 60)
		return false;
	snprintf(padded, sizeof padded, " %.*s ", (int)n, value);
	return strcasestr(words, padded) != NULL;
}

static bool shows(size_t i, const char *value)
{
	switch (signs[i].sign) {
	case SIGN_PRESENT:
		return true;
	case SIGN_NOT:
		return *value && !among(signs[i].words, value);
	case SIGN_IN:
		return among(signs[i].words, value);
	case SIGN_NULL_PATH:
		return strcmp(value, "<>") == 0 || strcmp(value, "< >") == 0;
	}
	return false;
}

static bool is_daemon(const char *from)
{
	static const char *const names[] = {"mailer-daemon", "postmaster", "mailerdaemon", "mail-daemon"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		size_t n = strlen(names[i]);
		if (strncasecmp(from, names[i], n) == 0 && (from[n] == '@' || !from[n]))
			return true;
	}
	return false;
}

const char *automatic_reason(const struct header *header, const char *type, const char *from)
{
	if (strcmp(type, "multipart/report") == 0)
		return "report";
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
		const struct header_field *field;
		size_t at = 0;
		while ((field = header_next(header, signs[i].header, &at))) {
			struct strbuf value = STRBUF_INIT;
			header_value(&value, field, NULL);
			bool found = shows(i, value.data);
			strbuf_release(&value);
			if (found)
				return signs[i].reason;
		}
	}
	return is_daemon(from) ? "mailer-daemon" : "";
}
