import type { ScheduleMessages } from "./schedule-messages.js";

export const messages: ScheduleMessages = {
  closed: "نحن مغلقون الآن.",
  opens: "نحن مغلقون الآن. نفتح يوم {when}.",
  when: "متى نتصل بكم؟",
  day: "اليوم",
  time: "الوقت",
  office: "عندها تكون الساعة لدينا: {time}.",
  hint: "نتصل به في الوقت الذي تختارونه ونوصلكم.",
  submit: "اتصلوا بي حينها",
  quiet: "الوقت ليلٌ لديكم حينها. يُرجى اختيار وقت آخر.",
  scheduled: "سنتصل بكم يوم {when}.",
};
