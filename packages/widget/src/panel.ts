import type { SessionResponse } from "@uis-call/shared";
import { html, nothing, type TemplateResult } from "lit";
import { CallController, type CallOptions } from "./call-controller.js";
import { mayPass } from "./api/errors.js";
import { renderFallback } from "./fallback.js";
import { CallForm } from "./form.js";
import { phoneIcon } from "./icons.js";
import { closeIcon, doneIcon } from "./panel-icons.js";
import { directionOf, loadMessages } from "./i18n/language.js";
import type { Messages, LoadedMessages } from "./i18n/messages.js";
import { Overlay } from "./overlay.js";
import { PanelEvents } from "./panel-events.js";
import type { MessageFile } from "./i18n/message-file.js";
import { addSheet, adoptSheets } from "./style-sheets.js";
import { themeRules } from "./theme.js";
import type { UisCallButton } from "./uis-call-button.js";
import { withOverrides } from "./i18n/overrides.js";

/**
 * Renders the panel: the form and the state of the call. This module is loaded when the pointer or the focus reaches
 * the button.
 */
export class CallPanel {
  readonly #host: UisCallButton;
  readonly #options: CallOptions;
  readonly #file: MessageFile<Messages>;
  readonly call: CallController;
  readonly #form: CallForm;
  readonly #events: PanelEvents;
  /** The session whose theme the panel has now. */
  #themed: SessionResponse | undefined;

  constructor(host: UisCallButton, options: CallOptions) {
    this.#host = host;
    this.#options = options;
    this.call = new CallController(host, options);
    this.#file = this.call.messageFile(loadMessages);
    this.#form = new CallForm(host, this.call);
    new Overlay(host, () => this.call.state.phase === "sending" || this.call.state.phase === "following");
    this.#events = new PanelEvents(host, (element) => {
      if (element.closest("form")) void this.call.openSession();
    });
  }

  /** Loads the messages, without which the panel cannot be rendered. @throws TypeError if they cannot be fetched */
  load(): Promise<void> {
    return this.#file.load();
  }

  /**
   * Restores the focus after the page has moved the element with `moveBefore`. The focus is lost in Firefox, which
   * closes popovers that are moved.
   */
  moved(): void {
    this.#events.moved();
  }

  /** Applies the styles again after the page has moved the element to another document. */
  adoptSheets(): void {
    const { renderRoot, constructor } = this.#host;
    adoptSheets(renderRoot as ShadowRoot, (constructor as typeof UisCallButton).elementStyles);
  }

  /** Text of the button during a call. */
  get calling(): string | undefined {
    return this.#messages?.calling;
  }

  /** Focuses the panel and opens a session. Called after the panel has been opened. */
  async opened(): Promise<void> {
    await this.#host.updateComplete;
    this.#focus();
    await this.call.openSession();
    await this.#host.updateComplete;
    // The response that opened the session may have changed the form's fields, so the focus is set again.
    if (this.#host.open && !this.#visitorWentOn) this.#focus();
  }

  render(): TemplateResult | typeof nothing {
    const { session } = this.call;
    if (session && session !== this.#themed) {
      this.#themed = session;
      addSheet(this.#host.renderRoot as ShadowRoot, "theme", themeRules(session.tenant.theme));
    }
    const text = this.#messages;
    if (!text) return nothing;
    const language = this.#options.language();
    const inline = this.#host.display === "inline";
    const { phase } = this.call.state;
    // During a call, no offline notice is shown, because a telephone call continues without the internet connection.
    const asked = this.call.state.call !== undefined;
    const offline = !navigator.onLine && !asked;
    return html`<div
      id="panel"
      part="panel"
      role=${inline ? "group" : "dialog"}
      popover=${inline ? nothing : "manual"}
      lang=${language}
      dir=${directionOf(language)}
      aria-labelledby="heading"
      tabindex="-1"
      ?hidden=${!inline && !this.#host.open}
    >
      <div class="top">
        <div id="heading">
          <slot name="header"><h2>${this.#heading(text)}</h2></slot>
        </div>
        ${
          inline
            ? nothing
            : html`<button part="close" aria-label=${text.close} @click=${() => this.#host.hide()}>
                ${closeIcon}
              </button>`
        }
      </div>
      ${asked || phase === "unavailable" ? nothing : this.#form.render(text, () => void this.submit())}
      <div part="status" role="status">${this.#renderStatus(text)}</div>
      <div part="error" role="alert">${offline ? text.offline : this.#form.problemAt("panel", text)}</div>
      ${offline || this.#isHelpless ? renderFallback(this.#host, this.#caption(text)) : nothing}
      ${this.call.errors?.renderCancel(text)}
      ${
        phase === "over" || phase === "unavailable"
          ? html`<button part="submit" @click=${() => void this.#again()}>
              ${phase === "over" ? text.again : text.retry}
            </button>`
          : nothing
      }
      <slot name="footer"></slot>
    </div>`;
  }

  #renderStatus(text: LoadedMessages): TemplateResult | typeof nothing {
    const { phase, call } = this.call.state;
    if (phase === "sending" && this.call.proving) return html`<p class="hint">${text.loading}</p>`;
    if (!call) return nothing;
    const { status, reason } = call;
    const sentence = (reason && text.reason?.[reason]) ?? text.status[status] ?? text.network;
    return html`<div class=${phase === "following" ? "outcome under-way" : "outcome"}>
      <span class="sign ${status}">${status === "placed" ? doneIcon : phoneIcon}</span>
      <p>${sentence}</p>
    </div>`;
  }

  #heading(text: LoadedMessages): string {
    const { asksPhone, target, state } = this.call;
    const outcome = state.call && text.headings[state.call.status];
    if (outcome) return outcome;
    if (asksPhone) return text.heading;
    return target ? text.callHeading.replace("{whom}", () => target.title) : text.call;
  }

  /**
   * Whether the visitor can do nothing more in the panel. The panel then shows the page's own link. An error in a field
   * does not count, because the visitor can correct the field.
   */
  get #isHelpless(): boolean {
    const { state, failurePlace, schedule } = this.call;
    if (state.phase === "over") return !["placed", "cancelled"].includes(state.call.status);
    // A failure during a call, such as a failed attempt to cancel, does not end the call. If the backend is away, the
    // visitor learns nothing more of it.
    if (state.phase === "following") return state.failure !== undefined && mayPass(state.failure.code);
    return failurePlace === "panel" || schedule?.never === true;
  }

  /**
   * Returns the caption above the page's telephone number. Returns undefined if the message of the status already asks
   * the visitor to call this number.
   */
  #caption({ callUs }: LoadedMessages): string | undefined {
    const { status, receiver } = this.call.state.call ?? {};
    return status === "unknown" && !receiver ? undefined : callUs;
  }

  /** Returns all messages that have been loaded: those of the panel, those for errors and those for scheduled calls. */
  get #messages(): LoadedMessages | undefined {
    const messages = this.#file.content;
    if (!messages) return undefined;
    const { errors, schedule } = this.call;
    const text = withOverrides(messages, this.#host.strings);
    const whole = errors?.messages(text) ?? text;
    return schedule?.messages(whole) ?? whole;
  }

  /** Submits the form. */
  async submit(): Promise<void> {
    await this.call.submit();
    await this.#host.updateComplete;
    const { failurePlace } = this.call;
    if (failurePlace && failurePlace !== "panel") this.#form.focus();
    // If rendering has removed the focused element, the panel gets the focus.
    else if (this.#focusIsLost) this.#element?.focus();
  }

  async #again(): Promise<void> {
    await this.call.again();
    await this.#host.updateComplete;
    this.#focus();
  }

  #focus(): void {
    if (!this.#form.focus()) this.#element?.focus();
  }

  /** Whether the visitor has moved the focus to a field of the form or to another part of the page. */
  get #visitorWentOn(): boolean {
    const { activeElement } = this.#host.shadowRoot ?? {};
    return activeElement ? !activeElement.matches("[part=submit], [part=panel]") : !this.#focusIsLost;
  }

  /** Whether no element has the focus. */
  get #focusIsLost(): boolean {
    const { activeElement, body } = this.#host.ownerDocument;
    return activeElement === body;
  }

  get #element(): HTMLElement | null {
    return this.#host.renderRoot.querySelector("[part=panel]");
  }
}
