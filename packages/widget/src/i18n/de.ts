import type { Messages } from "./messages.js";

export const messages: Messages = {
  calling: "Wir rufen an …",
  heading: "Wir rufen Sie zurück",
  callHeading: "Anruf: {whom}",
  callHint: "Wir rufen Ihr Telefon an und verbinden Sie.",
  call: "Anrufen",
  phone: "Ihre Telefonnummer",
  phoneHint: "Wir rufen sofort an und verbinden Sie.",
  privacy: "Datenschutzerklärung",
  submit: "Rückruf anfordern",
  sending: "Wird gesendet …",
  again: "Noch einmal anrufen",
  close: "Schließen",
  offline: "Sie sind offline. Bitte prüfen Sie Ihre Verbindung.",
  loading: "Einen Moment …",
  network: "Wir sind nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es erneut.",
  status: {
    dialing: "Wir rufen an. Halten Sie Ihr Telefon bereit.",
    placed: "Sie sind verbunden. Ein gutes Gespräch!",
  },
};
