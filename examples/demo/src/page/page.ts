import { showSites } from "./sites.js";

const { lang } = document.documentElement;
document.querySelector(`.languages [lang=${lang}]`)?.setAttribute("aria-current", "true");

/** Properties that a host page sets on the element: see the widget's README. */
interface CallButton extends HTMLElement {
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

/** Shows the tokens a page carries instead of numbers. A real backend would write them into the page. */
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

// On narrow screens the phones are below the shop, out of view.
document.addEventListener("uis-call-submit", () => {
  if (!matchMedia("(max-width: 62rem)").matches) return;
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  document.querySelector(".phones")?.scrollIntoView({ behavior });
});
