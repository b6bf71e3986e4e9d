const en = {
  visitor: "Visitor",
  office: "Office",
  incoming: "Incoming call",
  answer: "Answer",
  decline: "Decline",
  hangUp: "Hang up",
  says: "UIS says",
  plays: "UIS plays",
  waiting: "Hold music",
  talking: "Talking",
  missed: "Missed call",
  callEnded: "Call ended",
  declined: "Declined",
  busy: "Busy",
  pickedUpElsewhere: "No longer ringing",
  noCall: "No call yet. The phones ring as soon as place_calls arrives.",
  noRequests: "Nothing has been asked yet.",
  timeline: "Timeline",
  journal: "What UIS was asked",
  people: "The people",
  phones: "The phones",
  answers: { visitor: "Visitor answers after", office: "Office answers after" },
  byItself: { visitor: "Visitor answers by itself", office: "Office answers by itself" },
  seconds: "s",
  apiAnswers: "UIS answers",
  carriedOut: "when carried out",
  accepted: "at once",
  forget: "Forget everything",
  request: "Request",
  reply: "Answer",
  pending: "under way",
  closed: "connection closed",
  offline: "No connection to the simulator",
  states: {
    dialling: "Dialling",
    connecting: "Connecting",
    queued: "In the queue",
    connected: "Connected",
    ended: "Ended",
    idle: "Idle",
  },
  title: "UIS simulator",
  lead: "Call API v1 with a small telephone exchange behind it. Nothing leaves this computer.",
};

export type Messages = typeof en;

const ru: Messages = {
  visitor: "Посетитель",
  office: "Офис",
  incoming: "Входящий вызов",
  answer: "Ответить",
  decline: "Отклонить",
  hangUp: "Завершить",
  says: "UIS говорит",
  plays: "UIS проигрывает",
  waiting: "Музыка ожидания",
  talking: "Разговор",
  missed: "Пропущенный вызов",
  callEnded: "Завершён",
  declined: "Отклонён",
  busy: "Занято",
  pickedUpElsewhere: "Вызов прекращён",
  noCall: "Звонков пока нет. Телефоны зазвонят, как только придёт place_calls.",
  noRequests: "Запросов пока не было.",
  timeline: "Ход звонка",
  journal: "О чём попросили UIS",
  people: "Люди у телефонов",
  phones: "Телефоны",
  answers: { visitor: "Посетитель ответит через", office: "Офис ответит через" },
  byItself: { visitor: "Посетитель отвечает сам", office: "Офис отвечает сам" },
  seconds: "с",
  apiAnswers: "UIS отвечает",
  carriedOut: "по завершении",
  accepted: "сразу",
  forget: "Забыть всё",
  request: "Запрос",
  reply: "Ответ",
  pending: "выполняется",
  closed: "соединение закрыто",
  offline: "Нет связи с симулятором",
  states: {
    dialling: "Дозвон",
    connecting: "Соединение",
    queued: "В очереди",
    connected: "Соединены",
    ended: "Завершён",
    idle: "Ожидание",
  },
  title: "Симулятор UIS",
  lead: "Call API v1 и небольшая телефонная станция за ним. Ничто не покидает этот компьютер.",
};

export const messagesFor = (language: "en" | "ru"): Messages => (language === "ru" ? ru : en);

const nominative: Record<string, string> = { visitor: "посетитель", office: "офис" };
const dative: Record<string, string> = { visitor: "посетителю", office: "офису" };
const who = "((?:visitor|office)(?: \\d+)?)";

/** Russian texts for the values of `endedBecause`, which say why a call ended. */
const endings: Record<string, string> = {
  "visitor-declined": "посетитель отклонил вызов",
  "visitor-no-answer": "посетитель не ответил",
  "visitor-busy": "посетитель занят",
  "visitor-hung-up": "посетитель положил трубку",
  "office-declined": "офис отклонил вызов",
  "office-no-answer": "офис не ответил",
  "office-busy": "офис занят",
  "office-hung-up": "офис положил трубку",
  "queue-timeout": "время в очереди истекло",
  "hung-up": "станция прервала связь",
  reset: "станция сброшена",
};

/**
 * Russian translations of the English sentences in the timeline. `$1` stands for the first group that the pattern
 * captures.
 */
const sentences: [pattern: RegExp, russian: string, names?: Record<string, string>][] = [
  [/^(visitor|office) rings (\d+), shows (\d+)$/, "звонит $1 $2, на экране $3"],
  [new RegExp(`^${who} answered$`), "$1 ответил"],
  [new RegExp(`^${who} declined$`), "$1 отклонил вызов"],
  [new RegExp(`^${who} did not answer$`), "$1 не ответил"],
  [new RegExp(`^${who} is busy$`), "$1 занят"],
  [new RegExp(`^${who} hung up$`), "$1 положил трубку"],
  [new RegExp(`^${who} is hung up$`), "$1 отключён"],
  [new RegExp(`^${who} stops ringing$`), "$1 больше не звонит"],
  [new RegExp(`^${who} hears message (.*)$`, "s"), "$1 слышит запись $2"],
  [new RegExp(`^${who} hears (.*)$`, "s"), "$1 слышит $2"],
  [new RegExp(`^message to ${who} heard to its end$`), "сообщение $1 дослушано", dative],
  [new RegExp(`^message to ${who} cut off$`), "сообщение $1 прервано", dative],
  [/^connected$/, "соединены"],
  [/^group (\d+) of (\d+)$/, "группа $1 из $2"],
  [/^up to (\d+) lines now$/, "теперь до $1 линий"],
  [/^queued: all phones are busy$/, "в очереди: все заняты"],
  [/^queue time-out$/, "время в очереди истекло"],
  [/^call ended: (.*)$/, "звонок завершён: $1", endings],
];

/** Replaces spaces and hyphens with non-breaking ones, so that a telephone number stays on one line. */
const unbroken = (text: string): string => text.replaceAll(" ", "\u00a0").replaceAll("-", "\u2011");

/** Translates a line of the timeline to the language of the page. Groups the digits of the telephone numbers in it. */
export function timelineText(text: string, language: "en" | "ru"): string {
  const [, facts = "", quoted] = /^(.*?)(?:“(.*)”)?$/s.exec(translated(text, language)) ?? [];
  const grouped = facts.replace(/\b\d{11,15}\b/g, (digits) => unbroken(phoneText(digits)));
  if (quoted === undefined) return grouped;
  return grouped + (language === "ru" ? `«${quoted}»` : `“${quoted}”`);
}

/** Formats milliseconds as seconds: `0.4 s` in English, `0,4 с` in Russian. */
export function secondsText(ms: number, language: "en" | "ru"): string {
  const seconds = (ms / 1000).toLocaleString(language, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  return `${seconds}\u00a0${messagesFor(language).seconds}`;
}

/** Returns the name of a media file as the page shows it. Only the name of UIS's default music is translated. */
export const fileText = (file: string, language: "en" | "ru"): string =>
  language === "en" && file === DEFAULT_MUSIC ? "UIS's own hold music" : file;

/** The default of UIS's parameter `media_file` (Call API v1 §4). */
const DEFAULT_MUSIC = "Музыка переадресации";

function translated(text: string, language: "en" | "ru"): string {
  if (language === "en")
    return text.replace(/(?<= hears )Музыка переадресации$/, fileText(DEFAULT_MUSIC, language));
  for (const [pattern, russian, names = nominative] of sentences) {
    const found = pattern.exec(text);
    if (!found) continue;
    const part = (index: string): string => found[Number(index)] ?? "";
    const named = (index: string): string =>
      names[part(index)] ?? part(index).replace(/^(visitor|office)(?= )/, (name) => names[name] ?? name);
    return russian.replace(/\$(\d)/g, (_whole, index: string) =>
      index === "1" ? named(index) : part(index),
    );
  }
  return text;
}

/** Formats a telephone number as `+7 499 000-00-00`. The digits of other countries' numbers are not grouped. */
export function phoneText(digits: string): string {
  const parts = /^7(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(digits);
  return parts ? `+7 ${parts[1]} ${parts[2]}-${parts[3]}-${parts[4]}` : `+${digits}`;
}
