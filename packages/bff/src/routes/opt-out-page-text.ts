/** State in which the opt-out page is shown. */
export type OptOutPageState = "ask" | "malformed" | "wrong" | "done" | "broken";

const TEXTS = {
  en: {
    title: "Stop the calls",
    intro:
      "Somebody called you, and you did not ask for it? Enter the code you were told: the calls to your number will stop.",
    label: "Six-digit code",
    hint: "A code is good for two days.",
    number: "Last four digits of your number",
    numberHint: "They show that the code was told to you. The whole number is not asked for.",
    send: "Stop the calls",
    error: "Error",
    malformed: "Enter six digits, for example 123 456, and the last four digits of your number.",
    wrong: "There is no such code for this number, or it is too old. Compare both with what you were told.",
    done: "The calls have stopped",
    doneText: "Your number is not called from these websites any more. You can close this page.",
    broken: "That did not work just now. Nothing was changed: please try again in a minute.",
  },
  ru: {
    title: "Прекратить звонки",
    intro:
      "Вам позвонили, а вы об этом не просили? Введите код, который вам назвали: звонки на ваш номер прекратятся.",
    label: "Код из шести цифр",
    hint: "Код действует двое суток.",
    number: "Последние четыре цифры вашего номера",
    numberHint: "По ним видно, что код назвали именно вам. Весь номер вводить не нужно.",
    send: "Больше не звонить",
    error: "Ошибка",
    malformed: "Введите шесть цифр, например 123 456, и последние четыре цифры своего номера.",
    wrong: "Такого кода для этого номера нет, или он устарел. Проверьте код и цифры номера.",
    done: "Звонки прекращены",
    doneText: "С этих сайтов на ваш номер больше не позвонят. Страницу можно закрыть.",
    broken: "Сейчас не получилось, ничего не изменилось. Попробуйте через минуту.",
  },
} as const;

export type OptOutPageLanguage = keyof typeof TEXTS;

export const OPT_OUT_PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #16212b; --soft: #55626e; --paper: #f4f6f8; --card: #fff; --line: #6f7f8d;
  --act: #0b5cad; --on-act: #fff; --bad: #b3261e; --good: #1b6e3c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf1; --soft: #a9b6c1; --paper: #10161b; --card: #1a232b;
  --line: #8797a5; --act: #7ab8f5; --on-act: #0c1a27; --bad: #ff9d94; --good: #7ed3a0; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; grid-template-columns: minmax(0, 27rem);
  place-content: center; padding: min(1rem, 4vw); overflow-wrap: anywhere; hyphens: auto; background: var(--paper);
  color: var(--ink); font: 1.0625rem/1.5 system-ui, sans-serif; }
main { padding: min(2.25rem, 7vw); background: var(--card);
  border-radius: 1rem; box-shadow: 0 1px 3px rgb(0 0 0 / .12), 0 8px 28px rgb(0 0 0 / .08); }
h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25; }
p { margin: 0 0 1.25rem; }
label { display: block; font-weight: 600; }
input + label { margin-top: 1.25rem; }
.hint { margin: .125rem 0 .5rem; color: var(--soft); font-size: .9375rem; }
.error { margin: 0 0 .75rem; padding-left: .75rem; border-left: .25rem solid var(--bad); color: var(--bad); }
input { display: block; width: 100%; padding: .625rem .75rem; border: 1px solid var(--line); border-radius: .5rem;
  background: transparent; color: inherit; font: 1.5rem/1.3 ui-monospace, monospace; letter-spacing: .18em; }
input[aria-invalid] { border-color: var(--bad); }
button { width: 100%; min-height: 3rem; margin-top: 1.25rem; padding: .5rem 1rem; border: 0; border-radius: .5rem;
  background: var(--act); color: var(--on-act); font: inherit; font-weight: 600; cursor: pointer; }
:focus-visible { outline: 3px solid var(--act); outline-offset: 3px; }
.done h1 { color: var(--good); }
.done p { margin: 0; }
`;

/** Renders the whole page. The page contains nothing from the request. */
export function optOutPage(language: OptOutPageLanguage, state: OptOutPageState): string {
  const text = TEXTS[language];
  if (state === "done") {
    const { done, doneText } = text;
    return page(language, done, `<main class="done"><h1>${done}</h1><p>${doneText}</p></main>`);
  }
  const error = state === "ask" ? undefined : text[state];
  const title = error === undefined ? text.title : `${text.error}: ${text.title}`;
  return page(
    language,
    title,
    `<main><h1>${text.title}</h1><p>${text.intro}</p>
<form method="post">
<label for="code">${text.label}</label>
<p class="hint" id="hint">${text.hint}</p>
${error === undefined ? "" : `<p class="error" id="error" role="alert">${error}</p>`}
<input id="code" name="code" inputmode="numeric" autocomplete="off" maxlength="24" required ${
      error === undefined
        ? 'aria-describedby="hint"'
        : 'aria-describedby="error hint" aria-invalid="true" autofocus'
    }>
<label for="number">${text.number}</label>
<p class="hint" id="number-hint">${text.numberHint}</p>
<input id="number" name="number" inputmode="numeric" autocomplete="off" maxlength="12" required aria-describedby="number-hint">
<button>${text.send}</button>
</form></main>`,
  );
}

const page = (language: OptOutPageLanguage, title: string, main: string): string => `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${OPT_OUT_PAGE_STYLE}</style>
</head>
<body>
${main}
</body>
</html>
`;
