import type { ScheduleMessages } from "./schedule-messages.js";

export const messages: ScheduleMessages = {
  closed: "We are closed now.",
  opens: "We are closed now. We open on {when}.",
  when: "When shall we call you?",
  day: "Day",
  time: "Time",
  office: "In our office it is then {time}.",
  hint: "We call it at the time you choose, and connect you.",
  submit: "Call me then",
  quiet: "It is night where you are at that time. Please choose another.",
  scheduled: "We will call you on {when}.",
};
