/* array_send: dimensions, whether there are NULLs, the element's type, length and lower bound of the dimension, then each
 * element behind its length; numbers are big-endian. */
#include "store/bytea.h"

#include <arpa/inet.h>
#include <stdint.h>

enum { BYTEA = 17 };

static void add_int32(struct strbuf *out, int32_t value)
{
	uint32_t big = htonl((uint32_t)value);
	strbuf_add(out, &big, sizeof big);
}

void bytea_array_begin(struct strbuf *out, size_t count)
{
	add_int32(out, count > 0);
	add_int32(out, 1);
	add_int32(out, BYTEA);
	if (!count)
		return;
	add_int32(out, (int32_t)count);
	add_int32(out, 1);
}

void bytea_array_add(struct strbuf *out, const char *bytes, size_t length)
{
	add_int32(out, bytes ? (int32_t)length : -1);
	if (bytes)
		strbuf_add(out, bytes, length);
}
