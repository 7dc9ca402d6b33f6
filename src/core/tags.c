/*
 * Tags as text. Sets are small, so they are walked and sorted by insertion.
 */
#include "core/tags.h"

#include "base/alloc.h"
#include "base/i18n.h"
#include "core/text.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

bool tags_next(const char **tags, const char **tag, size_t *length)
{
	if (!*tags || !**tags)
		return false;
	*tag = *tags;
	*length = strcspn(*tags, ",");
	*tags += *length + ((*tags)[*length] == ',');
	return true;
}

static bool have(const char *tags, const char *tag, size_t length)
{
	const char *one;
	size_t size;
	while (tags_next(&tags, &one, &size))
		if (size == length && memcmp(one, tag, length) == 0)
			return true;
	return false;
}

bool tags_have(const char *tags, const char *tag)
{
	return have(tags, tag, strlen(tag));
}

/* Letters, marks and digits of every script. */
static bool is_of_tags(utf8proc_int32_t code)
{
	utf8proc_category_t category = utf8proc_category(code);
	if (code < 0x80 && strchr("._-", code))
		return code != 0;
	if (text_is_unseen(code))
		return false;
	return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_ND;
}

bool tag_normal(const char *tag, size_t length, struct strbuf *out, struct error *err)
{
	const size_t start = out->length;
	size_t characters = 0;
	for (size_t at = 0; at < length;) {
		utf8proc_int32_t code;
		utf8proc_uint8_t bytes[4];
		utf8proc_ssize_t used = utf8proc_iterate(
		        (const utf8proc_uint8_t *)tag + at, (utf8proc_ssize_t)(length - at), &code);
		if (used < 1 || !is_of_tags(code))
			break;
		at += (size_t)used;
		used = utf8proc_encode_char(utf8proc_tolower(code), bytes);
		strbuf_add(out, (const char *)bytes, (size_t)used);
		if (++characters > TAG_CHARACTERS_MOST)
			break;
		if (at == length)
			return true;
	}
	strbuf_truncate(out, start);
	int used;
	return error_set(err, ERROR_USAGE,
	        _("\"%.*s\" is no tag: it is made of 1 to %d letters, digits, dots, - and _"),
	        (int)text_fit(tag, length, 50, &used), tag, TAG_CHARACTERS_MOST);
}

/* Puts the tag into its place of a list, unless it is there. */
static void insert(struct strbuf *list, const char *tag, size_t length)
{
	struct strbuf with = STRBUF_INIT;
	const char *rest = list->data, *one;
	size_t size;
	bool placed = have(list->data, tag, length);
	if (placed)
		return;
	while (tags_next(&rest, &one, &size)) {
		const size_t least = size < length ? size : length;
		const int order = memcmp(one, tag, least);
		if (!placed && (order > 0 || (order == 0 && size > length))) {
			strbuf_addf(&with, "%s%.*s", with.length ? "," : "", (int)length, tag);
			placed = true;
		}
		strbuf_addf(&with, "%s%.*s", with.length ? "," : "", (int)size, one);
	}
	if (!placed)
		strbuf_addf(&with, "%s%.*s", with.length ? "," : "", (int)length, tag);
	strbuf_release(list);
	*list = with;
}

bool tag_change_read(const char *text, struct tag_change *out, struct error *err)
{
	struct strbuf lists[2] = {STRBUF_INIT, STRBUF_INIT}, tag = STRBUF_INIT;
	bool good = true;
	while (good && *(text += strspn(text, " \t,"))) {
		const bool off = *text == '-';
		text += off || *text == '+';
		const size_t length = strcspn(text, " \t,");
		strbuf_truncate(&tag, 0);
		good = tag_normal(text, length, &tag, err);
		if (good)
			insert(&lists[off], tag.data, tag.length);
		text += length;
	}
	*out = (struct tag_change){strbuf_detach(&lists[0]), strbuf_detach(&lists[1])};
	strbuf_release(&tag);
	if (!good)
		tag_change_release(out);
	return good;
}

void tag_change_release(struct tag_change *change)
{
	free(change->add);
	free(change->remove);
	*change = (struct tag_change){NULL, NULL};
}

void tags_changed(const char *tags, const char *add, const char *remove, struct strbuf *out)
{
	struct strbuf list = STRBUF_INIT;
	const char *tag;
	size_t length;
	while (tags_next(&tags, &tag, &length))
		if (!have(remove, tag, length))
			insert(&list, tag, length);
	while (tags_next(&add, &tag, &length))
		insert(&list, tag, length);
	strbuf_add(out, list.data, list.length);
	strbuf_release(&list);
}

/* ---- the tags that there are --------------------------------------------------------------------- */

static void count_tag(struct known_tags *known, const char *tag, size_t length, size_t tickets)
{
	for (size_t i = 0; i < known->count; i++)
		if (strncmp(known->list[i].tag, tag, length) == 0 && !known->list[i].tag[length]) {
			known->list[i].tickets += tickets;
			return;
		}
	known->list = alloc_grow(known->list, known->count + 1, sizeof *known->list);
	known->list[known->count++] = (struct known_tag){alloc_copy_n(tag, length), tickets};
}

void known_tags_count(void *context, const char *tags, size_t tickets)
{
	const char *tag;
	size_t length;
	while (tags_next(&tags, &tag, &length))
		count_tag(context, tag, length, tickets);
}

static int by_use(const void *a, const void *b)
{
	const struct known_tag *left = a, *right = b;
	if (left->tickets != right->tickets)
		return left->tickets > right->tickets ? -1 : 1;
	return strcmp(left->tag, right->tag);
}

void known_tags_sort(struct known_tags *known)
{
	if (known->count)
		qsort(known->list, known->count, sizeof *known->list, by_use);
}

void known_tags_release(struct known_tags *known)
{
	for (size_t i = 0; i < known->count; i++)
		free(known->list[i].tag);
	free(known->list);
	*known = (struct known_tags){.count = 0};
}
