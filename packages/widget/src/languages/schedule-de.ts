import type { ScheduleTexts } from "../schedule-texts.js";

export const texts: ScheduleTexts = {
  closed: "Wir haben gerade geschlossen.",
  opens: "Wir haben gerade geschlossen. Wir öffnen: {when}.",
  when: "Wann dürfen wir Sie anrufen?",
  day: "Tag",
  time: "Uhrzeit",
  office: "Bei uns ist es dann {time}.",
  hint: "Wir rufen zu dieser Zeit an und verbinden Sie.",
  submit: "Rufen Sie mich an",
  scheduled: "Wir rufen Sie an: {when}.",
};
