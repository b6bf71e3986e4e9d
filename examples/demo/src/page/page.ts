import { showSites } from "./sites.js";

const { lang } = document.documentElement;
document.querySelector(`.languages [lang=${lang}]`)?.setAttribute("aria-current", "true");

/** Properties of the element that this page sets. The README of the widget describes them. */
interface CallButton extends HTMLElement {
  variables: Record<string, string>;
  sealedNumber: string;
  identity: () => Promise<string>;
}

function set(id: string, properties: Partial<CallButton>): void {
  const button = document.querySelector<CallButton>(`uis-call-button#${id}`);
  if (button !== null) Object.assign(button, properties);
}

/** Fetches tokens or sealed numbers from the host site's own backend (host-tokens.ts). */
const fromHost = async (path: string): Promise<Record<string, string>> =>
  (await (await fetch(`tokens/${path}`)).json()) as Record<string, string>;

/** Gives the buttons their sealed numbers, and shows one of them. A real backend would write them into the page. */
async function carrySealed(path: string, article: HTMLElement): Promise<void> {
  const sealed = Object.entries(await fromHost(path));
  await customElements.whenDefined("uis-call-button");
  for (const [id, sealedNumber] of sealed) set(id, { sealedNumber });
  const shown = article.querySelector("code");
  if (shown !== null) shown.textContent = sealed[0]?.[1] ?? "";
}

showSites({
  crm: (article) => carrySealed("customers", article),
  market: (article) => carrySealed("suppliers", article),
});

const text = (selector: string): string => document.querySelector(selector)?.textContent ?? "";
await customElements.whenDefined("uis-call-button");
set("sales", { variables: { product: text(".shop h1") } });
set("supplier", { variables: { lot: text("#lot-12") } });
set("importer", { variables: { lot: text("#lot-13") } });
const identity = async (): Promise<string> => (await fromHost("operator"))["token"] ?? "";
for (const id of ["anna", "boris", "vera"]) set(id, { identity });

// Scrolls to the phones on narrow screens, where they are below the shop and out of view.
document.addEventListener("uis-call-submit", () => {
  if (!matchMedia("(max-width: 62rem)").matches) return;
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  document.querySelector(".phones")?.scrollIntoView({ behavior });
});
