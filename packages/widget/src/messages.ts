import type { CallReason, CallStatus, ErrorCode } from "@uis-call/shared";

/** What can go wrong on the way: the backend's own codes, and not reaching it at all. */
export type FailureCode = ErrorCode | "network";

/** Everything the element says, in one language. */
export interface Messages {
  /** The button, when the page gives no label. */
  label: string;
  calling: string;
  heading: string;
  phone: string;
  phoneHint: string;
  phoneMissing: string;
  privacy: string;
  submit: string;
  sending: string;
  again: string;
  close: string;
  loading: string;
  status: Record<CallStatus, string>;
  /** Says more than the status where it can. */
  reason: Partial<Record<CallReason, string>>;
  failure: Record<FailureCode, string>;
}

const en: Messages = {
  label: "Call me back",
  calling: "Calling…",
  heading: "We will call you back",
  phone: "Your phone number",
  phoneHint: "We call it at once and connect you.",
  phoneMissing: "Enter your phone number.",
  privacy: "Privacy policy",
  submit: "Call me",
  sending: "Sending…",
  again: "Call again",
  close: "Close",
  loading: "One moment…",
  status: {
    accepted: "We have your request and are about to call.",
    scheduled: "We will call you at the time you chose.",
    waiting: "The lines are busy. We keep trying: stay near your phone.",
    dialing: "We are calling. Keep your phone at hand.",
    placed: "You are connected. Have a good talk!",
    failed: "The call could not be connected.",
    unknown: "We have your request. If your phone does not ring within a minute, we will call you.",
    held: "We have your request. A person will call you back.",
    cancelled: "The call was cancelled.",
  },
  reason: {
    not_connected: "The call could not be connected. You can try again.",
    service_refused: "We cannot place calls just now. We have your request.",
    number_under_way: "A call to this number is already under way.",
  },
  failure: {
    phone_invalid: "This does not look like a complete phone number.",
    number_not_allowed: "We cannot call this number. Try another one.",
    consent_required: "Please tick the box so that we may call you.",
    network: "We could not be reached. Check your connection and try again.",
    unavailable: "We cannot take requests just now. Try again in a minute.",
    internal: "Something broke on our side. Try again in a minute.",
    session_required: "This took too long. Please try again.",
    csrf_failed: "This took too long. Please try again.",
    identity_required: "Please sign in first.",
    identity_invalid: "Please reload the page and try again.",
    identity_expired: "Please reload the page and try again.",
    identity_other_tenant: "Please reload the page and try again.",
    identity_used: "Please reload the page and try again.",
    sealed_number_invalid: "Please reload the page and try again.",
    sealed_number_expired: "Please reload the page and try again.",
    sealed_number_other_tenant: "Please reload the page and try again.",
    sealed_number_used: "Please reload the page and try again.",
    proof_required: "That took too long. Please try again.",
    proof_invalid: "That took too long. Please try again.",
    rate_limited: "That was a lot of requests. Please try again later.",
    idempotency_conflict: "Please try again.",
    too_late: "The call is already being made.",
    overloaded: "Too many requests at the moment. Try again in a minute.",
    origin_not_allowed: "Calling back does not work on this page.",
    tenant_unknown: "Calling back does not work on this page.",
    target_unknown: "Calling back does not work on this page.",
    invalid_request: "Calling back does not work on this page.",
    malformed_json: "Calling back does not work on this page.",
    unsupported_media_type: "Calling back does not work on this page.",
    too_large: "Calling back does not work on this page.",
    method_not_allowed: "Calling back does not work on this page.",
    not_found: "We lost sight of this call. If your phone does not ring, please try again.",
  },
};

const ru: Messages = {
  label: "Перезвоните мне",
  calling: "Звоним…",
  heading: "Мы вам перезвоним",
  phone: "Ваш номер телефона",
  phoneHint: "Позвоним сразу и соединим.",
  phoneMissing: "Введите номер телефона.",
  privacy: "Политика конфиденциальности",
  submit: "Позвоните мне",
  sending: "Отправляем…",
  again: "Позвонить ещё раз",
  close: "Закрыть",
  loading: "Секунду…",
  status: {
    accepted: "Заявка принята, сейчас позвоним.",
    scheduled: "Позвоним в выбранное время.",
    waiting: "Линии заняты. Мы продолжаем дозваниваться, держите телефон под рукой.",
    dialing: "Звоним. Держите телефон под рукой.",
    placed: "Соединили. Приятного разговора!",
    failed: "Соединить не удалось.",
    unknown: "Ваша заявка у нас. Если телефон не зазвонит в течение минуты, мы перезвоним.",
    held: "Ваша заявка у нас. Вам перезвонит сотрудник.",
    cancelled: "Звонок отменён.",
  },
  reason: {
    not_connected: "Соединить не удалось. Можно попробовать ещё раз.",
    service_refused: "Сейчас позвонить не получается. Ваша заявка у нас.",
    number_under_way: "На этот номер уже звонят.",
  },
  failure: {
    phone_invalid: "Похоже, номер введён не полностью.",
    number_not_allowed: "На этот номер мы позвонить не можем. Введите другой.",
    consent_required: "Отметьте согласие, чтобы мы могли позвонить.",
    network: "Связаться не получилось. Проверьте интернет и попробуйте ещё раз.",
    unavailable: "Сейчас принять заявку не получается. Попробуйте через минуту.",
    internal: "У нас что\u2011то сломалось. Попробуйте через минуту.",
    session_required: "Прошло слишком много времени. Попробуйте ещё раз.",
    csrf_failed: "Прошло слишком много времени. Попробуйте ещё раз.",
    identity_required: "Сначала войдите на сайт.",
    identity_invalid: "Обновите страницу и попробуйте ещё раз.",
    identity_expired: "Обновите страницу и попробуйте ещё раз.",
    identity_other_tenant: "Обновите страницу и попробуйте ещё раз.",
    identity_used: "Обновите страницу и попробуйте ещё раз.",
    sealed_number_invalid: "Обновите страницу и попробуйте ещё раз.",
    sealed_number_expired: "Обновите страницу и попробуйте ещё раз.",
    sealed_number_other_tenant: "Обновите страницу и попробуйте ещё раз.",
    sealed_number_used: "Обновите страницу и попробуйте ещё раз.",
    proof_required: "Прошло слишком много времени. Попробуйте ещё раз.",
    proof_invalid: "Прошло слишком много времени. Попробуйте ещё раз.",
    rate_limited: "Слишком много запросов. Попробуйте позже.",
    idempotency_conflict: "Попробуйте ещё раз.",
    too_late: "Вам уже звонят.",
    overloaded: "Сейчас слишком много заявок. Попробуйте через минуту.",
    origin_not_allowed: "На этой странице обратный звонок не работает.",
    tenant_unknown: "На этой странице обратный звонок не работает.",
    target_unknown: "На этой странице обратный звонок не работает.",
    invalid_request: "На этой странице обратный звонок не работает.",
    malformed_json: "На этой странице обратный звонок не работает.",
    unsupported_media_type: "На этой странице обратный звонок не работает.",
    too_large: "На этой странице обратный звонок не работает.",
    method_not_allowed: "На этой странице обратный звонок не работает.",
    not_found: "Мы потеряли этот звонок из виду. Если телефон не зазвонит, попробуйте ещё раз.",
  },
};

const LANGUAGES: Record<string, Messages> = { en, ru };

/** The texts for a BCP 47 tag such as `ru-RU`; English where we do not have the language. */
export const messagesFor = (locale: string): Messages => LANGUAGES[languageOf(locale)] ?? en;

/** `ru` of `ru-RU`. */
export const languageOf = (locale: string): string => locale.trim().toLowerCase().split(/[-_]/)[0] ?? "";
