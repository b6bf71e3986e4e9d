import { css, html, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import type { Party } from "../exchange/call.js";
import { FeedElement } from "./feed-element.js";
import { theme } from "./theme.js";

/** Number of seconds that the input fields show at first. */
const USUAL_SECONDS = 3;

const styles = css`
  :host {
    container-type: inline-size;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.4rem 0.5rem;
    min-height: 2.9rem;
    padding: 0.45rem 0;
    font-size: clamp(0.84rem, 4cqi, 0.9375rem);
    border-bottom: 1px solid var(--line);
  }
  .row:last-of-type {
    border-bottom: 0;
  }
  label {
    display: inline-flex;
    align-items: center;
    gap: 0.6rem;
    cursor: pointer;
  }
  .switch {
    appearance: none;
    flex: none;
    position: relative;
    width: 2.5rem;
    height: 1.5rem;
    margin: 0;
    border-radius: 1rem;
    background: color-mix(in srgb, var(--muted) 45%, var(--surface));
    cursor: pointer;
    transition: background 0.15s;
  }
  .switch::after {
    content: "";
    position: absolute;
    top: 3px;
    left: 3px;
    width: 1.125rem;
    height: 1.125rem;
    border-radius: 50%;
    background: #fff;
    box-shadow: 0 1px 3px #0004;
    transition: transform 0.15s;
  }
  .switch:checked {
    background: var(--green);
  }
  .switch:checked::after {
    transform: translateX(1rem);
  }
  .seconds {
    gap: 0.4rem;
  }
  .seconds input {
    appearance: textfield;
    width: 2.5rem;
    padding: 0.2rem 0.25rem;
    border: 1px solid var(--line);
    border-radius: 7px;
    background: var(--surface);
    color: var(--text);
    font: inherit;
    text-align: center;
  }
  .seconds input::-webkit-inner-spin-button {
    appearance: none;
  }
  .choice {
    display: inline-flex;
    padding: 3px;
    border: 0;
    border-radius: 10px;
    background: var(--raised);
  }
  .choice label {
    padding: 0.25rem 0.7rem;
    border-radius: 7px;
    font-size: 0.875rem;
    color: var(--muted);
  }
  .choice input {
    position: absolute;
    opacity: 0;
    pointer-events: none;
  }
  .choice label:has(:checked) {
    background: var(--selected);
    color: var(--text);
    box-shadow: 0 1px 3px #0003;
  }
  .choice label:has(:focus-visible) {
    outline: 2px solid var(--accent);
  }
  .forget {
    margin-top: 0.4rem;
    padding: 0.4rem 0.9rem;
    border: 1px solid var(--line);
    border-radius: 9px;
    background: none;
    cursor: pointer;
  }
  .forget:hover {
    background: var(--raised);
  }
  @media (forced-colors: active) {
    .switch,
    .switch::after {
      border: 2px solid ButtonText;
    }
    .switch:checked,
    .choice label:has(:checked) {
      forced-color-adjust: none;
      background: Highlight;
      color: HighlightText;
    }
  }
`;

/**
 * Lets the user choose which phones are answered automatically, and when the response to `place_calls` is sent.
 *
 * @attr base - path at which the simulator is mounted, e.g. `/simulator`
 */
export class UisPeople extends FeedElement {
  static override styles = [theme, styles];
  /** The numbers of seconds in the input fields. A number is kept while the switch beside its field is off. */
  readonly #seconds: Record<Party, number> = { visitor: USUAL_SECONDS, office: USUAL_SECONDS };

  protected override render(): TemplateResult {
    return html`${this.#person("office")} ${this.#person("visitor")} ${this.#answersWhen()}
      <button class="forget" @click=${() => this.feed.forgetAll()}>${this.messages.forget}</button>`;
  }

  #person(party: Party): TemplateResult {
    const { messages } = this;
    const now = this.feed.state.settings?.answerByThemselves[party] ?? undefined;
    if (now !== undefined) this.#seconds[party] = now;
    const set = (seconds: number | null): void =>
      this.feed.change({ answerByThemselves: { [party]: seconds } });
    return html`<div class="row">
      <label class="seconds">
        ${messages.answers[party]}
        <input
          type="number"
          min="0"
          max="120"
          .value=${live(String(this.#seconds[party]))}
          @change=${(event: Event) => {
            this.#seconds[party] = Math.max(0, (event.target as HTMLInputElement).valueAsNumber || 0);
            if (now !== undefined) set(this.#seconds[party]);
          }}
        />${messages.seconds}
      </label>
      <input
        class="switch"
        type="checkbox"
        role="switch"
        aria-label=${messages.byItself[party]}
        .checked=${live(now !== undefined)}
        @change=${(event: Event) => set((event.target as HTMLInputElement).checked ? this.#seconds[party] : null)}
      />
    </div>`;
  }

  #answersWhen(): TemplateResult {
    const { messages, feed } = this;
    const now = feed.state.settings?.answersWhen;
    const choice = (value: "carried-out" | "accepted", text: string): TemplateResult =>
      html`<label>
        <input
          type="radio"
          name="answers"
          .checked=${live(now === value)}
          @change=${() => feed.change({ answersWhen: value })}
        />${text}
      </label>`;
    return html`<div class="row">
      <span id="answers">${messages.apiAnswers}</span>
      <span class="choice" role="radiogroup" aria-labelledby="answers">
        ${choice("carried-out", messages.carriedOut)} ${choice("accepted", messages.accepted)}
      </span>
    </div>`;
  }
}
