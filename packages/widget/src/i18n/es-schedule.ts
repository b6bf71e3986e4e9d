import type { ScheduleMessages } from "./schedule-messages.js";

export const messages: ScheduleMessages = {
  closed: "Ahora estamos cerrados.",
  opens: "Ahora estamos cerrados. Abrimos el {when}.",
  when: "¿Cuándo le llamamos?",
  day: "Día",
  time: "Hora",
  office: "En nuestra oficina será entonces {time}.",
  hint: "Llamamos a la hora que elija y le ponemos en contacto.",
  submit: "Llámenme a esa hora",
  quiet: "A esa hora es de noche donde usted está. Elija otra.",
  scheduled: "Le llamaremos el {when}.",
};
