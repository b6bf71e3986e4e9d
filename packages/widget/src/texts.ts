import type { ReactiveController, ReactiveControllerHost } from "lit";
import { type Language, loadMessages } from "./language.js";
import type { Messages, Strings } from "./messages.js";
import { withStrings } from "./wording.js";

/** What one element says, once it has been asked for: follows a change of the language, and holds the page's strings. */
export class Texts implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #language: () => Language;
  readonly #strings: () => Strings | undefined;
  #wanted: Language | undefined;
  #loaded: Messages | undefined;
  #loading: Promise<void> = Promise.resolve();

  constructor(
    host: ReactiveControllerHost,
    language: () => Language,
    strings: () => Strings | undefined = () => undefined,
  ) {
    this.#host = host;
    this.#language = language;
    this.#strings = strings;
    host.addController(this);
  }

  /** Undefined until the first `load` is over. */
  get messages(): Messages | undefined {
    return this.#loaded && withStrings(this.#loaded, this.#strings());
  }

  /** Gets the language's file, once. @throws TypeError where it cannot be reached */
  load(): Promise<void> {
    const language = this.#language();
    if (this.#wanted === language) return this.#loading;
    this.#wanted = language;
    this.#loading = loadMessages(language).then(
      (messages) => {
        if (this.#wanted !== language) return;
        this.#loaded = messages;
        this.#host.requestUpdate();
      },
      (error: unknown) => {
        // The next one to ask tries again.
        if (this.#wanted === language) this.#wanted = undefined;
        throw error;
      },
    );
    return this.#loading;
  }

  hostUpdate(): void {
    // An old text is better than none: it stays until the new one is here.
    if (this.#loaded !== undefined) this.load().catch(() => undefined);
  }
}
