import type { Messages } from "./messages.js";

export const messages: Messages = {
  calling: "Звоним…",
  heading: "Обратный звонок",
  callHeading: "Звонок: {whom}",
  callHint: "Позвоним на ваш телефон и соединим.",
  call: "Позвонить",
  phone: "Ваш номер телефона",
  phoneHint: "Позвоним сразу и соединим.",
  privacy: "Политика конфиденциальности",
  submit: "Позвоните мне",
  sending: "Отправляем…",
  again: "Позвонить ещё раз",
  retry: "Повторить",
  close: "Закрыть",
  offline: "Нет интернета. Попробуйте, когда он появится.",
  loading: "Секунду…",
  callUs: "Или позвоните сами:",
  network: "Сервер не отвечает. Попробуйте ещё раз.",
  headings: { placed: "Соединили" },
  status: {
    dialing: "Звоним. Держите телефон рядом.",
    placed: "Вы на связи. Приятного разговора!",
  },
};
