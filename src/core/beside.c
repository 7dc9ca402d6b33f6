/* The list of a draft's files as JSON. */
#include "core/beside.h"

#include "base/alloc.h"

#include <jansson.h>
#include <stdlib.h>

void beside_add(struct beside *files, const struct beside_file *file)
{
	files->list = alloc_grow(files->list, files->count + 1, sizeof *files->list);
	files->list[files->count] = *file;
	files->list[files->count].name = alloc_copy(file->name);
	files->list[files->count].host = alloc_copy(file->host);
	files->count++;
}

void beside_release(struct beside *files)
{
	for (size_t i = 0; i < files->count; i++) {
		free(files->list[i].name);
		free(files->list[i].host);
	}
	free(files->list);
	*files = (struct beside){.count = 0};
}

static char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text && *text ? alloc_copy(text) : NULL;
}

void beside_read(const char *json, struct beside *out)
{
	json_t *list = json_loads(json, 0, NULL);
	*out = (struct beside){.count = 0};
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		struct beside_file file = {.name = text_of(item, "name"),
		        .host = text_of(item, "host"),
		        .size = json_integer_value(json_object_get(item, "size")),
		        .part = (int)json_integer_value(json_object_get(item, "part")),
		        .id = json_integer_value(json_object_get(item, "id"))};
		if (file.name)
			beside_add(out, &file);
		free(file.name);
		free(file.host);
	}
	json_decref(list);
}

char *beside_json(const struct beside *files)
{
	json_t *list = json_array();
	for (size_t i = 0; i < files->count; i++) {
		const struct beside_file *file = &files->list[i];
		json_t *item = json_pack("{s:s, s:I}", "name", file->name, "size", (json_int_t)file->size);
		if (item && file->host)
			json_object_set_new(item, "host", json_string(file->host));
		if (item && file->part)
			json_object_set_new(item, "part", json_integer(file->part));
		if (item && file->id)
			json_object_set_new(item, "id", json_integer(file->id));
		json_array_append_new(list, item ? item : json_object());
	}
	char *text = json_dumps(list, JSON_COMPACT | JSON_SORT_KEYS), *copy = alloc_copy(text ? text : "[]");
	free(text);
	json_decref(list);
	return copy;
}
