import type { ScheduleMessages } from "./schedule-messages.js";

export const messages: ScheduleMessages = {
  closed: "Қазір біз жұмыс істемейміз.",
  opens: "Қазір біз жұмыс істемейміз. Ашыламыз: {when}.",
  when: "Сізге қашан қоңырау шалайық?",
  day: "Күні",
  time: "Уақыты",
  office: "Бізде ол кезде: {time}.",
  hint: "Таңдаған уақытыңызда қоңырау шалып, қосамыз.",
  submit: "Сол уақытта қоңырау шалыңыз",
  quiet: "Ол кезде сізде түн. Басқа уақытты таңдаңыз.",
  scheduled: "Сізге қоңырау шаламыз: {when}.",
};
