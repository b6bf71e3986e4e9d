import type { Messages } from "./messages.js";

export const messages: Messages = {
  calling: "Wir rufen an …",
  heading: "Rückruf anfordern",
  callHeading: "Anruf: {whom}",
  callHint: "Wir rufen Sie an und verbinden Sie.",
  call: "Anrufen",
  phone: "Ihre Telefonnummer",
  phoneHint: "Wir rufen Sie sofort an und verbinden Sie.",
  privacy: "Datenschutzerklärung",
  submit: "Rückruf anfordern",
  sending: "Wird gesendet …",
  again: "Noch einmal anrufen",
  retry: "Erneut versuchen",
  close: "Schließen",
  offline: "Sie sind offline. Versuchen Sie es erneut, sobald Sie wieder online sind.",
  loading: "Einen Moment …",
  callUs: "Oder rufen Sie uns an:",
  network: "Unser Server antwortet nicht. Bitte versuchen Sie es erneut.",
  headings: { placed: "Verbunden" },
  status: {
    dialing: "Wir rufen an. Halten Sie Ihr Telefon bereit.",
    placed: "Sie sind verbunden. Wir wünschen ein gutes Gespräch!",
  },
};
