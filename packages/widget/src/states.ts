import { isServer } from "lit";

/** The custom states of an element. Style sheets can select the element by its states, for example `:state(open)`. */
export class States {
  readonly #states: Set<string> | undefined;

  constructor(host: HTMLElement) {
    this.#states = (isServer as boolean)
      ? undefined
      : // Some browsers from before 2023 have no `attachInternals`, or no `states`.
        (host as { attachInternals?: () => ElementInternals }).attachInternals?.().states;
  }

  set(name: string, holds: boolean): void {
    try {
      if (holds) this.#states?.add(name);
      else this.#states?.delete(name);
    } catch {
      // Chromium before version 125 throws for names that do not begin with `--`. There the element has no states.
    }
  }
}
