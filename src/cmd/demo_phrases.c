/* What customers and colleagues say while one watches the demo. */
#include "cmd/demo_data.h"

#include <stddef.h>

/* clang-format off */
const struct demo_opening demo_openings[] = {
{"d.belov@severdom.example", "Расхождение в стоимости клика", "Добрый день!\n\nCPC в отчёте на 4 % выше, чем в кабинете Google Ads. Это НДС или ошибка импорта?\n\nДмитрий"},
{"j.okafor@novus-retail.example", "Late hits in yesterday's partition", "Hi,\n\nyesterday's partition grew by 2 % this morning. Is that normal, and until when do late hits arrive?\n\nJames"},
{"oksana@rozmay.example", "Новий магазин у звіті", "Вітаю!\n\nЯк додати новий магазин до зведеного звіту, щоб не зламати порівняння з минулим роком?\n\nОксана"},
{"sanne@orchid.example", "Export of the model's weights", "Hello,\n\ncan we export the weights of the Markov model per step? Our data science team would like to check them.\n\nSanne"},
{"k.orlova@chaika.example", "Не видно кампаний из Telegram Ads", "Здравствуйте!\n\nРасходы из Telegram Ads загрузились, а кампаний в списке нет. Что проверить?\n\nКристина"},
{"lena@femto.example", "Ошибка при сохранении отчёта", "При сохранении отчёта появляется «Что-то пошло не так, код 4107». Повторить можно в любой момент.\n\nЛена"},
{"ruth@lumen-optics.example", "Costs in two currencies", "Hello,\n\nhalf of our campaigns are billed in EUR, half in USD. Which rate does the report use?\n\nRuth"},
{"iryna@dribnytsia.example", "Фільтр за містом", "Добрий день! Чи можна у звіті прибрати відвідування з офісу? У нас статична адреса.\n\nІрина"},
{"v.gromov@polus-market.example", "Срочно: потоки на паузе", "Все потоки в кабинете показаны на паузе, мы их не останавливали. Данные идут или нет?\n\nВиктор"},
{"tom@kite.example", "Query costs went up", "Hi,\n\nour BigQuery bill doubled last week. Did the reports change the way they read the tables?\n\nTom"},
{"carla@vantage.example", "Bookings from the app", "Hello, are bookings made in the mobile app part of the funnel report?\n\nCarla"},
{"petro@garna-hata.example", "Звіт відкривається дуже довго", "Доброго дня, звіт за квартал відкривається три хвилини. Раніше було кілька секунд.\n\nПетро"},
{"bill@tallow.example", "Purchase order number on invoices", "Hello, could you print our purchase order number on every invoice?\n\nBill Tanner"},
{"mira.chen@novus-retail.example", "Backfill after the tracking gap", "Hi team,\n\nour tag was missing on the checkout for two hours. Can these orders be loaded from the CRM afterwards?\n\nMira"},
{"bohdan@rozmay.example", "Поле transaction_id обрізається", "Вітаю! transaction_id довший за 24 символи обрізається в таблиці сесій. Це обмеження чи помилка?\n\nБогдан"},
{"n.gusev@chaika.example", "Порядок шагов в воронке", "Добрый день. В воронке шаг «оплата» считается раньше шага «пассажиры». Как исправить порядок?\n\nНиколай"},
{NULL, NULL, NULL},
};

const struct demo_line demo_follow_ups[] = {
{"ru", "Есть ли новости? Отчёт нужен сегодня до вечера."},
{"ru", "Дополню: в другом проекте всё работает, значит, дело не в правах."},
{"ru", "Проверили ещё раз, ошибка повторяется каждые пять минут."},
{"uk", "Чи є новини? Керівництво чекає на цифри."},
{"uk", "Доповню: в інкогніто те саме, тож справа не в кеші."},
{"uk", "Перевірили ще раз, помилка та сама."},
{"en", "Any news on this? We have a meeting about it this afternoon."},
{"en", "One more detail: it happens in Chrome and Firefox alike."},
{"en", "It has just happened again, same message as before."},
{NULL, NULL},
};

const struct demo_line demo_answers[] = {
{"ru", "Спасибо, проверили: теперь данные есть. Но за вчерашний день цифры всё ещё меньше. Когда они дойдут?"},
{"ru", "Да, включайте, пожалуйста. И подскажите, повлияет ли это на прошлые отчёты?"},
{"ru", "Сделали, как вы написали. Ошибка сменилась на «недостаточно прав». Что дальше?"},
{"uk", "Дякую, зробили. Тепер бачимо дані, але лише за сьогодні. А за минулий тиждень?"},
{"uk", "Так, увімкніть, будь ласка. Коли побачимо результат?"},
{"uk", "Зручно у ніч на четвер. Чи треба щось зупиняти з нашого боку?"},
{"en", "Yes please, go ahead. Will the old reports change as well?"},
{"en", "The roles are granted. How do we see that the switch worked?"},
{"en", "We tried that. It works for one account, the other one still fails with the same error."},
{NULL, NULL},
};

const struct demo_line demo_replies[] = {
{"ru", "Добрый день!\n\nСпасибо за подробности, причина найдена: изменился формат ответа площадки. Исправление уже работает, данные дойдут в течение часа. "
       "Напишите, пожалуйста, если цифры не сойдутся."},
{"ru", "Здравствуйте!\n\nДа, это можно сделать в настройках потока, раздел «Поля». Подскажите, какой проект вы имеете в виду?"},
{"uk", "Доброго дня!\n\nДякуємо за подробиці. Ми перезапустили імпорт, дані з'являться протягом години. Перевірте, будь ласка, та напишіть нам."},
{"uk", "Вітаю!\n\nТак, це налаштовується в розділі «Потоки». Підкажіть, будь ласка, про який проєкт ідеться?"},
{"en", "Hello,\n\nthank you for the details. The import ran into a changed answer of the ad platform; it is fixed and the data will be there within the hour. "
       "Could you check and tell us?"},
{"en", "Hello,\n\nyes, this is in the stream's settings under 'Fields'. Which project do you mean?"},
{NULL, NULL},
};

const struct demo_line demo_notes[] = {
{"en", "Asked the data team in their channel, they look at it after lunch."},
{"en", "Seen the same at another customer last week: a stale token. Check that first."},
{"ru", "Воспроизводится на тестовом проекте. Завёл задачу команде экспорта."},
{"uk", "Схоже на обмеження API площадки, перевіряю квоти."},
{NULL, NULL},
};
