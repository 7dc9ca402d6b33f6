/*
 * Instants as text, by RFC 3339 section 5.6: "2026-11-23T10:00:00+02:00", "2026-11-23T08:00:00Z".
 */
#ifndef CORE_RFC3339_H
#define CORE_RFC3339_H

#include "base/error.h"
#include "core/ticket.h"

enum { RFC3339_SIZE = 48 }; /* room also for years that RFC 3339 has not */

/*
 * Strict: date, time and offset must be there, with all their digits and in their ranges. A fraction of a second is read
 * and dropped (an instant is the second that it lies in). A leap second (:60) is refused: no reply clock counts one.
 * ERROR_INPUT says what is wrong and how an instant is written.
 */
bool rfc3339_parse(const char *text, instant *out, struct error *err);

/* In UTC with Z. */
void rfc3339_text(instant t, char out[RFC3339_SIZE]);

#endif
