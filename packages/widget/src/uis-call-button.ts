import {
  adoptStyles,
  html,
  isServer,
  LitElement,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  supportsAdoptingStyleSheets,
  type TemplateResult,
} from "lit";
import { BUTTON_OF, matterOf, OWNER_OF, statementOf, storedCall } from "./storage.js";
import type { CallPanel } from "./panel.js";
import type { CallState } from "./call-state.js";
import { UisCallErrorEvent, UisCallOpenEvent } from "./events.js";
import { renderFallback } from "./fallback.js";
import { inTime } from "./in-time.js";
import { phoneIcon } from "./icons.js";
import { directionOf, labelIn, type Language, loadMessages } from "./i18n/language.js";
import { SHAPE_OF_STRINGS, type Strings } from "./i18n/messages.js";
import { PageLanguage } from "./i18n/page-language.js";
import { keepEventsInside } from "./own-events.js";
import { isAddress, type Kind, taken, textsIn } from "./property-types.js";
import { States } from "./states.js";
import { styles } from "./uis-call-button.styles.js";

/** Properties that accept other kinds of values than texts and flags, with these kinds. */
const KINDS: Record<string, readonly Kind[]> = {
  identity: ["function"],
  sealedNumber: ["text", "function"],
  variables: ["object"],
  strings: ["object"],
};

/**
 * A button with which a visitor requests a telephone call: UIS rings the office and the visitor, and connects them. The
 * element sends no request before the visitor points at, touches or focuses the button.
 *
 * @tag uis-call-button
 *
 * @event {UisCallOpenEvent} uis-call-open - the form has been opened
 * @event {UisCallSubmitEvent} uis-call-submit - the visitor has submitted the form; cancelable
 * @event {UisCallStatusEvent} uis-call-status - the status of the call has changed
 * @event {UisCallErrorEvent} uis-call-error - a call could not be requested, or its status can no longer be read
 * @slot - a `tel:` link, shown until the element is ready; where no call can be requested, its links are shown as parts
 *   `link`
 * @slot header - content that replaces the panel's heading
 * @slot consent - content beside the consent box, after the tenant's text
 * @slot footer - content at the end of the panel
 * @csspart button - the button that opens the panel
 * @csspart panel - the panel with the form and the status of the call
 * @csspart close - the button that closes the panel
 * @csspart form - the form that asks for the telephone number
 * @csspart phone - the input for the telephone number
 * @csspart closed - the text that says that the target is closed, and when it opens
 * @csspart day - the choice of a day for a scheduled call
 * @csspart time - the choice of a time for a scheduled call
 * @csspart consent - the consent box and its text
 * @csspart submit - the button that requests the call
 * @csspart cancel - the button that cancels a call that has not been sent to UIS
 * @csspart link - the page's own link, shown where no call can be requested
 * @csspart status - the text that says what is happening with the call
 * @csspart error - the error message
 * @cssstate open - set while the panel is open
 * @cssstate inline - set while `display` is `inline`
 * @cssstate floating - set while `display` is `floating`
 * @cssprop --uis-call-accent - color of buttons and of the focus ring
 * @cssprop --uis-call-accent-text - color of text on the accent color
 * @cssprop --uis-call-surface - background color of the panel
 * @cssprop --uis-call-text - text color of the panel
 * @cssprop --uis-call-muted - color of hints, icons and borders of fields
 * @cssprop --uis-call-border - border color of the panel
 * @cssprop --uis-call-error - color of error messages
 * @cssprop --uis-call-radius - radius of corners
 * @cssprop --uis-call-shadow - shadow of the panel
 * @cssprop --uis-call-layer - `z-index` of the floating button
 * @cssprop --uis-call-font - font, as the `font` shorthand; by default, the font of the page
 */
export class UisCallButton extends LitElement {
  static override styles = styles;
  static override properties: PropertyDeclarations = {
    endpoint: {},
    tenant: {},
    target: {},
    reference: {},
    display: {},
    label: {},
    locale: {},
    country: {},
    phone: {},
    token: {},
    identity: { attribute: false },
    sealedNumber: { attribute: "sealed-number" },
    variables: { attribute: false },
    strings: { attribute: false },
    programmatic: { type: Boolean },
    disabled: { type: Boolean, reflect: true },
    open: { type: Boolean },
  };

  /** Base URL of the backend for elements without `endpoint`. The embed script sets it to the URL of its own folder. */
  static defaultEndpoint = "";

  /** Base URL of the backend, for example `https://calls.example.com/api`. */
  endpoint = "";
  /** Id of the tenant. Required. */
  tenant = "";
  /** Id of the target. Required. */
  target = "";
  /** The page's own identifier of the call's subject, for example the id of a deal: 1 to 128 printable characters. */
  reference = "";
  /** `popover`: a button opens the form. `inline`: the form is always open. `floating`: the button is in a corner. */
  display: "popover" | "inline" | "floating" = "popover";
  /** Text of the button. */
  label = "";
  /** Language of the element, for example `ru`. Default: the language in the nearest `lang` attribute. */
  locale = "";
  /** Country (ISO 3166 code) to which numbers without `+` belong. Default: the country of the tenant or language. */
  country = "";
  /** The text in the telephone field. A page can set it to fill in the visitor's number. */
  phone = "";
  /** An identity token, which states who the user is. A token can open only one session. */
  token = "";
  /** Function that returns an identity token, or undefined for an anonymous visitor. It is called for each session. */
  identity: (() => Promise<string | undefined>) | undefined;
  /** The sealed number, if the target requires one. A function that returns it is called for each new call. */
  sealedNumber: string | (() => Promise<string | undefined>) = "";
  /** Values that are inserted into the tenant's message templates. */
  variables: Record<string, string | number> | undefined;
  /** Texts that replace the element's own messages. */
  strings: Strings | undefined;
  /** Whether clicks by scripts can request a call. By default, only clicks by a person can. {@link call} always can. */
  programmatic = false;
  /** Whether the button is disabled. */
  disabled = false;
  /** Whether the panel is open. Setting the attribute opens the panel once. The attribute is not updated afterwards. */
  open = false;

  readonly #states = new States(this);
  readonly #page = new PageLanguage(this);
  /** Whether loading the panel has failed, or takes too long. */
  #missing = false;
  #panel: CallPanel | undefined;
  #loading: Promise<CallPanel> | undefined;
  /** Whether the script that keeps the button in its corner is loaded or being loaded. */
  #inCorner = false;
  /** The language of the panel. Undefined until the panel has been loaded. */
  #spoken: Language | undefined;

  constructor() {
    super();
    if (!(isServer as boolean)) keepEventsInside(this);
  }

  /** Called when the page moves the element with `moveBefore`. Keeps the panel open, with its text and the focus. */
  connectedMoveCallback(): void {
    this.#panel?.moved();
    this.requestUpdate();
  }

  /** Called when the page moves the element to another document, such as that of a frame. Applies the styles there. */
  adoptedCallback(): void {
    this.#fetch().then(
      (panel) => panel.adoptSheets(),
      () => undefined,
    );
  }

  /**
   * Makes the setters of all properties check the values that a page sets. Properties that a subclass adds are not
   * checked.
   */
  protected static override finalize(): void {
    const isNew = this === UisCallButton && !Object.hasOwn(this, "finalized");
    super.finalize();
    if (isNew)
      for (const [name, { type }] of this.elementProperties) this.#check(String(name), type === Boolean);
  }

  /** Makes the setter of a property report values of a wrong type. Such a value counts as no value. */
  static #check(name: string, flag: boolean): void {
    const accessor = Object.getOwnPropertyDescriptor(this.prototype, name);
    const kinds = KINDS[name] ?? [flag ? "flag" : "text"];
    const none = flag ? false : kinds.includes("text") ? "" : undefined;
    Object.defineProperty(this.prototype, name, {
      ...accessor,
      set(this: UisCallButton, value: unknown) {
        const known = taken(this, name, value, kinds) ?? none;
        // Does not copy `variables`: they are read when a call is requested, and pages may change them until then.
        const copied = name === "strings" ? textsIn(this, name, known, SHAPE_OF_STRINGS) : known;
        accessor?.set?.call(this, copied);
      },
    });
  }

  /** Opens the panel and puts the focus into it. */
  show(): void {
    if (this.disabled || !this.#usable) return;
    this.open = true;
  }

  /** Closes the panel. A call in progress continues. */
  hide(): void {
    this.open = false;
  }

  /** Requests a call as if the visitor had submitted the form. @param phone replaces the number in the field */
  async call(phone?: string): Promise<void> {
    this.phone = phone ?? this.phone;
    if (!this.#usable) return;
    this.show();
    await (await this.#load())?.submit();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const call = this.#panel?.call;
    // If `identity` is set to another function, this does not count as a change, because some frameworks create a new
    // function at every render.
    const otherFunction = changed.get("identity") && this.identity;
    // Pages rendered by a server have a new token each time. If it says the same, user and session are the same.
    const otherToken =
      changed.has("token") && statementOf(changed.get("token") ?? "") !== statementOf(this.token);
    const otherSession = changed.has("endpoint") || otherToken || (changed.has("identity") && !otherFunction);
    if (this.#isAnother(changed)) {
      // Closes a panel that was opened before the change, because a click in it would now request a different call.
      if (!changed.has("open")) this.open = false;
      call?.turn(!otherSession && !changed.has("tenant"));
    } else if (otherSession) call?.reset();
    const otherLanguage = call && this.#spoken !== this.#language;
    if (otherLanguage) this.#spoken = this.#language;
    // The backend's titles and messages depend on the language, so a new session is needed. But with `token`, the
    // session is kept, because an identity token cannot open a second session.
    if (!otherSession && otherLanguage && !this.token) call.renew();
    // The backend also provides the text of the consent box, so the new session is opened at once.
    if (otherLanguage && call.session) void call.openSession();
    this.#states.set("open", this.open);
    for (const display of ["inline", "floating"]) this.#states.set(display, this.display === display);
  }

  protected override updated(changed: PropertyValues<this>): void {
    const resumes = OWNER_OF.some((name) => changed.has(name)) && storedCall(matterOf(this));
    if ((this.display === "inline" || resumes) && this.#usable) this.#prepare();
    if (this.display === "floating") this.#keepInCorner();
    if (!changed.has("open")) return;
    if (this.open) void this.updateComplete.then(() => this.#opened());
    // When the panel is closed, the button gets the focus, but only if the focus was in the panel. Otherwise the focus
    // would be moved away from another part of the page.
    else if (
      changed.get("open") &&
      this.display !== "inline" &&
      (this.shadowRoot?.activeElement || this.ownerDocument.activeElement === this.ownerDocument.body)
    )
      this.renderRoot.querySelector<HTMLElement>("[part=button]")?.focus();
  }

  /**
   * Empties a shadow root that a server has rendered. It need not be hydrated, because it contains only the slot for
   * the page's own content.
   */
  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const root = this.shadowRoot;
    if (!root) return super.createRenderRoot();
    root.replaceChildren();
    adoptStyles(root, (this.constructor as typeof UisCallButton).elementStyles);
    return root;
  }

  protected override render(): TemplateResult {
    if ((isServer as boolean) || !this.#usable) return html`<slot></slot>`;
    const missing = this.#missing ? renderFallback(this) : nothing;
    // An inline element shows the page's own content until the panel has been loaded.
    if (this.display === "inline")
      return html`${this.#panel?.render() ?? (this.#missing ? missing : html`<slot></slot>`)}`;
    const button = this.#renderButton();
    return html`${this.display === "floating" ? html`<div class="corner">${button}</div>` : button}
    ${this.#panel?.render()} ${this.open ? missing : nothing}`;
  }

  /**
   * Whether the changed properties make the element a different button. This happens when a framework reuses the rows
   * of a list for other data.
   */
  #isAnother(changed: PropertyValues<this>): boolean {
    if (!this.hasUpdated) return false;
    if (BUTTON_OF.some((name) => changed.has(name))) return true;
    // Without a reference, only the sealed number distinguishes two buttons. If `sealedNumber` is set to another
    // function, this does not count, because some frameworks create a new function at every render.
    const sealed = changed.get("sealedNumber") && typeof this.sealedNumber !== "function";
    return Boolean(sealed) && !matterOf(this).reference;
  }

  #renderButton(): TemplateResult {
    const { phase, call } = this.state;
    // A scheduled call does not count as in progress, because the telephone will not ring soon.
    const underWay = phase === "following" && call?.status !== "scheduled";
    const label = this.label || (this.strings?.label ?? labelIn(this.#language));
    return html`<button
      part="button"
      class=${underWay ? "under-way" : ""}
      aria-haspopup="dialog"
      aria-expanded=${this.open}
      aria-controls="panel"
      dir=${directionOf(this.#language)}
      @pointerenter=${this.#prepare}
      @focus=${this.#prepare}
      ?disabled=${this.disabled}
      @click=${() => (this.open ? this.hide() : this.show())}
    >
      ${phoneIcon}<span>${underWay ? this.#panel?.calling : label}</span>
    </button>`;
  }

  get #language(): Language {
    return this.#page.language;
  }

  get #endpoint(): string {
    return (this.endpoint || (this.constructor as typeof UisCallButton).defaultEndpoint).replace(/\/$/, "");
  }

  /** Whether the button can work: the required attributes are set, and the browser supports adopted style sheets. */
  get #usable(): boolean {
    return (
      supportsAdoptingStyleSheets &&
      Boolean(this.tenant && this.target && this.#endpoint) &&
      isAddress(this, "endpoint", this.#endpoint)
    );
  }

  /** State of the call. The object is empty until the panel has been loaded. */
  private get state(): Partial<CallState> {
    return this.#panel?.call.state ?? {};
  }

  async #opened(): Promise<void> {
    this.dispatchEvent(new UisCallOpenEvent(matterOf(this)));
    await (await this.#load())?.opened();
  }

  #keepInCorner(): void {
    if (this.#inCorner) return;
    this.#inCorner = true;
    import("./lazy/corner.js").then(
      ({ Corner }) => new Corner(this),
      () => (this.#inCorner = false),
    );
  }

  /** Loads the panel in advance, for example when the pointer or the focus reaches the button. */
  #prepare(): void {
    this.#fetch().catch(() => undefined);
  }

  /** Returns the panel. If it cannot be loaded in time, dispatches an error event and returns undefined. */
  async #load(): Promise<CallPanel | undefined> {
    try {
      return await inTime(() => this.#fetch());
    } catch {
      this.#miss();
      this.dispatchEvent(new UisCallErrorEvent(matterOf(this), "network"));
      return undefined;
    }
  }

  #fetch(): Promise<CallPanel> {
    this.#loading ??= this.#import().catch((error: unknown) => {
      this.#loading = undefined;
      this.#miss();
      throw error;
    });
    return this.#loading;
  }

  /** Shows the page's own link in place of the panel. */
  #miss(): void {
    // Requests an update only after the first failure. Each update of an inline button loads the panel again, so further
    // updates would make an endless loop.
    if (!this.#missing) this.requestUpdate();
    this.#missing = true;
  }

  async #import(): Promise<CallPanel> {
    // Loads the panel and its messages in parallel, because the first render needs both.
    const [{ CallPanel }] = await Promise.all([import("./panel.js"), loadMessages(this.#language)]);
    const panel = new CallPanel(this, { endpoint: () => this.#endpoint, language: () => this.#language });
    await panel.load();
    this.#panel = panel;
    this.#spoken = this.#language;
    panel.call.resume();
    this.#missing = false;
    this.requestUpdate();
    return panel;
  }
}
