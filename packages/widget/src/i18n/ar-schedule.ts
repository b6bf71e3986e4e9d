import type { ScheduleMessages } from "./schedule-messages.js";

export const messages: ScheduleMessages = {
  closed: "نحن مغلقون الآن.",
  at: "يوم {weekday}، {date}، الساعة\u00a0{time}",
  opens: "نحن مغلقون الآن. نفتح {when}.",
  when: "متى نتصل بك؟",
  day: "اليوم",
  time: "الوقت",
  office: "بتوقيت المكتب: {weekday}، {time}",
  hint: "سنتصل بك في الوقت الذي تختاره ونوصلك.",
  submit: "اتصلوا بي حينها",
  quiet: "سيكون الوقت ليلًا لديك. يُرجى اختيار وقت آخر.",
  scheduled: "سنتصل بك {when}.",
};
