/* A backslash before quotes and backslashes is all that libpq asks for inside single quotes. */
#include "store/conninfo.h"

void conninfo_add(struct strbuf *out, const char *keyword, const char *value)
{
	strbuf_addf(out, "%s%s='", out->length ? " " : "", keyword);
	for (; *value; value++) {
		if (*value == '\'' || *value == '\\')
			strbuf_addc(out, '\\');
		strbuf_addc(out, *value);
	}
	strbuf_addc(out, '\'');
}
