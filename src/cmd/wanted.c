/* What --view, --filter and --sort say. */
#include "cmd/wanted.h"

#include "conf/settings.h"

#include <string.h>

static const char views_sql[] =
        "SELECT name, filter, sort FROM sandglass.view_list() ORDER BY name <> $1::text, shared";

static const char desk_sql[] = "SELECT agent_id, now_us / 1000000 FROM sandglass.hello()";

void wanted_release(struct wanted *wanted)
{
	strbuf_release(&wanted->view_filter);
	strbuf_release(&wanted->view_sort);
}

bool wanted_is_built_in(const char *view)
{
	return strcmp(view, "all") == 0 || strcmp(view, "mine") == 0 || strcmp(view, "unassigned") == 0;
}

/* A word alone is rather a mistake than a filter. */
static bool looks_like_filter(const char *text)
{
	return strpbrk(text, ":<>\" ") != NULL;
}

static void take_saved(struct wanted *wanted, const char *filter, const char *sort)
{
	strbuf_addf(&wanted->view_filter, "%s %s", filter, wanted->filter ? wanted->filter : "");
	strbuf_adds(&wanted->view_sort, sort);
	wanted->saved = true;
	wanted->view = "all";
	wanted->filter = wanted->view_filter.data;
	wanted->sort = wanted->sort || !wanted->view_sort.length ? wanted->sort : wanted->view_sort.data;
}

static bool refuse_view(const struct wanted *wanted, const struct db_result *views, struct error *err)
{
	struct strbuf names = STRBUF_INIT;
	for (int row = 0; row < views->rows; row++)
		strbuf_addf(&names, "%s\"%s\"", row ? ", " : "", db_text(views, row, 0));
	const char *those = views->rows ? names.data : "none";
	if (wanted->takes_filters)
		error_set(err, ERROR_USAGE,
		        "--view takes all, mine, unassigned, a saved view (there is %s) or a filter such as status:new, not \"%s\"",
		        those, wanted->view);
	else
		error_set(err, ERROR_USAGE,
		        "--view takes all, mine, unassigned or a saved view (there is %s), not \"%s\"", those,
		        wanted->view);
	strbuf_release(&names);
	return false;
}

bool wanted_view(struct db *db, struct wanted *wanted, struct error *err)
{
	struct db_result views;
	const struct db_value value = {.data = wanted->view};
	bool good = true;
	if (wanted_is_built_in(wanted->view))
		return true;
	if (!db_query(db, views_sql, &value, 1, &views, err))
		return false;
	if (views.rows && strcmp(db_text(&views, 0, 0), wanted->view) == 0) {
		take_saved(wanted, db_text(&views, 0, 1), db_text(&views, 0, 2));
	} else if (wanted->takes_filters && looks_like_filter(wanted->view)) {
		wanted->filter = wanted->view;
		wanted->view = "all";
	} else {
		good = refuse_view(wanted, &views, err);
	}
	db_result_release(&views);
	return good;
}

struct filter *wanted_filter(struct db *db, const struct wanted *wanted, const struct directory *directory,
        int32_t *self, struct error *err)
{
	struct settings settings;
	struct db_result desk_row;
	struct filter_mistake mistake;
	if (!settings_load(NULL, &settings, err) || !db_query(db, desk_sql, NULL, 0, &desk_row, err))
		return NULL;
	*self = (int32_t)db_int(&desk_row, 0, 0);
	const struct filter_desk desk = {.directory = directory, .self = *self, .warn_s = settings.warn};
	struct filter *filter = filter_parse(wanted->filter, &desk, &mistake);
	if (filter)
		filter_at(filter, db_int(&desk_row, 0, 1));
	else
		error_set(err, ERROR_USAGE, "%s: %s", wanted->takes_filters ? "--view" : "--filter",
		        mistake.text);
	db_result_release(&desk_row);
	return filter;
}
