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

  /** Loads the language's file once. @throws TypeError where it cannot be fetched */
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
        // Lets the next `load` try again.
        if (this.#wanted === language) this.#wanted = undefined;
        throw error;
      },
    );
    return this.#loading;
  }

  hostUpdate(): void {
    // The old language stays until the new one is loaded.
    if (this.content) this.load().catch(() => undefined);
  }
}
