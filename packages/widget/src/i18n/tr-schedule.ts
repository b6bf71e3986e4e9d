import type { ScheduleMessages } from "./schedule-messages.js";

export const messages: ScheduleMessages = {
  closed: "Şu anda kapalıyız.",
  opens: "Şu anda kapalıyız. Açılış: {when}.",
  when: "Sizi ne zaman arayalım?",
  day: "Gün",
  time: "Saat",
  office: "O sırada ofisimizde: {time}.",
  hint: "Seçtiğiniz saatte arayıp sizi bağlarız.",
  submit: "O saatte arayın",
  quiet: "O saatte sizde gece. Lütfen başka bir saat seçin.",
  scheduled: "Sizi arayacağız: {when}.",
};
