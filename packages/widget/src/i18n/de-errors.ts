import type { ErrorMessages } from "./error-messages.js";

export const messages: ErrorMessages = {
  phoneMissing: "Bitte geben Sie Ihre Telefonnummer ein.",
  cancel: "Anruf abbrechen",
  limited: "Zu viele Anfragen. Bitte versuchen Sie es {when} erneut.",
  notWorking: "Der Rückruf ist auf dieser Seite nicht verfügbar.",
  headings: {
    failed: "Nicht verbunden",
    unknown: "Unklar, ob der Anruf ankam",
    held: "Anfrage gespeichert",
    cancelled: "Anruf abgebrochen",
  },
  status: {
    accepted: "Ihre Anfrage ist eingegangen, wir rufen gleich an.",
    scheduled: "Wir rufen Sie zur gewählten Zeit an.",
    waiting: "Alle Leitungen sind besetzt. Wir versuchen es weiter. Halten Sie Ihr Telefon bereit.",
    failed: "Die Verbindung kam nicht zustande.",
    unknown:
      "Ihre Anfrage ist gespeichert. Wenn Ihr Telefon nicht innerhalb einer Minute klingelt, rufen Sie uns bitte an.",
    held: "Im Moment können wir Sie nicht anrufen. Ihre Anfrage ist gespeichert.",
    cancelled: "Der Anruf wurde abgebrochen.",
  },
  receiver: {
    unknown:
      "Ihre Anfrage ist gespeichert. Wenn Ihr Telefon nicht innerhalb einer Minute klingelt, rufen wir Sie zurück.",
    held: "Ihre Anfrage ist gespeichert. Wir rufen Sie zurück.",
  },
  reason: {
    not_connected: "Die Verbindung kam nicht zustande. Sie können es noch einmal versuchen.",
    service_refused: "Im Moment können wir nicht anrufen. Ihre Anfrage ist gespeichert.",
    phone_busy: "Zuerst ist ein anderer Anruf an diese Nummer an der Reihe.",
    kept: "Ihre Anfrage liegt uns vor.",
    number_under_way: "Diese Nummer wird bereits angerufen.",
  },
  failure: {
    phone_invalid: "Diese Telefonnummer scheint nicht vollständig zu sein.",
    number_not_allowed: "Diese Nummer können wir nicht anrufen. Bitte geben Sie eine andere ein.",
    consent_required: "Bitte setzen Sie das Häkchen, damit wir Sie anrufen dürfen.",
    closed: "Wir haben gerade geschlossen. Bitte wählen Sie eine Zeit, zu der wir geöffnet haben.",
    unavailable: "Im Moment können wir keine Anfragen annehmen. Versuchen Sie es in einer Minute erneut.",
    internal: "Bei uns ist etwas schiefgegangen. Versuchen Sie es in einer Minute erneut.",
    session_required: "Das hat zu lange gedauert. Bitte versuchen Sie es erneut.",
    csrf_failed: "Das hat zu lange gedauert. Bitte versuchen Sie es erneut.",
    identity_required: "Bitte melden Sie sich zuerst an.",
    identity_invalid: "Bitte laden Sie die Seite neu und versuchen Sie es erneut.",
    identity_expired: "Bitte laden Sie die Seite neu und versuchen Sie es erneut.",
    identity_other_tenant: "Bitte laden Sie die Seite neu und versuchen Sie es erneut.",
    identity_used: "Bitte laden Sie die Seite neu und versuchen Sie es erneut.",
    sealed_number_invalid: "Bitte laden Sie die Seite neu und versuchen Sie es erneut.",
    sealed_number_expired: "Bitte laden Sie die Seite neu und versuchen Sie es erneut.",
    sealed_number_other_tenant: "Bitte laden Sie die Seite neu und versuchen Sie es erneut.",
    sealed_number_used: "Bitte laden Sie die Seite neu und versuchen Sie es erneut.",
    proof_required: "Das hat zu lange gedauert. Bitte versuchen Sie es erneut.",
    proof_invalid: "Das hat zu lange gedauert. Bitte versuchen Sie es erneut.",
    rate_limited: "Zu viele Anfragen. Bitte versuchen Sie es später erneut.",
    idempotency_conflict: "Bitte versuchen Sie es erneut.",
    too_late: "Der Anruf lässt sich nicht mehr abbrechen.",
    overloaded: "Zurzeit gehen zu viele Anfragen ein. Versuchen Sie es in einer Minute erneut.",
    not_found:
      "Wir wissen nicht, wie der Anruf ausgegangen ist. Wenn Ihr Telefon nicht klingelt, versuchen Sie es bitte erneut.",
  },
};
