/*
 * The demo's urgent and high tickets. The first seven tell one outage: the night's load of session tables into
 * BigQuery failed, and every Enterprise customer writes about it in his own words.
 */
#include "cmd/demo_data.h"

#include <stddef.h>

#define C       SAYS_CUSTOMER
#define A       SAYS_AGENT
#define N       SAYS_NOTE
#define MINUTES *60
#define HOURS   *3600

/* clang-format off */
const struct demo_ticket demo_tickets_urgent[] = {
{.from = "a.sokolova@severdom.example", .subject = "Данные за ночь не загрузились в BigQuery",
 .tags = "bigquery,outage", .priority = PRIORITY_URGENT, .status = STATUS_NEW, .left = -(14 MINUTES), .mailbox = true, .say = {
 {C, "Добрый день!\n\nС 02:00 таблицы session_streaming пустые, вчерашняя партиция тоже. Отчёты для совета директоров через час, "
     "а в них нули по всем каналам.\n\nПроект: severdom-bi, датасет sessions_eu.\n\nАнна"},
 {C, "Проверили квоты и права сервисного аккаунта, всё без изменений. В журнале загрузки вот это, см. вложение.",
  "load_errors.csv", "time,table,error\n02:00:11,session_streaming_20261121,backendError\n02:05:14,session_streaming_20261121,backendError\n"
  "02:10:16,session_streaming_20261121,deadlineExceeded\n"}}},
{.from = "mira.chen@novus-retail.example", .subject = "Session tables are empty since 02:00",
 .tags = "bigquery,outage", .priority = PRIORITY_URGENT, .status = STATUS_OPEN, .assignee = "anna", .left = 9 MINUTES + 12, .mailbox = true, .say = {
 {C, "Hi team,\n\nour session tables in BigQuery have had no rows since 02:00 UTC. Yesterday's partition stops at 01:58. "
     "Nothing changed on our side. Black Friday bidding runs on this data, so please treat it as an outage.\n\nMira"},
 {A, "Hi Mira,\n\nwe see the failed load jobs and are looking into them now. The hits themselves are collected, nothing is lost so far. "
     "I will write again as soon as I know when the load resumes.\n\nAnna"},
 {N, "Same backendError as in the other two reports. The collector is fine: 41 M hits waiting in the buffer."},
 {C, "Thanks Anna. How long does the buffer keep hits? We need to know whether to stop the campaigns."}}},
{.from = "oksana@rozmay.example", .subject = "Порожні таблиці сесій за ніч",
 .tags = "bigquery,outage", .priority = PRIORITY_URGENT, .status = STATUS_NEW, .left = 26 MINUTES, .mailbox = true, .say = {
 {C, "Вітаю!\n\nСьогодні вночі таблиці сесій у BigQuery не оновилися: остання подія о 01:57. Дашборд продажів показує нуль, "
     "керівництво вже питає. Скажіть, будь ласка, чи не загубляться дані?\n\nОксана"}}},
{.from = "v.gromov@polus-market.example", .subject = "Таблицы сессий пустые с двух часов ночи",
 .tags = "bigquery,outage", .priority = PRIORITY_URGENT, .status = STATUS_OPEN, .assignee = "olena", .left = 48 MINUTES, .say = {
 {C, "Здравствуйте. Сессии за сегодня не считаются, последняя запись в 01:58. Атрибуция, естественно, тоже не построилась."},
 {A, "Виктор, здравствуйте!\n\nВидим остановку загрузки на нашей стороне, инженеры занимаются. Сырые данные собираются, потерь нет.\n\nОлена"},
 {C, "Понял, жду. Нужно ли будет перезапускать атрибуцию вручную, когда сессии появятся?"}}},
{.from = "j.okafor@novus-retail.example", .subject = "BigQuery export stopped, dashboards show zero",
 .tags = "bigquery,outage", .priority = PRIORITY_URGENT, .status = STATUS_NEW, .left = 1 HOURS + 5 MINUTES, .say = {
 {C, "Hello,\n\nall Looker dashboards that read the session tables show zero for today. The export log says deadlineExceeded every five minutes. "
     "Is this on your side?\n\nJames",
  "dashboard.txt", "sessions today      0\nsessions yesterday  612904 (until 01:58)\n"}}},
{.from = "d.belov@severdom.example", .subject = "Re: пустые таблицы сессий, блокирует отчётность",
 .tags = "bigquery,outage", .priority = PRIORITY_URGENT, .status = STATUS_NEW, .left = 1 HOURS + 37 MINUTES, .say = {
 {C, "Коллеги, дублирую за Анну: у нас стоит вся отчётность. Дайте, пожалуйста, оценку, когда данные появятся, хотя бы порядок: час или день?"}}},
{.from = "bohdan@rozmay.example", .subject = "Streaming зупинився після оновлення токена",
 .tags = "bigquery,outage", .priority = PRIORITY_URGENT, .status = STATUS_OPEN, .assignee = "ben", .left = -(47 MINUTES), .say = {
 {C, "Після оновлення токена сервісного акаунта streaming повертає 401, події не доходять уже двадцять хвилин."},
 {A, "Богдане, доброго дня! Перевірте, будь ласка, чи новий ключ доданий у налаштуваннях потоку, а не лише в проєкті.\n\nБен"},
 {C, "Ключ додали, тепер 403. Знімок журналу додаю.",
  "stream.log", "POST /stream 401 token expired\nPOST /stream 403 caller does not have bigquery.tables.updateData\n"},
 {N, "403: the role bigquery.dataEditor is missing on the dataset. Bohdan needs the exact command."}}},
{.from = "k.orlova@chaika.example", .subject = "Модель атрибуции показывает нулевую выручку",
 .priority = PRIORITY_HIGH, .status = STATUS_OPEN, .assignee = "ben", .left = -(31 MINUTES), .mailbox = true, .say = {
 {C, "Здравствуйте!\n\nВ модели Last Non-Direct за последние три дня выручка по всем каналам ноль, хотя заказы в таблице транзакций есть."},
 {A, "Кристина, добрый день!\n\nПодскажите, не менялось ли название параметра с суммой заказа? В модели используется revenue.\n\nБен"},
 {C, "Да, три дня назад разработчики переименовали его в order_value. Можно ли пересчитать прошлые дни после исправления?"}}},
{.from = "sanne@orchid.example", .subject = "Attribution model shows zero revenue for paid search",
 .priority = PRIORITY_HIGH, .status = STATUS_OPEN, .assignee = "anna", .left = 1 HOURS + 5 MINUTES, .mailbox = true, .say = {
 {C, "Hi,\n\nour Markov model gives paid search zero revenue since Monday while Google Ads reports 1,204 conversions. Which one should we believe?\n\nSanne"},
 {A, "Hi Sanne,\n\nthe model is right about what it sees: since Monday the gclid is cut off by a redirect on /offer, so these visits count as direct. "
     "Could you ask your developers to keep the query string in that redirect?\n\nAnna"},
 {C, "They fixed the redirect this morning. What happens to the four days in between?"}}},
{.from = "v.gromov@polus-market.example", .subject = "Кабинет не открывается: ошибка 502",
 .priority = PRIORITY_HIGH, .status = STATUS_NEW, .left = 22 MINUTES, .say = {
 {C, "Интерфейс управления потоками отвечает 502 примерно в каждом втором запросе. Отчёты открываются нормально."}}},
{.from = "amelia@kite.example", .subject = "Export stuck at 99 %",
 .priority = PRIORITY_HIGH, .status = STATUS_OPEN, .assignee = "clara", .left = 2 HOURS + 41 MINUTES, .say = {
 {C, "The daily export to our warehouse has been at 99 % since six in the morning. Yesterday it took eleven minutes."},
 {A, "Hi Amelia,\n\nthe last chunk waits for a lock in your target dataset. Is there a scheduled query that rewrites kite_sessions at six?\n\nClara"},
 {C, "There is! Moved to seven, cancelled the stuck run. Do I have to start the export again?"}}},
{.from = "n.gusev@chaika.example", .subject = "Часть событий приходит с задержкой в шесть часов",
 .priority = PRIORITY_HIGH, .status = STATUS_NEW, .left = 3 HOURS + 10 MINUTES, .say = {
 {C, "Добрый день. События с мобильного сайта попадают в BigQuery с задержкой 5–6 часов, с основного сайта приходят сразу. "
     "Раньше разницы не было. Началось вчера после 18:00.\n\nНиколай Гусев, аналитик"}}},
{.from = "oksana@rozmay.example", .subject = "Google Ads import fails with 'invalid_grant'",
 .priority = PRIORITY_HIGH, .status = STATUS_OPEN, .assignee = "taras", .left = 33 MINUTES, .say = {
 {C, "Імпорт витрат із Google Ads падає з помилкою invalid_grant для двох із п'яти акаунтів."},
 {A, "Оксано, доброго дня!\n\nДля цих двох акаунтів відкликано доступ. Відкрийте, будь ласка, «Джерела» → «Google Ads» → «Надати доступ».\n\nТарас"},
 {C, "Надала. Тепер один імпортує, а другий пише «дані за 30 днів уже завантажено». Це правда чи помилка?"}}},
{.from = "pieter@orchid.example", .subject = "Streaming: 3 % of hits rejected since the release",
 .priority = PRIORITY_HIGH, .status = STATUS_HOLD, .assignee = "marek", .left = 2 HOURS + 20 MINUTES, .hold_for = "streaming team", .say = {
 {C, "Since your release on Thursday about 3 % of our hits are rejected with 'payload too large'. The payloads are the same 6 kB as before."},
 {A, "Hi Pieter,\n\nconfirmed, the new gateway counts the headers too. The streaming team is raising the limit.\n\nMarek"},
 {C, "Good to hear. Is there an estimate? We lose about 40 orders a day in the reports."}}},
{.from = NULL},
};
