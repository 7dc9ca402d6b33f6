/* The demo's organizations, over all plans of the agreement, the people who write for them, and the
 * desk that answers. */
#include "cmd/demo_data.h"

#include <stddef.h>

const struct demo_organization demo_organizations[] = {
        {"Северный дом", "Enterprise", false, "severdom.example", "severdom", "Марина Лис", "Игорь Зимин"},
        {"Novus Retail", "Enterprise", false, "novus-retail.example", "novus", "Kate Miller", "Igor Zimin"},
        {"Розмай", "Enterprise", false, "rozmay.example", "rozmay", "Марина Лис", "Тетяна Гай"},
        {"Orchid BV", "Reports & Attribution", false, "orchid.example", "orchid", "Kate Miller", ""},
        {"Чайка Авиа", "Reports & Attribution", false, "chaika.example", "chaika", "Марина Лис", ""},
        {"Femto", "Marketing Data", false, "femto.example", NULL, "", ""},
        {"Lumen Optics", "Marketing Data", false, "lumen-optics.example", NULL, "", ""},
        {"Дрібниця", "Marketing Data", false, "dribnytsia.example", NULL, "", ""},
        {"Полюс Маркет", "Enterprise", true, "polus-market.example", "polus", "Kate Miller", "Тетяна Гай"},
        {"Kite & Co", "Business", true, "kite.example", "kite", "Kate Miller", ""},
        {"Vantage Travel", "Basic", true, "vantage.example", NULL, "", ""},
        {"Гарна Хата", "Basic", true, "garna-hata.example", NULL, "", ""},
        {"Tallow", "Cost Data", true, "tallow.example", NULL, "", ""},
        {NULL, NULL, false, NULL, NULL, NULL, NULL},
};

const struct demo_person demo_people[] = {
        {"a.sokolova@severdom.example", "Анна Соколова", "ru"},
        {"d.belov@severdom.example", "Дмитрий Белов", "ru"},
        {"mira.chen@novus-retail.example", "Mira Chen", "en"},
        {"j.okafor@novus-retail.example", "James Okafor", "en"},
        {"oksana@rozmay.example", "Оксана Левченко", "uk"},
        {"bohdan@rozmay.example", "Богдан Юрчук", "uk"},
        {"sanne@orchid.example", "Sanne de Vries", "en"},
        {"pieter@orchid.example", "Pieter Bakker", "en"},
        {"k.orlova@chaika.example", "Кристина Орлова", "ru"},
        {"n.gusev@chaika.example", "Николай Гусев", "ru"},
        {"tim@femto.example", "Тимур Ахметов", "ru"},
        {"lena@femto.example", "Лена Ким", "ru"},
        {"ruth@lumen-optics.example", "Ruth Alvarez", "en"},
        {"paul@lumen-optics.example", "Paul Haines", "en"},
        {"iryna@dribnytsia.example", "Ірина Мороз", "uk"},
        {"v.gromov@polus-market.example", "Виктор Громов", "ru"},
        {"e.titova@polus-market.example", "Елена Титова", "ru"},
        {"amelia@kite.example", "Amelia Wright", "en"},
        {"tom@kite.example", "Tom Kitely", "en"},
        {"carla@vantage.example", "Carla Jansen", "en"},
        {"petro@garna-hata.example", "Петро Шевчук", "uk"},
        {"halyna@garna-hata.example", "Галина Дяченко", "uk"},
        {"bill@tallow.example", "Bill Tanner", "en"},
        {"fiona@tallow.example", "Fiona Reid", "en"},
        {NULL, NULL, NULL},
};

const struct demo_login demo_logins[] = {
        {"anna", "Anna Koval", DEMO_AGENT},
        {"ben", "Ben Archer", DEMO_AGENT},
        {"clara", "Clara Weiss", DEMO_AGENT},
        {"denis", "Denis Mazur", DEMO_AGENT},
        {"vera", "Vera Lindt", DEMO_LEAD},
        {"pavel", "Pavel Hruby", DEMO_LEAD},
        {"olena", "Olena Hnatiuk", DEMO_COLLEAGUE},
        {"taras", "Taras Bondar", DEMO_COLLEAGUE},
        {"marek", "Marek Novak", DEMO_COLLEAGUE},
        {NULL, NULL, DEMO_AGENT},
};
