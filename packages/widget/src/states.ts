import { isServer } from "lit";

/** The states of an element that style sheets can select, as in `:state(open)`. */
export class States {
  readonly #states: Set<string> | undefined;

  constructor(host: HTMLElement) {
    this.#states = (isServer as boolean)
      ? undefined
      : // Browsers from before 2023 lack this method or its states.
        (host as { attachInternals?: () => ElementInternals }).attachInternals?.().states;
  }

  set(name: string, holds: boolean): void {
    try {
      if (holds) this.#states?.add(name);
      else this.#states?.delete(name);
    } catch {
      // Chromium before 125 throws for state names that do not begin with `--`.
    }
  }
}
