import type { ScheduleMessages } from "./schedule-messages.js";

export const messages: ScheduleMessages = {
  closed: "Сейчас мы не работаем.",
  opens: "Сейчас мы не работаем. Откроемся: {when}.",
  when: "Когда вам позвонить?",
  day: "День",
  time: "Время",
  office: "У нас в это время: {time}.",
  hint: "Позвоним в выбранное время и соединим.",
  submit: "Позвоните мне в это время",
  quiet: "В это время у вас ночь. Выберите другое.",
  scheduled: "Позвоним вам: {when}.",
};
