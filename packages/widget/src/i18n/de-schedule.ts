import type { ScheduleMessages } from "./schedule-messages.js";

export const messages: ScheduleMessages = {
  closed: "Wir haben gerade geschlossen.",
  opens: "Wir haben gerade geschlossen. Wir öffnen am {when}.",
  when: "Wann dürfen wir Sie anrufen?",
  day: "Tag",
  time: "Uhrzeit",
  office: "Bei uns ist es dann {time}.",
  hint: "Wir rufen zur gewählten Zeit an und verbinden Sie.",
  submit: "Dann anrufen",
  quiet: "Dann ist es bei Ihnen Nacht. Bitte wählen Sie eine andere Zeit.",
  scheduled: "Wir rufen Sie am {when} an.",
};
