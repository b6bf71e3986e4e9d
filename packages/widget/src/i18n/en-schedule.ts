import type { ScheduleMessages } from "./schedule-messages.js";

export const messages: ScheduleMessages = {
  closed: "We're closed now.",
  at: "{weekday}, {date} at\u00a0{time}",
  opens: "We're closed now. We open on {when}.",
  when: "When should we call you?",
  day: "Day",
  time: "Time",
  office: "Office time: {weekday}, {time}",
  hint: "We'll call you at the time you choose and connect you.",
  submit: "Call me then",
  quiet: "It's night where you are at that time. Please choose another.",
  scheduled: "We'll call you on {when}.",
};
