import type { ScheduleTexts } from "../schedule-texts.js";

export const texts: ScheduleTexts = {
  closed: "Қазір біз жұмыс істемейміз.",
  opens: "Қазір біз жұмыс істемейміз. Ашыламыз: {when}.",
  when: "Сізге қашан қоңырау шалайық?",
  day: "Күн",
  time: "Уақыт",
  office: "Бізде ол кезде {time}.",
  hint: "Сол уақытта қоңырау шалып, қосамыз.",
  submit: "Маған қоңырау шалыңыз",
  scheduled: "Сізге қоңырау шаламыз: {when}.",
};
