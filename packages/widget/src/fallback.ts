import { html, nothing, type TemplateResult } from "lit";

/**
 * Renders the page's own content where no call can be made. Its links become the element's own: no rule of the page
 * reaches them, so that they can be read on any page. A click is passed on to the page's link, where the page counts it
 * or has put another number meanwhile. Content without a link is shown as it is.
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

/** A link's text; an icon's label, or the number itself, where there is none. */
const nameOf = (link: HTMLAnchorElement): string =>
  [link.textContent.trim(), link.ariaLabel].find(Boolean) ?? decodeURIComponent(link.pathname);
