/*
 * What of a message's text need not be read again: the history that a mail program quotes below (or above) the answer, and
 * the signature. Found by form alone: ">" blocks with the line that introduces them ("On Monday Eve wrote:"), the header
 * blocks of Outlook ("From: Sent: To: Subject:"), "-----Original Message-----", the RFC 3676 "-- ", "Sent from my iPhone",
 * and a closing ("Best regards", "С уважением") with the few lines of a signature below it; in English, Russian, Ukrainian,
 * German and the words of some more languages.
 *
 * In doubt a line is shown: an answer between quotations stays, a forwarded message is what its sender wants read, and a
 * message that would be nothing but folds has none.
 */
#ifndef CORE_FOLD_H
#define CORE_FOLD_H

#include <stddef.h>

enum fold_kind { FOLD_QUOTE, FOLD_SIGNATURE };

struct fold {
	enum fold_kind kind;
	size_t start;  /* bytes; the beginning of a line */
	size_t length; /* up to the last line's end, without its LF and without blank lines behind it */
	int lines;     /* in it that are not blank */
};

/* In order, apart from one another. All bytes 0 is an empty list. */
struct fold_list {
	struct fold *list; /* owned */
	size_t count;
};

/* Of sanitised text (core/text.h, TEXT_KEEP_LINES), in linear time. *out is replaced. */
void fold_find(const char *text, size_t length, struct fold_list *out);
/* Of a part of a longer text, which may be all quotation: the rest stands elsewhere. */
void fold_find_part(const char *text, size_t length, struct fold_list *out);
void fold_list_release(struct fold_list *folds);

#endif
