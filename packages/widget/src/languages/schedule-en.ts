import type { ScheduleTexts } from "../schedule-texts.js";

export const texts: ScheduleTexts = {
  closed: "We are closed now.",
  opens: "We are closed now and open {when}.",
  when: "When shall we call you?",
  day: "Day",
  time: "Time",
  office: "{time} at our office.",
  hint: "We call it at that time and connect you.",
  submit: "Call me then",
  scheduled: "We will call you {when}.",
};
