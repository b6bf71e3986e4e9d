import type { ScheduleMessages } from "./schedule-messages.js";

export const messages: ScheduleMessages = {
  closed: "Wir haben gerade geschlossen.",
  at: "am {weekday}, {date}, um\u00a0{time}\u00a0Uhr",
  opens: "Wir haben gerade geschlossen. Wir öffnen {when}.",
  when: "Wann dürfen wir Sie anrufen?",
  day: "Tag",
  time: "Uhrzeit",
  office: "Ortszeit im Büro: {weekday}, {time} Uhr",
  hint: "Wir rufen Sie zur gewählten Zeit an und verbinden Sie.",
  submit: "Rückruf zu dieser Zeit",
  quiet: "Dann ist es bei Ihnen Nacht. Bitte wählen Sie eine andere Zeit.",
  scheduled: "Wir rufen Sie {when} an.",
};
