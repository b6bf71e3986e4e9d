import type { ScheduleMessages } from "./schedule-messages.js";

export const messages: ScheduleMessages = {
  closed: "Ahora estamos cerrados.",
  at: "el {weekday} {date} a las\u00a0{time}",
  opens: "Ahora estamos cerrados. Abrimos {when}.",
  when: "¿Cuándo quiere que le llamemos?",
  day: "Día",
  time: "Hora",
  office: "Hora de la oficina: {weekday}, {time}",
  hint: "Le llamamos a la hora que elija y le ponemos en contacto.",
  submit: "Llámenme a esa hora",
  quiet: "A esa hora es de noche donde está usted. Elija otra.",
  scheduled: "Le llamaremos {when}.",
};
