import { showSites } from "./sites.js";
import { TEXTS } from "./texts.js";

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
  sealedNumber: string;
  identity: () => Promise<string>;
}

function set(id: string, properties: Partial<CallButton>): void {
  const button = document.querySelector<CallButton>(`uis-call-button#${id}`);
  if (button !== null) Object.assign(button, properties);
}

/** Asks the host site's own backend; see host-tokens.ts. */
const fromHost = async (path: string): Promise<Record<string, string>> =>
  (await (await fetch(`tokens/${path}`)).json()) as Record<string, string>;

/** Shows what a page carries instead of numbers. Theirs would have written it into the page when they made it. */
async function carrySealed(path: string, article: HTMLElement): Promise<void> {
  const sealed = Object.entries(await fromHost(path));
  await customElements.whenDefined("uis-call-button");
  for (const [id, sealedNumber] of sealed) set(id, { sealedNumber });
  const shown = article.querySelector("code");
  if (shown !== null) shown.textContent = sealed[0]?.[1] ?? "";
}

showSites({
  crm: (article) => carrySealed("customers", article),
  market: (article) => carrySealed("supplier", article),
});

await customElements.whenDefined("uis-call-button");
set("sales", { label: texts["salesLabel"] ?? "", variables: { product: texts["product"] ?? "" } });
set("support", { label: texts["supportLabel"] ?? "" });
set("supplier", { label: texts["supplierLabel"] ?? "", variables: { lot: texts["lot"] ?? "" } });
const identity = async (): Promise<string> => (await fromHost("operator"))["token"] ?? "";
for (const id of ["anna", "boris", "vera"]) set(id, { label: texts["customerLabel"] ?? "", identity });

// Stacked under the shop, the phones ring out of sight.
document.addEventListener("uis-call-submit", () => {
  if (!matchMedia("(max-width: 62rem)").matches) return;
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  document.querySelector(".phones")?.scrollIntoView({ behavior });
});
