import { html, nothing, type TemplateResult } from "lit";

/**
 * Renders the content that the page has put into the element, when no call can be made. If it has links, they are
 * copied into the shadow root. There the page's styles do not apply, so the copies are readable on any page. A click on
 * a copy is passed on to the page's link, because the page may count clicks or may have changed the link meanwhile.
 * Content without a link is shown as it is.
 *
 * @param caption shown above a telephone number
 */
export function renderFallback(host: Element, caption?: string): TemplateResult {
  const links = [
    ...host.querySelectorAll<HTMLAnchorElement>(
      ":scope > a[href]:not([slot]), :scope > :not([slot]) a[href]",
    ),
  ];
  if (links.length === 0) return html`<div class="fallback"><slot></slot></div>`;
  const isNumber = links.some(({ protocol }) => protocol === "tel:");
  return html`<div class="fallback">
    ${caption && isNumber ? html`<p>${caption}</p>` : nothing}
    ${links.map(
      (link) =>
        html`<a
          part="link"
          href=${link.href}
          dir="auto"
          @click=${(event: Event) => {
            event.preventDefault();
            link.click();
          }}
          >${nameOf(link)}</a
        >`,
    )}
  </div>`;
}

/**
 * Returns the text of a link. If there is none, returns its `aria-label`, the text of its picture, its title, or else
 * the site or telephone number in its address.
 */
const nameOf = (link: HTMLAnchorElement): string =>
  [link.textContent.trim(), link.ariaLabel, link.querySelector("img")?.alt, link.title, link.host].find(
    Boolean,
  ) ?? decoded(link.pathname);

/** Decodes the escapes of an address. An address with a `%` that escapes nothing is returned as it is. */
function decoded(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}
