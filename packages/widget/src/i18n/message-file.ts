import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Language } from "./language.js";

/** One file of messages. Loads on demand and follows changes of the element's language. */
export class MessageFile<Content> implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #language: () => Language;
  readonly #fetch: (language: Language) => Promise<Content>;
  #wanted: Language | undefined;
  /** Undefined until the first `load` has finished. */
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

  /** Loads the file of the present language once. @throws TypeError if it cannot be fetched */
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
        // Allows the next `load` to try again.
        if (this.#wanted === language) this.#wanted = undefined;
        throw error;
      },
    );
    return this.#loading;
  }

  hostUpdate(): void {
    // The messages in the old language stay until those in the new language are loaded.
    if (this.content) this.load().catch(() => undefined);
  }
}
