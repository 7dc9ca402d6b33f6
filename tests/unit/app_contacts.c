/* Addresses and names as they are typed. */
#include "app/contacts.h"

#include <criterion/criterion.h>
#include <string.h>

Test(app_contacts, an_address_is_read_with_its_name)
{
	static const struct {
		const char *typed, *email, *name, *rest;
	} cases[] = {
	        {"ivan@kite.example", "ivan@kite.example", "", ""},
	        {"  Ivan@Kite.EXAMPLE  Ivan  Petrov", "ivan@kite.example", "", "Ivan  Petrov"},
	        {"Ivan Petrov <ivan@kite.example>", "ivan@kite.example", "Ivan Petrov", ""},
	        {"Иван  <ivan@kite.example> no data since 02:00", "ivan@kite.example", "Иван",
	                "no data since 02:00"},
	        {"<a@b>", "a@b", "", ""},
	        {"a@b 1 < 2", "a@b", "", "1 < 2"},
	        {"", NULL, NULL, NULL},
	        {"ivan", NULL, NULL, NULL},
	        {"@kite.example", NULL, NULL, NULL},
	        {"ivan@", NULL, NULL, NULL},
	        {"a@b@c", NULL, NULL, NULL},
	        {"a@b,c@d", NULL, NULL, NULL},
	        {"Ivan <ivan at kite>", NULL, NULL, NULL},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct person_typed person;
		struct error err;
		const bool good = person_read(cases[i].typed, &person, &err);
		cr_assert_eq(good, cases[i].email != NULL, "%s", cases[i].typed);
		if (good) {
			cr_expect_str_eq(
			        person.email, cases[i].email, "%s: %s", cases[i].typed, person.email);
			cr_expect_str_eq(person.name, cases[i].name, "%s: %s", cases[i].typed, person.name);
			cr_expect_str_eq(person.rest, cases[i].rest, "%s: %s", cases[i].typed, person.rest);
		}
		person_release(&person);
	}
}
