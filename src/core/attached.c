/* Files on their way out. The types are those that customers and agents send each other; the rest is bytes. */
#include "core/attached.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct attached *attached_new(void)
{
	struct attached *attached = alloc_bytes(sizeof *attached);
	attached->holders = 1;
	return attached;
}

struct attached *attached_hold(struct attached *attached)
{
	if (attached)
		attached->holders++;
	return attached;
}

void attached_drop(struct attached *attached)
{
	if (!attached || --attached->holders)
		return;
	for (size_t i = 0; i < attached->count; i++) {
		free(attached->files[i].name);
		free(attached->files[i].type);
		free(attached->files[i].bytes);
	}
	free(attached->files);
	free(attached);
}

void attached_forget_bytes(struct attached *attached)
{
	for (size_t i = 0; i < attached->count && attached->holders == 1; i++) {
		free(attached->files[i].bytes);
		attached->files[i].bytes = NULL;
	}
}

void attached_add(struct attached *attached, const char *name, const char *type, char *bytes, size_t size)
{
	attached->files = alloc_grow(attached->files, attached->count + 1, sizeof *attached->files);
	attached->files[attached->count++] = (struct attached_file){
	        .name = alloc_copy(name), .type = alloc_copy(type), .bytes = bytes, .size = size};
}

const char *attached_type(const char *name)
{
	static const struct {
		const char *ending, *type;
	} types[] = {{"txt", "text/plain"}, {"log", "text/plain"}, {"md", "text/markdown"},
	        {"csv", "text/csv"}, {"tsv", "text/tab-separated-values"}, {"htm", "text/html"},
	        {"html", "text/html"}, {"json", "application/json"}, {"xml", "application/xml"},
	        {"sql", "application/sql"}, {"yaml", "application/yaml"}, {"yml", "application/yaml"},
	        {"pdf", "application/pdf"}, {"rtf", "application/rtf"}, {"zip", "application/zip"},
	        {"gz", "application/gzip"}, {"tar", "application/x-tar"},
	        {"7z", "application/x-7z-compressed"}, {"png", "image/png"}, {"jpg", "image/jpeg"},
	        {"jpeg", "image/jpeg"}, {"gif", "image/gif"}, {"webp", "image/webp"},
	        {"svg", "image/svg+xml"}, {"bmp", "image/bmp"}, {"tif", "image/tiff"}, {"tiff", "image/tiff"},
	        {"mp3", "audio/mpeg"}, {"wav", "audio/x-wav"}, {"ogg", "audio/ogg"}, {"mp4", "video/mp4"},
	        {"mov", "video/quicktime"}, {"webm", "video/webm"}, {"doc", "application/msword"},
	        {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	        {"xls", "application/vnd.ms-excel"},
	        {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	        {"ppt", "application/vnd.ms-powerpoint"},
	        {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
	        {"odt", "application/vnd.oasis.opendocument.text"},
	        {"ods", "application/vnd.oasis.opendocument.spreadsheet"}, {"ics", "text/calendar"},
	        {"vcf", "text/vcard"}};
	const char *dot = strrchr(name, '.');
	for (size_t i = 0; dot && i < sizeof types / sizeof *types; i++)
		if (strcasecmp(dot + 1, types[i].ending) == 0)
			return types[i].type;
	return "application/octet-stream";
}
