/*
 * The agreement as one libconfig file kept in git: calendars, plans with their targets, the words of
 * priorities and statuses. schema/policy.conf is the shipped one and shows every key.
 *
 * Between file and server it travels as JSON in one canonical form, so that two policies are the same if and
 * only if json_equal() says so: spans, dates and names sorted, days without hours left out, a target's pauses
 * written out.
 *
 *   {"support_address", "send_delay_s", "calendars": [{"name", "zone", "week": {"mon": ["09:00-17:00"]}, "holidays":
 * ["2026-12-25"], "exceptions": [{"date", "hours": []}]}], "plans": [{"name", "short", "archived",
 * "entitlements": [], "targets": [{"metric", "time_s", "calendar", "priority": null, "channel": null,
 * "pause_on": []}]}], "priorities": [{"name", "label", "when"}], "statuses": [{"name", "label", "meaning"}]}
 *
 * support_address, send_delay, priorities and statuses may be left out of a file: what it does not say stays as it is.
 * Calendars and plans are always all there are. A plan is known by its name and whether it is archived.
 */
#ifndef CONF_POLICY_H
#define CONF_POLICY_H

#include "base/error.h"
#include "base/strbuf.h"

#include <jansson.h>

/*
 * Reads and checks a policy without a server. The caller owns the JSON. On failure returns NULL and appends
 * to `problems` one line for each thing that is wrong, in the order of the file: "FILE:LINE: what is wrong,
 * what would be right".
 */
json_t *policy_parse(const char *text, const char *file, struct strbuf *problems);

/* Brings any policy of that shape (the server's) into the canonical form. NULL and ERROR_INTERNAL when it has
 * another shape. */
json_t *policy_canonical(const json_t *policy, struct error *err);

/* The canonical policy `policy` with what it does not say (support_address, send_delay, a priority, a status) as `there` has it. */
json_t *policy_over(const json_t *policy, const json_t *there);

/* Appends a libconfig file that policy_parse() reads as the same policy. `policy` is canonical. */
void policy_print(const json_t *policy, struct strbuf *out);

/* Appends one line for each difference ("plan Enterprise: first_reply 2h → 1h30m"); both are canonical.
 * Returns how many. */
size_t policy_diff(const json_t *from, const json_t *to, struct strbuf *out);

#endif
