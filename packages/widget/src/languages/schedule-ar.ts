import type { ScheduleTexts } from "../schedule-texts.js";

export const texts: ScheduleTexts = {
  closed: "نحن مغلقون الآن.",
  opens: "نحن مغلقون الآن. نفتح: {when}.",
  when: "متى نتصل بك؟",
  day: "اليوم",
  time: "الوقت",
  office: "الساعة لدينا حينها {time}.",
  hint: "نتصل به في ذلك الوقت ونوصلك.",
  submit: "اتصلوا بي",
  scheduled: "سنتصل بك: {when}.",
};
