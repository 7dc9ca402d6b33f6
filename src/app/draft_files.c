/* The files beside a draft. Names in the directory are made safe when they are put there (core/filename.h), so nothing in it
 * is a path. */
#include "app/attach.h"

#include "base/alloc.h"
#include "base/i18n.h"
#include "core/filename.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* "….txt" of the draft becomes "….files". */
static char *directory_of(const char *draft_path)
{
	return alloc_format("%.*s.files", (int)(strlen(draft_path) - strlen(".txt")), draft_path);
}

static int by_number(const void *a, const void *b)
{
	return ((const struct attached_copy *)a)->number - ((const struct attached_copy *)b)->number;
}

/* "01 report.pdf", "02@1 table.csv", "03? photo.jpg". False for anything else: ".", and a copy that is not whole. */
static bool parse_name(const char *entry, struct attached_copy *file, const char **name)
{
	char *end;
	const long number = entry[0] >= '0' && entry[0] <= '9' ? strtol(entry, &end, 10) : 0;
	if (number < 1 || number > INT_MAX)
		return false;
	*file = (struct attached_copy){.number = (int)number};
	if (*end == '@')
		file->part = (int)strtol(end + 1, &end, 10);
	else if (*end == '?')
		file->missing = *end++;
	*name = end + 1;
	return *end == ' ' && **name;
}

/* "PART ATTACHMENT SIZE HOST" of a file that is not here. */
static void read_missing(struct attached_copy *file)
{
	FILE *note = fopen(file->path, "re");
	char host[256] = "";
	long long attachment = 0, size = 0;
	if (note && fscanf(note, "%d %lld %lld%*1[ ]%255[^\n]", &file->part, &attachment, &size, host) < 3)
		snprintf(host, sizeof host, "?"); /* at least it is known that there was one */
	if (note)
		fclose(note);
	file->attachment = attachment;
	file->size = size;
	file->host = *host ? alloc_copy(host) : NULL;
}

void draft_files_read(const struct draft *draft, struct attached_files *out)
{
	*out = (struct attached_files){0};
	if (!draft->path)
		return;
	char *directory = directory_of(draft->path);
	DIR *opened = opendir(directory);
	for (struct dirent *entry; opened && (entry = readdir(opened)) != NULL;) {
		struct attached_copy file;
		const char *name;
		struct stat st;
		if (!parse_name(entry->d_name, &file, &name))
			continue;
		file.path = alloc_format("%s/%s", directory, entry->d_name);
		if (lstat(file.path, &st) != 0 || !S_ISREG(st.st_mode)) {
			free(file.path);
			continue;
		}
		file.name = alloc_copy(name);
		file.size = st.st_size;
		file.node = (uint64_t)st.st_ino;
		file.changed_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
		if (file.missing)
			read_missing(&file);
		out->list = alloc_grow(out->list, out->count + 1, sizeof *out->list);
		out->list[out->count++] = file;
	}
	if (opened)
		closedir(opened);
	if (out->count)
		qsort(out->list, out->count, sizeof *out->list, by_number);
	free(directory);
}

void draft_files_release(struct attached_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		free(files->list[i].path);
		free(files->list[i].name);
		free(files->list[i].host);
	}
	free(files->list);
	*files = (struct attached_files){0};
}

static char *read_whole(const struct attached_copy *file, struct error *err)
{
	char *bytes = alloc_bytes((size_t)file->size + 1);
	const int fd = open(file->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : 0;
	size_t at = 0;
	while (fd >= 0 && at < (size_t)file->size &&
	        (got = read(fd, bytes + at, (size_t)file->size - at)) != 0) {
		if (got < 0 && errno != EINTR)
			break;
		at += got > 0 ? (size_t)got : 0;
	}
	if (fd >= 0)
		close(fd);
	if (at == (size_t)file->size && fd >= 0)
		return bytes;
	error_errno(err, ERROR_IO, _("cannot read the attached file %s"), file->path);
	free(bytes);
	return NULL;
}

bool draft_files_load(const struct draft *draft, struct attached **out, struct error *err)
{
	struct attached_files files;
	bool good = true;
	*out = NULL;
	draft_files_read(draft, &files);
	for (size_t i = 0; i < files.count && good; i++) {
		const struct attached_copy *file = &files.list[i];
		if (file->missing)
			continue;
		char *bytes = read_whole(file, err);
		good = bytes != NULL;
		if (!*out)
			*out = attached_new();
		if (good)
			attached_add(*out, file->name, attached_type(file->name), bytes, (size_t)file->size);
	}
	if (!good) {
		attached_drop(*out);
		*out = NULL;
	}
	draft_files_release(&files);
	return good;
}

static bool put_file(const char *path, const char *bytes, size_t size)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	size_t at = 0;
	ssize_t put = 0;
	while (fd >= 0 && at < size && (put >= 0 || errno == EINTR)) {
		put = write(fd, bytes + at, size - at);
		at += put > 0 ? (size_t)put : 0;
	}
	bool good = fd >= 0 && at == size;
	if (fd >= 0 && close(fd))
		good = false;
	if (fd >= 0 && !good)
		unlink(path);
	return good;
}

static bool put_missing(const char *directory, int number, const struct beside_file *file, const char *host)
{
	struct strbuf name = STRBUF_INIT;
	filename_safe(&name, file->name);
	char *path = alloc_format("%s/%02d? %s", directory, number, name.data);
	char *note = alloc_format(
	        "%d %lld %lld %s\n", file->part, (long long)file->id, (long long)file->size, host);
	const bool good = put_file(path, note, strlen(note));
	free(note);
	free(path);
	strbuf_release(&name);
	return good;
}

static bool make_directory(const char *directory)
{
	return mkdir(directory, 0700) == 0 || errno == EEXIST;
}

static bool cannot_put(const char *directory, struct error *err)
{
	return error_errno(
	        err, ERROR_IO, _("cannot put the attached files beside the draft (%s)"), directory);
}

bool draft_files_put(const char *draft_path, const struct attached *attached, struct error *err)
{
	if (!attached || !attached->count)
		return true;
	char *directory = directory_of(draft_path);
	bool good = make_directory(directory);
	for (size_t i = 0; i < attached->count && good; i++) {
		const struct attached_file *file = &attached->files[i];
		const int number = (int)i + 1;
		char *path = alloc_format("%s/%02d@%d %s", directory, number, number, file->name);
		good = file->bytes ? put_file(path, file->bytes, file->size)
		                   : put_missing(directory, number,
		                             &(struct beside_file){.name = file->name,
		                                     .size = (int64_t)file->size,
		                                     .part = number},
		                             "");
		free(path);
	}
	if (!good)
		cannot_put(directory, err);
	free(directory);
	return good;
}

bool draft_files_expect(
        const char *draft_path, const struct beside *files, const char *host, struct error *err)
{
	if (!files->count)
		return true;
	char *directory = directory_of(draft_path);
	bool good = make_directory(directory);
	for (size_t i = 0; i < files->count && good; i++) {
		const struct beside_file *file = &files->list[i];
		const char *only_on = file->host ? file->host : *host ? host : "?";
		good = put_missing(directory, draft_files_next(directory), file, file->id ? "" : only_on);
	}
	if (!good)
		cannot_put(directory, err);
	free(directory);
	return good;
}

void draft_files_learn(const struct draft *draft, const struct beside *known)
{
	struct attached_files files;
	draft_files_read(draft, &files);
	for (size_t i = 0; i < files.count; i++) {
		const struct attached_copy *file = &files.list[i];
		for (size_t k = 0; k < known->count; k++) {
			const struct beside_file *one = &known->list[k];
			if (!file->missing || file->host || file->attachment || !one->id ||
			        one->part != file->part)
				continue;
			FILE *note = fopen(file->path, "we");
			if (!note)
				continue;
			fprintf(note, "%d %lld %lld \n", one->part, (long long)one->id, (long long)one->size);
			fclose(note);
		}
	}
	draft_files_release(&files);
}

/* "…/03? photo.jpg" becomes "…/03@1 photo.jpg". */
bool draft_files_came(const char *missing_path, const char *bytes, size_t size, struct error *err)
{
	const char *name = strrchr(missing_path, '/') + 1, *mark = strchr(name, '?');
	struct attached_copy file = {.path = alloc_copy(missing_path)};
	char *directory = alloc_copy_n(missing_path, (size_t)(name - missing_path));
	char *new_path = alloc_format("%snew-fetched-%lld", directory, (long long)getpid());
	read_missing(&file);
	char *path = alloc_format("%s%.*s@%d%s", directory, (int)(mark - name), name, file.part, mark + 1);
	bool good = access(missing_path, F_OK) != 0; /* it was taken off, or the draft is gone */
	if (!good) {
		unlink(new_path);
		good = put_file(new_path, bytes, size) && rename(new_path, path) == 0 &&
		       unlink(missing_path) == 0;
		if (!good)
			error_errno(err, ERROR_IO, _("cannot keep %s"), path);
	}
	free(path);
	free(new_path);
	free(directory);
	free(file.host);
	free(file.path);
	return good;
}

void draft_files_told(const struct draft *draft, struct beside *out)
{
	struct attached_files files;
	*out = (struct beside){.count = 0};
	draft_files_read(draft, &files);
	for (size_t i = 0; i < files.count; i++) {
		const struct attached_copy *file = &files.list[i];
		beside_add(out, &(struct beside_file){.name = file->name,
		                        .host = file->host,
		                        .size = file->size,
		                        .part = file->host ? 0 : file->part,
		                        .id = file->attachment});
	}
	draft_files_release(&files);
}

static uint64_t add_number(uint64_t hash, uint64_t number)
{
	return (hash ^ number) * UINT64_C(0x100000001b3);
}

static uint64_t hash_files(const struct draft *draft, bool exactly)
{
	struct attached_files files;
	uint64_t hash = 0;
	draft_files_read(draft, &files);
	for (size_t i = 0; i < files.count; i++) {
		const struct attached_copy *file = &files.list[i];
		hash = add_number(hash, (uint64_t)file->size ^ (uint64_t)file->number << 48);
		for (const char *c = file->name; *c; c++)
			hash = add_number(hash, (unsigned char)*c);
		if (exactly)
			hash = add_number(add_number(hash, file->node), (uint64_t)file->changed_ns);
	}
	draft_files_release(&files);
	return hash;
}

uint64_t draft_files_hash(const struct draft *draft)
{
	return hash_files(draft, false);
}

uint64_t draft_files_print(const struct draft *draft)
{
	return hash_files(draft, true);
}

int draft_files_next(const char *directory)
{
	int last = 0;
	DIR *opened = opendir(directory);
	for (struct dirent *entry; opened && (entry = readdir(opened)) != NULL;) {
		struct attached_copy file;
		const char *name;
		if (parse_name(entry->d_name, &file, &name) && file.number > last)
			last = file.number;
	}
	if (opened)
		closedir(opened);
	return last + 1;
}

void draft_files_drop(const char *draft_path)
{
	char *directory = directory_of(draft_path);
	DIR *opened = opendir(directory);
	for (struct dirent *entry; opened && (entry = readdir(opened)) != NULL;)
		unlinkat(dirfd(opened), entry->d_name, 0); /* not "." and "..": they are directories */
	if (opened)
		closedir(opened);
	rmdir(directory);
	free(directory);
}

void draft_files_follow(const char *old_draft_path, const char *draft_path)
{
	char *from = directory_of(old_draft_path), *to = directory_of(draft_path);
	draft_files_drop(draft_path);
	if (rename(from, to) != 0 && errno != ENOENT)
		draft_files_drop(old_draft_path);
	free(from);
	free(to);
}
