/** The demo page's own words, in its two languages. The button and the phones bring theirs along. */
const TEXTS: Record<"ru" | "en", Record<string, string>> = {
  ru: {
    title: "uis-call-button: звонок с сайта",
    claim: "Нажмите кнопку на сайте, а когда телефоны зазвонят, возьмите трубку",
    languages: "Язык",
    siteCaption: "Сайт с кнопкой",
    phonesCaption: "Телефоны, на которые звонит UIS",
    timelineCaption: "Что происходило на станции",
    journalCaption: "О чём попросили UIS: JSON-RPC",
    shop: "Кофе и точка",
    product: "Эфиопия Иргачеффе, зерно",
    description:
      "Светлая обжарка, жасмин, бергамот и персик. Обжариваем по вторникам, отправляем в тот же день.",
    weight: "за 250 г",
    hint: "Введите любой российский номер, например 8 (900) 000-00-01: настоящие телефоны не зазвонят, UIS здесь изображает симулятор.",
    salesLabel: "Перезвоните мне",
    supportLabel: "Поддержка",
    footer:
      "Это демонстрация: номера вымышлены, UIS заменён симулятором, написанным по документации Call API v1.",
  },
  en: {
    title: "uis-call-button: a call from the website",
    claim: "Press the button on the site, then answer the phones as they ring",
    languages: "Language",
    siteCaption: "A site with the button",
    phonesCaption: "The phones UIS rings",
    timelineCaption: "What happened at the exchange",
    journalCaption: "What UIS was asked: JSON-RPC",
    shop: "Coffee, period",
    product: "Ethiopia Yirgacheffe, whole beans",
    description: "Light roast with jasmine, bergamot and peach. Roasted on Tuesdays, sent the same day.",
    weight: "for 250 g",
    hint: "Type any Russian number, such as 8 (900) 000-00-01: no real phone will ring, a simulator stands in for UIS here. The visitor hears English like this page, the office hears its company's language, Russian.",
    salesLabel: "Call me back",
    supportLabel: "Support",
    footer:
      "This is a demonstration: the numbers are invented, and UIS is a simulator written from the documents of Call API v1.",
  },
};

const asked = new URLSearchParams(location.search).get("lang") ?? navigator.language;
const language = asked.startsWith("ru") ? "ru" : "en";
const texts = TEXTS[language];

document.documentElement.lang = language;
document.title = texts["title"] ?? "";
for (const element of document.querySelectorAll<HTMLElement>("[data-text]")) {
  element.textContent = texts[element.dataset["text"] ?? ""] ?? "";
}
for (const element of document.querySelectorAll<HTMLElement>("[data-label]")) {
  element.ariaLabel = texts[element.dataset["label"] ?? ""] ?? "";
}
document.querySelector(`.languages [lang=${language}]`)?.setAttribute("aria-current", "true");

/** What a host page sets on the element: see the widget's README. */
interface CallButton extends HTMLElement {
  label: string;
  variables: Record<string, string>;
}

const button = (id: string) => document.querySelector<CallButton>(`#${id}`);
await customElements.whenDefined("uis-call-button");
const sales = button("sales");
const support = button("support");
if (sales !== null)
  Object.assign(sales, { label: texts["salesLabel"], variables: { product: texts["product"] } });
if (support !== null) Object.assign(support, { label: texts["supportLabel"] });

// Stacked under the shop, the phones ring out of sight.
document.addEventListener("uis-call-submit", () => {
  if (!matchMedia("(max-width: 62rem)").matches) return;
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  document.querySelector(".phones")?.scrollIntoView({ behavior });
});
