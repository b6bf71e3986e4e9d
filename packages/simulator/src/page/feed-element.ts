import { LitElement, type PropertyDeclarations, type PropertyValues } from "lit";
import { type Feed, feedOf } from "./feed.js";
import { type Messages, messagesFor } from "./messages.js";

/**
 * Base class of the elements that show the state of a simulator. They render again each time that this state changes.
 */
export abstract class FeedElement extends LitElement {
  static override properties: PropertyDeclarations = { base: {} };

  /** Path at which the simulator is mounted, for example `/simulator`. Empty on the page of the simulator itself. */
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

  /** The page's language, from the nearest `lang` attribute. */
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
