import type { ScheduleMessages } from "./schedule-messages.js";

export const messages: ScheduleMessages = {
  closed: "Şu anda kapalıyız.",
  at: "{date} {weekday}, saat\u00a0{time}",
  opens: "Şu anda kapalıyız. Açılış: {when}.",
  when: "Sizi ne zaman arayalım?",
  day: "Gün",
  time: "Saat",
  office: "Ofis saati: {weekday}, {time}",
  hint: "Seçtiğiniz saatte arayıp sizi bağlarız.",
  submit: "O saatte beni arayın",
  quiet: "O saatte bulunduğunuz yerde gece. Lütfen başka bir saat seçin.",
  scheduled: "Sizi arayacağız: {when}.",
};
