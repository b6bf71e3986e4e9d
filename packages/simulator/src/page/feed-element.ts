import { LitElement, type PropertyDeclarations, type PropertyValues } from "lit";
import { type Feed, feedOf } from "./feed.js";
import { type Messages, messagesFor } from "./messages.js";

/** An element that shows one simulator's state and renders at every change of it. */
export abstract class FeedElement extends LitElement {
  static override properties: PropertyDeclarations = { base: {} };

  /** Mount prefix of the simulator, e.g. `/simulator`; empty on its own page. */
  declare base: string;
  #joined: Feed | undefined;
  readonly #redraw = (): void => this.requestUpdate();

  constructor() {
    super();
    this.base = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#join();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leave();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("base") || this.#joined === this.feed || !this.isConnected) return;
    this.#leave();
    this.#join();
  }

  protected get feed(): Feed {
    return feedOf(this.base);
  }

  /** The page's language: the nearest `lang`. */
  protected get language(): "en" | "ru" {
    return this.closest("[lang]")?.getAttribute("lang")?.startsWith("ru") ? "ru" : "en";
  }

  protected get messages(): Messages {
    return messagesFor(this.language);
  }

  #join(): void {
    this.#joined = this.feed;
    this.#joined.addEventListener("change", this.#redraw);
    this.#joined.join();
  }

  #leave(): void {
    this.#joined?.removeEventListener("change", this.#redraw);
    this.#joined?.leave();
    this.#joined = undefined;
  }
}
