import { html, nothing, type TemplateResult } from "lit";
import type { CallController } from "./call-controller.js";
import type { FailurePlace } from "./lazy/errors.js";
import type { LoadedMessages } from "./i18n/messages.js";
import { oneLine, PhoneField } from "./phone/field.js";
import type { UisCallButton } from "./uis-call-button.js";

/**
 * The form that is shown before a call. It has a submit button and, if they are required, a field for the telephone
 * number and a checkbox for the consent.
 */
export class CallForm {
  readonly #host: UisCallButton;
  readonly #call: CallController;
  readonly #phoneInput: PhoneField;

  constructor(host: UisCallButton, call: CallController) {
    this.#host = host;
    this.#call = call;
    this.#phoneInput = new PhoneField(
      () => call.country,
      (text) => (host.phone = text),
    );
  }

  /** Renders the form. @param submit called when the visitor submits it */
  render(text: LoadedMessages, submit: () => void): TemplateResult {
    const { asksPhone, state, schedule } = this.#call;
    if (schedule?.never) return schedule.renderClosed();
    const sending = state.phase === "sending";
    const go = asksPhone ? text.submit : text.call;
    return html`<form part="form" novalidate @submit=${(event: Event) => event.preventDefault()}>
      <p part="closed" aria-live="polite">${schedule?.renderNote()}</p>
      ${asksPhone ? this.#renderPhone(text, sending) : html`<p class="hint">${text.callHint}</p>`}
      ${schedule?.render(sending)} ${this.#renderConsent(text)}
      <button
        part="submit"
        aria-disabled=${sending || this.#host.disabled}
        @click=${(event: Event) => {
          // The click is handled in place of the `submit` event, because a sandboxed frame without `allow-forms` blocks
          // the submission of forms.
          event.preventDefault();
          // Ignores clicks by scripts. A click is trusted if a person clicked or pressed the Enter key.
          if (event.isTrusted || this.#host.programmatic) submit();
        }}
      >
        ${sending ? text.sending : go}
      </button>
    </form>`;
  }

  /** Focuses the first field with an error, or else the first field. @returns whether the form has such a field */
  focus(): boolean {
    const place = this.#call.failurePlace === "consent" ? "#consent" : ":is([part=phone], [part=submit])";
    const element = this.#host.renderRoot.querySelector<HTMLElement>(`form ${place}`);
    element?.focus();
    return element !== null;
  }

  /** Returns the message of the failure if it belongs to this place in the panel; otherwise an empty text. */
  problemAt(place: FailurePlace, text: LoadedMessages): string {
    const { failure, failurePlace, errors } = this.#call;
    if (!failure || failurePlace !== place) return "";
    return errors?.sentence(failure, text) ?? text.network;
  }

  #renderPhone(text: LoadedMessages, sending: boolean): TemplateResult {
    const problem = this.problemAt("phone", text);
    return html`<div class="field">
      <label for="phone">${text.phone}</label>
      <input
        id="phone"
        part="phone"
        type="tel"
        dir="ltr"
        name="tel"
        autocomplete="tel"
        inputmode="tel"
        required
        aria-describedby="phone-error phone-hint"
        aria-invalid=${problem !== ""}
        .value=${oneLine(this.#host.phone)}
        ?readonly=${sending}
        @beforeinput=${this.#phoneInput}
        @input=${this.#phoneInput}
        @change=${this.#phoneInput}
        @paste=${this.#phoneInput}
        @drop=${this.#phoneInput}
        @compositionend=${this.#phoneInput}
      />
      <p id="phone-error" part="error" role="alert">${problem}</p>
      <p id="phone-hint" class="hint">${text.phoneHint}</p>
    </div>`;
  }

  #renderConsent(text: LoadedMessages): TemplateResult | typeof nothing {
    const problem = this.problemAt("consent", text);
    const { tenant } = this.#call.session ?? {};
    if (!tenant) return nothing;
    const { consent, privacyUrl } = tenant;
    const link = privacyUrl
      ? html`<a href=${privacyUrl} target="_blank" rel="noopener">${text.privacy}</a>`
      : nothing;
    if (!consent) return link;
    return html`<div part="consent" class="consent">
      <input
        id="consent"
        type="checkbox"
        required
        aria-describedby="consent-error"
        aria-invalid=${problem !== ""}
        .checked=${this.#call.consent}
        @change=${({ target }: Event) => {
          this.#call.consent = (target as HTMLInputElement).checked;
          this.#host.requestUpdate();
        }}
      />
      <label for="consent">${consent.text}<slot name="consent"></slot></label>
      ${link}
      <p id="consent-error" part="error" role="alert">${problem}</p>
    </div>`;
  }
}
