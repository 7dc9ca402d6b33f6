/* The demo's everyday tickets on which a customer is waiting: every plan, every state of the clock. */
#include "cmd/demo_data.h"

#include <stddef.h>

#define C                  SAYS_CUSTOMER
#define A                  SAYS_AGENT
#define N                  SAYS_NOTE
#define MINUTES            *60
#define HOURS              *3600
#define NORMAL(who, about) .from = who, .subject = about, .priority = PRIORITY_NORMAL

/* clang-format off */
const struct demo_ticket demo_tickets_normal[] = {
{NORMAL("e.titova@polus-market.example", "Как добавить второй домен в кросс-доменный трекинг?"),
 .status = STATUS_NEW, .left = 4 MINUTES + 40, .say = {
 {C, "Здравствуйте! Запускаем витрину на втором домене. Достаточно ли добавить его в список referral exclusion, или код счётчика тоже надо менять?"}}},
{NORMAL("d.belov@severdom.example", "Доступ для нового аналитика"), .tags = "access",
 .status = STATUS_OPEN, .assignee = "anna", .left = 17 MINUTES, .say = {
 {C, "Коллеги, к нам вышел новый аналитик. Как выдать ему доступ только на чтение отчётов?"},
 {A, "Дмитрий, добрый день!\n\nВ разделе «Пользователи» пригласите его с ролью «Просмотр». К датасету в BigQuery он доступа не получит.\n\nАнна"},
 {C, "Пригласил, но он видит и чужие проекты. Так и должно быть?"}}},
{NORMAL("mira.chen@novus-retail.example", "Which fields are in the hourly session export?"), .tags = "bigquery",
 .status = STATUS_NEW, .left = 1 HOURS + 22 MINUTES, .say = {
 {C, "Is there a list of the fields in the hourly export, with types? The documentation only shows the daily tables.\n\nMira"}}},
{NORMAL("bohdan@rozmay.example", "Сегмент «повернулись за 7 днів» рахує не те"),
 .status = STATUS_OPEN, .assignee = "olena", .left = -(9 MINUTES), .say = {
 {C, "Сегмент «повернулись за 7 днів» показує більше людей, ніж було взагалі за тиждень. Запит додаю.",
  "segment.sql", "SELECT COUNT(DISTINCT user_id)\nFROM `rozmay.sessions.*`\nWHERE DATE(time) >= DATE_SUB(CURRENT_DATE(), INTERVAL 7 DAY)\n"},
 {A, "Богдане, вітаю! Сегмент рахує cookie, а запит рахує user_id. Який із них вам потрібен у звіті?\n\nОлена"},
 {C, "Потрібен user_id. Як перемкнути сегмент?"}}},
{NORMAL("pieter@orchid.example", "Compare two attribution models in one report"),
 .status = STATUS_NEW, .left = 2 HOURS + 2 MINUTES, .say = {
 {C, "Hello, can I put the results of two models side by side in one report, by campaign? At the moment I join them by hand in a sheet.\n\nPieter"}}},
{NORMAL("k.orlova@chaika.example", "Выгрузка аудитории в рекламный кабинет"),
 .status = STATUS_OPEN, .assignee = "clara", .left = 55 MINUTES, .say = {
 {C, "Добрый день! Аудитория «бросили бронирование» выгружается раз в сутки. Можно чаще?"},
 {A, "Кристина, здравствуйте! На вашем плане доступна выгрузка каждые четыре часа. Включить?\n\nКлара"},
 {C, "Да, включите, пожалуйста. И сразу вопрос: пойдёт ли туда история за прошлую неделю?"}}},
{NORMAL("sanne@orchid.example", "Time zone of the cost data import"),
 .status = STATUS_NEW, .left = 3 HOURS + 35 MINUTES, .channel = CHANNEL_FORM, .say = {
 {C, "In which time zone are the days of imported costs? Our ad account is in Amsterdam, the view in UTC, and the totals differ by a few euros every day."}}},
{NORMAL("n.gusev@chaika.example", "Не сходятся конверсии с CRM"),
 .status = STATUS_OPEN, .assignee = "ben", .left = -(1 HOURS + 12 MINUTES), .say = {
 {C, "В отчёте 418 бронирований за вчера, в CRM 431. Тестовые заказы мы исключили. Куда делись тринадцать?"},
 {N, "13 orders without client_id, all by phone: they never had a session. Check with Kristina before answering."},
 {C, "Нашли закономерность: все тринадцать оформлены по телефону. Есть способ их тоже учитывать?"}}},
{NORMAL("amelia@kite.example", "Rename a data stream without losing history"),
 .status = STATUS_NEW, .left = 1 HOURS + 48 MINUTES, .mailbox = true, .say = {
 {C, "We are rebranding and would like to rename the stream 'kite-main'. Does the history stay under the new name?\n\nAmelia"}}},
{NORMAL("tom@kite.example", "Two-factor sign-in for the whole team"), .tags = "access",
 .status = STATUS_OPEN, .assignee = "marek", .left = 28 MINUTES, .say = {
 {C, "Can we require two-factor sign-in for everybody in our account?"},
 {A, "Hi Tom,\n\nyes: Settings, Security, 'Require a second factor'. People without one are asked at their next sign-in.\n\nMarek"},
 {C, "Found it, but the switch is grey for me although I am an admin."}}},
{NORMAL("tim@femto.example", "Как подключить Google Ads?"),
 .status = STATUS_NEW, .left = 3 HOURS + 41 MINUTES, .channel = CHANNEL_FORM, .say = {
 {C, "Здравствуйте, мы только зарегистрировались. Где подключается импорт расходов из Google Ads и сколько дней истории он подтянет?\n\nТимур"}}},
{NORMAL("lena@femto.example", "Импорт расходов из VK Рекламы пропускает выходные"),
 .status = STATUS_OPEN, .assignee = "anna", .left = 5 HOURS + 16 MINUTES, .say = {
 {C, "За субботу и воскресенье расходы по VK Рекламе нулевые, за будни всё есть."},
 {A, "Лена, добрый день! Импорт за выходные ждал ответа площадки и сейчас перезапущен. Проверьте, пожалуйста, через час.\n\nАнна"},
 {C, "Суббота появилась, воскресенье всё ещё пустое."}}},
{NORMAL("ruth@lumen-optics.example", "CSV of ad costs: which separator?"),
 .status = STATUS_NEW, .left = 6 HOURS + 30 MINUTES, .say = {
 {C, "I am uploading offline costs as CSV and get 'unexpected column count' on line 2. Does the file need commas or semicolons?\n\nRuth",
  "costs.csv", "date;source;medium;cost\n2026-11-20;radio;offline;412,50\n"}}},
{NORMAL("paul@lumen-optics.example", "UTM tags with capital letters counted twice"),
 .status = STATUS_OPEN, .assignee = "taras", .left = 12 MINUTES + 30, .say = {
 {C, "'Newsletter' and 'newsletter' show up as two sources. Is there a setting to ignore case?"},
 {A, "Hi Paul,\n\nthere is: in the stream's settings switch on 'Lower-case UTM values'. It works for new data only.\n\nTaras"},
 {C, "Switched on. Can you run it over the last month too?"}}},
{NORMAL("iryna@dribnytsia.example", "Валюта витрат: гривня замість долара"), .tags = "costs",
 .status = STATUS_NEW, .left = 7 HOURS + 5 MINUTES, .say = {
 {C, "Добрий день! Імпорт витрат із TikTok завантажує суми в доларах, а в кабінеті вказано гривню. Де це змінити?"}}},
{NORMAL("iryna@dribnytsia.example", "Facebook Ads: витрати за жовтень подвоїлися"), .tags = "costs",
 .status = STATUS_HOLD, .assignee = "olena", .left = 2 HOURS + 50 MINUTES, .hold_for = "Facebook support", .say = {
 {C, "Витрати за жовтень у звіті рівно вдвічі більші, ніж у кабінеті Facebook."},
 {A, "Ірино, вітаю! Схоже, API повернув ті самі дні двічі. Запитали підтримку Facebook, чекаємо на відповідь.\n\nОлена"},
 {C, "Дякую. Чи можна поки що сховати жовтень зі звіту?"}}},
{NORMAL("tim@femto.example", "Стоимость плана при росте трафика"), .tags = "billing",
 .status = STATUS_HOLD, .assignee = "anna", .left = 4 HOURS + 8 MINUTES, .hold_for = "billing team", .say = {
 {C, "Если трафик вырастет до 3 млн сессий, сколько будет стоить план? На сайте таблица только до миллиона."}}},
{NORMAL("carla@vantage.example", "Report by landing page is empty"),
 .status = STATUS_NEW, .left = 4 HOURS + 12 MINUTES, .say = {
 {C, "The landing page report has been empty since the weekend; source/medium works. Any idea?\n\nCarla"}}},
{NORMAL("petro@garna-hata.example", "Не надходять листи зі щоденним звітом"),
 .status = STATUS_NEW, .left = 6 HOURS + 45 MINUTES, .say = {
 {C, "Доброго дня. Щоденний звіт не приходить на пошту вже третій день, у спамі теж немає. Адреса не змінювалася.\n\nПетро"}}},
{NORMAL("halyna@garna-hata.example", "Як видалити старий потік даних?"),
 .status = STATUS_OPEN, .assignee = "taras", .left = 7 HOURS + 20 MINUTES, .say = {
 {C, "Як видалити потік даних зі старого сайту?"},
 {A, "Галино, вітаю! «Потоки» → три крапки → «Архівувати». Дані в BigQuery залишаться.\n\nТарас"},
 {C, "Архівувала. А за зберігання цих даних ми платимо окремо?"}}},
{NORMAL("bill@tallow.example", "Question about the October invoice"), .tags = "billing",
 .status = STATUS_NEW, .left = 8 HOURS + 30 MINUTES, .say = {
 {C, "Hello, the October invoice has two lines for 'Cost Data' with different amounts. Could you explain the second one?\n\nBill Tanner",
  "invoice-10.txt", "Cost Data, 1-17 October    48.00\nCost Data, 18-31 October   61.00\n"}}},
{NORMAL("fiona@tallow.example", "Bing Ads costs missing for one campaign"), .tags = "costs",
 .status = STATUS_OPEN, .assignee = "marek", .left = 10 HOURS + 4 MINUTES, .say = {
 {C, "Costs of the campaign 'brand uk' are missing since the first of the month, all others are there."},
 {A, "Hi Fiona,\n\nthe campaign has a tracking template without utm_campaign, so its costs are grouped under '(not set)'.\n\nMarek"},
 {C, "I see it there. Can the old rows be moved after I fix the template?"}}},
{NORMAL("bill@tallow.example", "Change of the payer's address"), .tags = "billing",
 .status = STATUS_NEW, .left = 11 HOURS + 50 MINUTES, .channel = CHANNEL_FORM, .say = {
 {C, "We have moved. Please put the new address on the invoices from November: 4 Tanyard Lane, Leeds."}}},
{NORMAL("ruth@lumen-optics.example", "<b>Bold</b> campaign names & other oddities 🔭"),
 .status = STATUS_NEW, .left = 5 HOURS + 2 MINUTES, .say = {
 {C, "Our agency put HTML and emoji into campaign names: \"<b>SALE</b> 🔭 & more\". They look fine in the ad account and come out as question marks in the report. "
     "Is there a way to clean them on import?\n\nRuth"}}},
{.from = NULL},
};
