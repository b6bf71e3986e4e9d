import type { SessionResponse } from "@uis-call/shared";
import { adoptStyles, html, nothing, type TemplateResult } from "lit";
import { CallController, type CallOptions } from "./call-controller.js";
import { CallForm } from "./call-form.js";
import { styles as panelStyles } from "./call-panel.styles.js";
import type { CallState } from "./call-state.js";
import type { FailurePlace } from "./call-trouble.js";
import { closeIcon, doneIcon, phoneIcon } from "./icons.js";
import { directionOf, loadMessages } from "./language.js";
import type { Messages, Wording } from "./messages.js";
import { Overlay } from "./overlay.js";
import type { Texts } from "./texts.js";
import { themeRules } from "./theme.js";
import type { UisCallButton } from "./uis-call-button.js";
import { styles } from "./uis-call-button.styles.js";
import { withStrings } from "./wording.js";

/** All that is behind the button, and is loaded when somebody is about to press it: how form and call are shown. */
export class CallPanel {
  readonly #host: UisCallButton;
  readonly #options: CallOptions;
  readonly #texts: Texts<Messages>;
  readonly #call: CallController;
  readonly #form: CallForm;
  readonly #theme = new CSSStyleSheet();
  /** Whose theme that is. */
  #themed: SessionResponse | undefined;

  constructor(host: UisCallButton, options: CallOptions) {
    this.#host = host;
    this.#options = options;
    this.#call = new CallController(host, options);
    this.#texts = this.#call.textsFrom(loadMessages);
    this.#form = new CallForm(host, this.#call);
    new Overlay(host, () => this.state.phase === "sending" || this.state.phase === "following");
  }

  /** Gets the texts; shows itself from then on. @throws TypeError where they cannot be reached */
  async load(): Promise<void> {
    await this.#texts.load();
    adoptStyles(this.#host.renderRoot as ShadowRoot, [styles, panelStyles, this.#theme]);
    this.#call.resume();
  }

  get state(): CallState {
    return this.#call.state;
  }

  /** What the button says while a call is under way. */
  get calling(): string | undefined {
    return this.#wording?.calling;
  }

  /** The panel has been opened: the focus goes into it, and a session is begun. */
  async opened(): Promise<void> {
    await this.#host.updateComplete;
    this.#focus();
    await this.#call.openSession();
    await this.#host.updateComplete;
    // The form may be another than it seemed to be.
    if (this.#host.open && !this.#visitorWentOn) this.#focus();
  }

  /** Asks for a call as if the form had been submitted. */
  call(): Promise<void> {
    return this.#submit();
  }

  /** Forgets session and call: the page has named another tenant, backend or user. */
  reset(): void {
    this.#call.reset();
  }

  /** The page has given another function that says who the user is. */
  renew(): void {
    this.#call.renew();
  }

  render(): TemplateResult | typeof nothing {
    const { session } = this.#call;
    if (session !== undefined && session !== this.#themed) {
      this.#themed = session;
      this.#theme.replaceSync(themeRules(session.tenant.theme));
    }
    const text = this.#wording;
    if (text === undefined) return nothing;
    const language = this.#options.language();
    const inline = this.#host.display === "inline";
    const { phase } = this.state;
    // A call under way does not need the visitor's connection.
    const asked = "call" in this.state;
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
      @keydown=${(event: KeyboardEvent) => this.#onKeydown(event)}
    >
      <div class="top">
        <div id="heading">
          <slot name="header"><h2>${this.#heading(text)}</h2></slot>
        </div>
        ${inline ? nothing : this.#renderClose(text)}
      </div>
      ${
        asked || phase === "unavailable"
          ? nothing
          : this.#form.render(
              text,
              (place) => this.#problemAt(place, text),
              () => void this.#submit(),
            )
      }
      <div part="status" role="status">${this.#renderStatus(text)}</div>
      <div part="error" role="alert">${offline ? text.offline : this.#problemAt("panel", text)}</div>
      ${offline || this.#cannotBeReached ? html`<div class="fallback"><slot></slot></div>` : nothing}
      ${this.#call.trouble?.renderCancel(text)}
      ${phase === "over" || phase === "unavailable" ? this.#renderAgain(text) : nothing}
      <slot name="footer"></slot>
    </div>`;
  }

  #renderClose(text: Wording): TemplateResult {
    return html`<button type="button" part="close" aria-label=${text.close} @click=${() => this.#host.hide()}>
      ${closeIcon}
    </button>`;
  }

  #renderStatus(text: Wording): TemplateResult | typeof nothing {
    if (this.#call.proving) return html`<p class="hint">${text.loading}</p>`;
    const { state } = this;
    if (!("call" in state)) return nothing;
    const { status, reason } = state.call;
    const sentence = (reason && text.reason?.[reason]) ?? text.status[status] ?? text.network;
    return html`<div class="outcome ${state.phase === "following" ? "under-way" : ""}">
      <span class="sign ${status}">${status === "placed" ? doneIcon : phoneIcon}</span>
      <p>${sentence}</p>
    </div>`;
  }

  #renderAgain(text: Wording): TemplateResult {
    return html`<button type="button" part="submit" @click=${() => void this.#again()}>
      ${text.again}
    </button>`;
  }

  #heading(text: Wording): string {
    const { asksPhone, target } = this.#call;
    if (asksPhone) return text.heading;
    return target === undefined ? text.call : text.callHeading.replace("{whom}", target.title);
  }

  /** The sentence for the failure, if it belongs there. */
  #problemAt(place: FailurePlace, text: Wording): string {
    const { failure, failurePlace, trouble } = this.#call;
    if (failure === undefined || failurePlace !== place) return "";
    return trouble?.sentence(failure, text) ?? text.network;
  }

  get #cannotBeReached(): boolean {
    const { failure, trouble } = this.#call;
    if (this.state.phase === "unavailable") return true;
    return failure !== undefined && (trouble?.isOurs(failure) ?? true);
  }

  /** What is said: of a good call, of one that is not, of one for later. */
  get #wording(): Wording | undefined {
    const messages = this.#texts.content;
    if (messages === undefined) return undefined;
    const { trouble, schedule } = this.#call;
    const text = withStrings(messages, this.#host.strings);
    const whole = trouble?.wording(text) ?? text;
    return schedule?.wording(whole) ?? whole;
  }

  async #submit(): Promise<void> {
    await this.#call.submit();
    await this.#host.updateComplete;
    const { failurePlace } = this.#call;
    if (failurePlace === "phone" || failurePlace === "consent") this.#form.focus();
    else if (this.#host.shadowRoot?.activeElement === null && this.#host.open) this.#element?.focus();
  }

  async #again(): Promise<void> {
    await this.#call.again();
    await this.#host.updateComplete;
    this.#focus();
  }

  #focus(): void {
    if (!this.#form.focus()) this.#element?.focus();
  }

  /** The focus is where the visitor has put it: in the form, or somewhere else on the page. */
  get #visitorWentOn(): boolean {
    const { activeElement } = this.#host.shadowRoot ?? {};
    if (activeElement == null) return document.activeElement !== document.body;
    return !activeElement.matches("[part~=submit], [part~=panel]");
  }

  get #element(): HTMLElement | null {
    return this.#host.renderRoot.querySelector("[part~=panel]");
  }

  #onKeydown(event: KeyboardEvent): void {
    if (event.key !== "Escape" || this.#host.display === "inline") return;
    event.stopPropagation();
    this.#host.hide();
  }
}
