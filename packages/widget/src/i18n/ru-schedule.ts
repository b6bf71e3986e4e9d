import type { ScheduleMessages } from "./schedule-messages.js";

export const messages: ScheduleMessages = {
  closed: "Сейчас закрыто.",
  at: "{weekday}, {date}, в\u00a0{time}",
  weekdays: [
    "в воскресенье",
    "в понедельник",
    "во вторник",
    "в среду",
    "в четверг",
    "в пятницу",
    "в субботу",
  ],
  opens: "Сейчас закрыто. Откроемся {when}.",
  when: "Когда вам позвонить?",
  day: "День",
  time: "Время",
  office: "По времени офиса: {weekday}, {time}",
  hint: "Позвоним в выбранное время и соединим.",
  submit: "Позвоните мне в это время",
  quiet: "У вас в это время ночь. Выберите другое.",
  scheduled: "Позвоним {when}.",
};
