import type { ErrorMessages } from "./error-messages.js";

export const messages: ErrorMessages = {
  phoneMissing: "Bitte geben Sie Ihre Telefonnummer ein.",
  cancel: "Anruf abbrechen",
  limited: "Das waren viele Anfragen. Bitte versuchen Sie es {when} erneut.",
  notWorking: "Der Rückruf funktioniert auf dieser Seite nicht.",
  status: {
    accepted: "Ihre Anfrage ist eingegangen, wir rufen gleich an.",
    scheduled: "Wir rufen Sie zur gewählten Zeit an.",
    waiting:
      "Alle Leitungen sind besetzt. Wir versuchen es weiter, bitte behalten Sie Ihr Telefon in der Nähe.",
    failed: "Die Verbindung kam nicht zustande.",
    unknown:
      "Ihre Anfrage liegt uns vor. Wenn Ihr Telefon nicht innerhalb einer Minute klingelt, rufen wir Sie an.",
    held: "Ihre Anfrage liegt uns vor. Jemand aus unserem Team ruft Sie zurück.",
    cancelled: "Der Anruf wurde abgebrochen.",
  },
  reason: {
    not_connected: "Die Verbindung kam nicht zustande. Sie können es noch einmal versuchen.",
    service_refused: "Im Moment können wir nicht anrufen. Ihre Anfrage liegt uns vor.",
    phone_busy: "Zuerst ist ein anderer Anruf an diese Nummer an der Reihe.",
    kept: "Ihre Anfrage liegt uns vor.",
    number_under_way: "Diese Nummer wird bereits angerufen.",
  },
  failure: {
    phone_invalid: "Diese Telefonnummer scheint nicht vollständig zu sein.",
    number_not_allowed: "Diese Nummer können wir nicht anrufen. Bitte geben Sie eine andere ein.",
    consent_required: "Bitte setzen Sie das Häkchen, damit wir Sie anrufen dürfen.",
    closed: "Wir haben gerade geschlossen. Bitte wählen Sie eine andere Zeit.",
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
    rate_limited: "Das waren viele Anfragen. Bitte versuchen Sie es später erneut.",
    idempotency_conflict: "Bitte versuchen Sie es erneut.",
    too_late: "Der Anruf läuft bereits.",
    overloaded: "Zurzeit gehen zu viele Anfragen ein. Versuchen Sie es in einer Minute erneut.",
    not_found:
      "Wir haben diesen Anruf aus den Augen verloren. Wenn Ihr Telefon nicht klingelt, versuchen Sie es bitte erneut.",
  },
};
