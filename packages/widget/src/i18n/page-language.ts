import type { LitElement, ReactiveController } from "lit";
import { type Language, languageOf } from "./language.js";

/** An element whose property `locale` sets its language. */
interface Speaker extends LitElement {
  locale: string;
}

/**
 * Determines the language of an element from its property `locale`, or else from the nearest `lang` attribute. Updates
 * the element when a `lang` attribute changes.
 */
export class PageLanguage implements ReactiveController {
  readonly #host: Speaker;
  #changes: MutationObserver | undefined;

  constructor(host: Speaker) {
    this.#host = host;
    host.addController(this);
  }

  get language(): Language {
    const { locale, ownerDocument } = this.#host;
    if (locale) return languageOf(locale);
    // `closest` does not search outside a shadow root. If it finds nothing, the language of the document is used.
    return languageOf(this.#host.closest<HTMLElement>("[lang]")?.lang ?? ownerDocument.documentElement.lang);
  }

  hostConnected(): void {
    this.#changes = new MutationObserver(() => this.#host.requestUpdate());
    for (const root of new Set([this.#host.getRootNode(), this.#host.ownerDocument]))
      this.#changes.observe(root, { subtree: true, attributeFilter: ["lang"] });
  }

  hostDisconnected(): void {
    this.#changes?.disconnect();
  }
}
