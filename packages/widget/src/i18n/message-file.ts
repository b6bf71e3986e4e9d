import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Language } from "./language.js";

/**
 * Loads one kind of messages on demand. There is a file for each language. If the element's language changes, the
 * messages are loaded in the new language.
 */
export class MessageFile<Content> implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #language: () => Language;
  readonly #fetch: (language: Language) => Promise<Content>;
  #wanted: Language | undefined;
  /** The messages. Undefined until the first `load` has finished. */
  content: Content | undefined;
  #loading: Promise<void> = Promise.resolve();

  constructor(
    host: ReactiveControllerHost,
    language: () => Language,
    fetch: (language: Language) => Promise<Content>,
  ) {
    this.#host = host;
    this.#language = language;
    this.#fetch = fetch;
    host.addController(this);
  }

  /** Loads the messages in the present language, unless this has been done. @throws TypeError if the fetch fails */
  load(): Promise<void> {
    const language = this.#language();
    if (this.#wanted === language) return this.#loading;
    this.#wanted = language;
    this.#loading = this.#fetch(language).then(
      (content) => {
        if (this.#wanted !== language) return;
        this.content = content;
        this.#host.requestUpdate();
      },
      (error: unknown) => {
        // Resets the language, so that the next `load` tries again.
        if (this.#wanted === language) this.#wanted = undefined;
        throw error;
      },
    );
    return this.#loading;
  }

  hostUpdate(): void {
    // The messages in the old language are shown until those in the new language have been loaded.
    if (this.content) this.load().catch(() => undefined);
  }
}
