import type { Messages } from "./messages.js";

export const messages: Messages = {
  calling: "Llamando…",
  heading: "Le llamamos nosotros",
  callHeading: "Llamada: {whom}",
  callHint: "Llamamos a su teléfono y le conectamos.",
  call: "Llamar",
  phone: "Su número de teléfono",
  phoneHint: "Llamamos enseguida y le ponemos en contacto.",
  privacy: "Política de privacidad",
  submit: "Llámenme",
  sending: "Enviando…",
  again: "Llamar otra vez",
  close: "Cerrar",
  offline: "No tiene conexión. Compruebe su acceso a internet.",
  loading: "Un momento…",
  network: "No se ha podido contactar con nosotros. Compruebe su conexión e inténtelo de nuevo.",
  status: {
    dialing: "Estamos llamando. Tenga el teléfono a mano.",
    placed: "Ya está en línea. ¡Buena conversación!",
  },
};
