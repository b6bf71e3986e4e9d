import type { Messages } from "./messages.js";

export const messages: Messages = {
  calling: "Llamando…",
  heading: "Solicitar una llamada",
  callHeading: "Llamada: {whom}",
  callHint: "Llamamos a su teléfono y le ponemos en contacto.",
  call: "Llamar",
  phone: "Su número de teléfono",
  phoneHint: "Le llamamos enseguida y le ponemos en contacto.",
  privacy: "Política de privacidad",
  submit: "Llámenme",
  sending: "Enviando…",
  again: "Volver a llamar",
  retry: "Reintentar",
  close: "Cerrar",
  offline: "No tiene conexión a internet. Inténtelo cuando la recupere.",
  loading: "Un momento…",
  callUs: "O llámenos directamente:",
  network: "Nuestro servidor no responde. Inténtelo de nuevo.",
  headings: { placed: "Llamada conectada" },
  status: {
    dialing: "Estamos llamando. Tenga el teléfono a mano.",
    placed: "Ya está conectado. ¡Que tenga una buena conversación!",
  },
};
