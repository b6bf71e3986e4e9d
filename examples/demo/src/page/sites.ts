/**
 * Shows the site named after `#` in the address, by default the first, in the window with tabs.
 *
 * @param prepare called before a site is first shown
 */
export function showSites(prepare: Record<string, (article: HTMLElement) => Promise<void>>): void {
  const prepared = new Set<string>();
  const sites = [...document.querySelectorAll<HTMLElement>("[data-site]")];
  const show = (): void => {
    const chosen = sites.find(({ dataset }) => `#${dataset["site"] ?? ""}` === location.hash) ?? sites[0];
    const { site = "", address = "" } = chosen?.dataset ?? {};
    for (const one of sites) one.hidden = one !== chosen;
    for (const tab of document.querySelectorAll<HTMLAnchorElement>(".tabs a")) {
      if (tab.hash === `#${site}`) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    }
    for (const language of document.querySelectorAll<HTMLAnchorElement>(".languages a")) {
      language.hash = location.hash;
    }
    const bar = document.querySelector(".address span");
    if (bar !== null) bar.textContent = address;
    if (chosen === undefined || prepared.has(site)) return;
    prepared.add(site);
    // The next visit of the site tries again.
    void prepare[site]?.(chosen).catch(() => prepared.delete(site));
  };
  addEventListener("hashchange", show);
  show();
}
