/* The text of a call's draft: a note, and two lines behind it. */
#include "app/call.h"

#include <criterion/criterion.h>

Test(app_call, the_fields_stand_behind_the_note)
{
	static const struct {
		const char *text, *note, *customer, *subject;
	} cases[] = {
	        {"He called.\nTwice.\n\nCustomer: Ivan <i@k>\nSubject: No data  ", "He called.\nTwice.",
	                "Ivan <i@k>", "No data"},
	        {"Subject: he said\nmore\nCustomer: i@k\nSubject: No data", "Subject: he said\nmore", "i@k",
	                "No data"},
	        {"Customer: i@k\nSubject:\nwritten below", "written below", "i@k", ""},
	        {"Customer: i@k\nSubject: x\n\n", "", "i@k", "x"},
	        {"no fields", "no fields", NULL, NULL},
	        {"", "", NULL, NULL},
	        {"a\r\nCustomer:\ti@k\r\nSubject: x\r\n", "a", "i@k", "x"},
	        {"Customers: two\nSubject matter: x", "Customers: two\nSubject matter: x", NULL, NULL},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct call_text text;
		call_text_read(cases[i].text, &text);
		cr_expect_str_eq(text.note, cases[i].note, "%zu: %s", i, text.note);
		cr_assert(
		        !text.customer == !cases[i].customer && !text.subject == !cases[i].subject, "%zu", i);
		if (cases[i].customer)
			cr_expect_str_eq(text.customer, cases[i].customer, "%zu: %s", i, text.customer);
		if (cases[i].subject)
			cr_expect_str_eq(text.subject, cases[i].subject, "%zu: %s", i, text.subject);
		call_text_release(&text);
	}
}
