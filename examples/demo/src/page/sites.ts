/**
 * Shows one of the sites in the window with tabs: the site named after `#` in the address, or the first site.
 *
 * @param prepare functions to call when a site is shown for the first time, by the name of the site
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
    // If this fails, tries again when the site is shown the next time.
    void prepare[site]?.(chosen).catch(() => prepared.delete(site));
  };
  addEventListener("hashchange", show);
  show();
}
