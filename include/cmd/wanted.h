/*
 * What --view, --filter and --sort say, for the commands that look at the queue. A saved view's filter is the server's; names in a
 * filter are looked up in the directory.
 */
#ifndef CMD_WANTED_H
#define CMD_WANTED_H

#include "base/strbuf.h"
#include "core/filter.h"
#include "store/db.h"

/* Options as they were given; a saved view becomes what it says, whose text stays valid until wanted_release. */
struct wanted {
	const char *view;   /* all, mine, unassigned, or a saved view's name */
	const char *filter; /* NULL: none */
	const char *sort;   /* NULL: the queue's order, or the best match first */
	const char *find;   /* NULL: the queue */
	bool saved;         /* it was a saved view */
	bool takes_filters; /* --view may be a filter, too */
	struct strbuf view_filter, view_sort;
};

/* Whether it is all, mine or unassigned. */
bool wanted_is_built_in(const char *view);

void wanted_release(struct wanted *wanted);

/* Makes of a saved view what it says: then view is "all", and its filter stands before that of --filter. */
bool wanted_view(struct db *db, struct wanted *wanted, struct error *err);

/* The filter as of the server's now, for the agent *self. It looks names up in *directory. NULL: *err. */
struct filter *wanted_filter(struct db *db, const struct wanted *wanted, const struct directory *directory,
        int32_t *self, struct error *err);

#endif
