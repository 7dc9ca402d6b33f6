/* The demo's tickets on which nobody waits for us: answered, held for a third party, closed. */
#include "cmd/demo_data.h"

#include <stddef.h>

#define C                  SAYS_CUSTOMER
#define A                  SAYS_AGENT
#define N                  SAYS_NOTE
#define HOURS              *60
#define NORMAL(who, about) .from = who, .subject = about, .priority = PRIORITY_NORMAL

/* clang-format off */
const struct demo_ticket demo_tickets_quiet[] = {
{NORMAL("a.sokolova@severdom.example", "Отчёт по когортам за год"), .status = STATUS_PENDING, .assignee = "anna", .ago = 25, .mailbox = true, .say = {
 {C, "Можно ли построить когорты по месяцу первой покупки за год, а не за квартал?"},
 {A, "Анна, добрый день!\n\nМожно: в параметрах отчёта глубина «12 месяцев». Запрос обработает около 40 ГБ, это нормально для вашей квоты? Подтвердите, и я включу.\n\nАнна"}}},
{NORMAL("j.okafor@novus-retail.example", "Service account for the new project"), .status = STATUS_PENDING, .assignee = "ben", .ago = 50, .say = {
 {C, "We are moving the export to the project novus-dwh. Which roles does your service account need there?"},
 {A, "Hi James,\n\nBigQuery Data Editor on the dataset and Job User on the project. Could you tell me when they are granted? Then I switch the export.\n\nBen"}}},
{NORMAL("bohdan@rozmay.example", "Перенести дані у регіон EU"), .status = STATUS_PENDING, .assignee = "olena", .ago = 3 HOURS, .say = {
 {C, "Нам потрібно, щоб усі дані зберігалися в регіоні EU. Зараз датасет у US."},
 {A, "Богдане, вітаю!\n\nПеренесемо історію за одну ніч, потік зупиниться хвилин на десять. Яка ніч вам зручна?\n\nОлена"}}},
{.from = "sanne@orchid.example", .subject = "Sampling in the weekly report", .priority = PRIORITY_HIGH, .status = STATUS_PENDING, .assignee = "clara", .ago = 70, .say = {
 {C, "The weekly report says 'based on 62 % of sessions'. We pay for unsampled data."},
 {A, "Hi Sanne,\n\nthe report reads from the connected view, not from BigQuery. I have prepared a copy that reads the session tables. Would you look whether the numbers are what you expect?\n\nClara"}}},
{NORMAL("n.gusev@chaika.example", "Справочник маршрутов в отчёте"), .status = STATUS_PENDING, .assignee = "taras", .ago = 5 HOURS, .say = {
 {C, "Хотим подставлять названия маршрутов вместо кодов. Можно загрузить справочник?"},
 {A, "Николай, здравствуйте!\n\nДа, CSV с колонками code и title, до 10 000 строк. Пришлите файл, и мы подключим.\n\nТарас"}}},
{NORMAL("lena@femto.example", "Яндекс Директ: нет показов в отчёте"), .status = STATUS_PENDING, .assignee = "anna", .ago = 2 HOURS, .say = {
 {C, "Расходы и клики из Директа есть, показов нет."},
 {A, "Лена, добрый день! Показы импортируются, если в источнике отмечено поле «Показы». Отметьте, пожалуйста, и напишите, появились ли они завтра.\n\nАнна"}}},
{NORMAL("paul@lumen-optics.example", "Goal for the contact form"), .status = STATUS_PENDING, .assignee = "marek", .ago = 8 HOURS, .say = {
 {C, "How do I count a submitted contact form as a goal? There is no thank-you page."},
 {A, "Hi Paul,\n\nsend the event 'lead' from the form's success handler; two lines of code, I put them below. Shall I check it when it is live?\n\n  track('lead', {form: 'contact'});\n\nMarek"}}},
{NORMAL("e.titova@polus-market.example", "Дубли транзакций в таблице"), .status = STATUS_PENDING, .assignee = "ben", .ago = 95, .say = {
 {C, "В таблице transactions заказ 5518002 встречается три раза."},
 {N, "Страница «Спасибо» перезагружается, код отправляет заказ каждый раз."},
 {A, "Елена, добрый день!\n\nЗаказ отправляется при каждом обновлении страницы «Спасибо». Могу включить склейку по номеру заказа: останется первая запись. Включить?\n\nБен"}}},
{NORMAL("amelia@kite.example", "Access for an external agency"), .status = STATUS_PENDING, .assignee = "clara", .ago = 6 HOURS, .channel = CHANNEL_FORM, .say = {
 {C, "Our agency needs to see paid channels only. Is that possible?"},
 {A, "Hi Amelia,\n\nyes, with a report filter and the role 'Viewer'. Which channels exactly, and until when?\n\nClara"}}},
{NORMAL("carla@vantage.example", "Booking value without taxes"), .status = STATUS_PENDING, .assignee = "taras", .ago = 21 HOURS, .say = {
 {C, "Can reports show the booking value without taxes?"},
 {A, "Hi Carla,\n\nif you send the tax as its own parameter, yes. Do you have it in the data layer?\n\nTaras"}}},
{NORMAL("fiona@tallow.example", "Manual upload of print costs"), .status = STATUS_PENDING, .assignee = "marek", .ago = 26 HOURS, .say = {
 {C, "Is there a template for uploading costs of print ads?"},
 {A, "Hi Fiona,\n\nattached to the help article 'Upload costs'. Does it fit your columns?\n\nMarek"}}},
{NORMAL("d.belov@severdom.example", "Экспорт в Snowflake"), .status = STATUS_HOLD, .assignee = "anna", .ago = 4 HOURS, .hold_for = "export team", .say = {
 {C, "Планируется ли экспорт в Snowflake? Нам важно понимать до конца квартала."},
 {A, "Дмитрий, добрый день!\n\nПередал вопрос команде экспорта, ответят до среды. Напишу, как только узнаю.\n\nАнна"}}},
{.from = "mira.chen@novus-retail.example", .subject = "Google Ads conversions arrive a day late", .priority = PRIORITY_HIGH, .status = STATUS_HOLD, .assignee = "ben", .ago = 7 HOURS, .hold_for = "Google Ads support", .say = {
 {C, "Conversions we send back to Google Ads appear a day late since the API change."},
 {A, "Hi Mira,\n\nwe send them within the hour; Google has confirmed a delay in their processing and is working on it. I keep this open until they answer.\n\nBen"}}},
{NORMAL("oksana@rozmay.example", "Доступ до API для партнера"), .status = STATUS_HOLD, .assignee = "olena", .ago = 9 HOURS, .hold_for = "legal team", .say = {
 {C, "Партнер просить прямий доступ до API звітів. Чи дозволяє це договір?"},
 {A, "Оксано, вітаю! Питання передано юристам, відповімо до п'ятниці.\n\nОлена"}}},
{NORMAL("halyna@garna-hata.example", "Хибні переходи з ботів"), .status = STATUS_HOLD, .assignee = "taras", .ago = 28 HOURS, .hold_for = "data quality team", .say = {
 {C, "За тиждень 12 000 візитів з одного міста й нульовим часом на сайті. Це боти?"},
 {A, "Галино, вітаю! Так, схоже на ботів. Команда якості даних додає їх до фільтра.\n\nТарас"}}},
{NORMAL("a.sokolova@severdom.example", "Смена ответственного за счёт"), .status = STATUS_CLOSED, .assignee = "anna", .ago = 2 HOURS, .channel = CHANNEL_PHONE, .say = {
 {C, "Прошу сменить контакт для счетов на buh@severdom.example."},
 {A, "Анна, готово: следующий счёт придёт на новый адрес.\n\nАнна"}}},
{NORMAL("j.okafor@novus-retail.example", "Reset of a lost second factor"), .status = STATUS_CLOSED, .assignee = "clara", .ago = 11 HOURS, .channel = CHANNEL_CHAT, .say = {
 {C, "A colleague lost her phone and cannot sign in."},
 {A, "Hi James,\n\nreset; she is asked for a new second factor at her next sign-in.\n\nClara"}}},
{NORMAL("k.orlova@chaika.example", "Логотип в PDF-отчёте"), .status = STATUS_CLOSED, .assignee = "taras", .ago = 23 HOURS, .say = {
 {C, "В PDF-версии отчёта логотип растянут."},
 {A, "Кристина, исправили: логотип теперь сохраняет пропорции.\n\nТарас"}}},
{NORMAL("tom@kite.example", "Refund for the unused month"), .status = STATUS_CLOSED, .assignee = "marek", .ago = 27 HOURS, .say = {
 {C, "We paused the account in September but were charged."},
 {A, "Hi Tom,\n\nyou are right, sorry. The amount is credited on the next invoice.\n\nMarek"}}},
{NORMAL("tim@femto.example", "Спасибо за помощь с импортом"), .status = STATUS_CLOSED, .assignee = "ben", .ago = 30 HOURS, .say = {
 {C, "Импорт расходов перестал падать, подскажите, что это было?"},
 {A, "Тимур, добрый день! У токена закончился срок действия, теперь он продлевается сам.\n\nБен"}}},
{NORMAL("carla@vantage.example", "Hourly data in the sheet add-on"), .status = STATUS_CLOSED, .assignee = "olena", .ago = 47 HOURS, .say = {
 {C, "The add-on shows days only. Is there a way to get hours?"},
 {A, "Hi Carla,\n\nchoose the dimension 'Hour' instead of 'Date' in the query; it works for the last 30 days.\n\nOlena"}}},
{NORMAL("iryna@dribnytsia.example", "Зміна пошти для входу"), .status = STATUS_CLOSED, .assignee = "olena", .ago = 51 HOURS, .say = {
 {C, "Як змінити пошту для входу?"},
 {A, "Ірино, вітаю! «Профіль» → «Пошта»: на нову адресу прийде лист із підтвердженням.\n\nОлена"}}},
{NORMAL("petro@garna-hata.example", "Рахунок-фактура за вересень"), .status = STATUS_CLOSED, .assignee = "marek", .ago = 55 HOURS, .say = {
 {C, "Надішліть, будь ласка, рахунок-фактуру за вересень."},
 {A, "Петре, вітаю! Рахунок у розділі «Оплата», також надіслав копію на пошту.\n\nМарек"}}},
{.from = NULL},
};
