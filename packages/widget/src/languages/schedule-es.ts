import type { ScheduleTexts } from "../schedule-texts.js";

export const texts: ScheduleTexts = {
  closed: "Ahora estamos cerrados.",
  opens: "Ahora estamos cerrados. Abrimos: {when}.",
  when: "¿Cuándo le llamamos?",
  day: "Día",
  time: "Hora",
  office: "En nuestra oficina serán las {time}.",
  hint: "Llamaremos a esa hora y le conectaremos.",
  submit: "Llámenme",
  scheduled: "Le llamaremos: {when}.",
};
