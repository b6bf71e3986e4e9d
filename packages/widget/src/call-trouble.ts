import { adoptStyles, html, nothing, type TemplateResult } from "lit";
import type { Call } from "@uis-call/shared";
import type { CallController, CallPart } from "./call-controller.js";
import type { Failure, Step } from "./call-state.js";
import type { Language } from "./language.js";
import type { Wording } from "./messages.js";
import type { Texts } from "./texts.js";
import { styles } from "./call-trouble.styles.js";
import { loadTroubleTexts, type TroubleTexts } from "./trouble-texts.js";
import type { UisCallButton } from "./uis-call-button.js";
import { tellUnreachable } from "./unreachable.js";

/** Where in the panel a failure is told. */
export type FailurePlace = "phone" | "consent" | "panel";

/** What is said and offered when a call does not go straight through: loaded when the first one does not. */
export class CallTrouble {
  readonly #host: UisCallButton;
  readonly #call: CallController;
  readonly #language: () => Language;
  readonly #texts: Texts<TroubleTexts>;
  /** The failure by which a call under way went out of sight, and whether it was for later. */
  #lost: { failure: Failure; scheduled: boolean } | undefined;

  constructor(host: UisCallButton, call: CallController, language: () => Language) {
    this.#host = host;
    this.#call = call;
    this.#language = language;
    this.#texts = call.textsFrom(loadTroubleTexts);
  }

  /** Gets the texts. @throws TypeError where they cannot be reached */
  load(): Promise<void> {
    return this.#texts.load();
  }

  /** What can be said of trouble, and under it what can be said anyway. */
  wording(text: Wording): Wording {
    const ours = this.#texts.content;
    return {
      ...ours,
      ...text,
      status: { ...ours?.status, ...text.status },
      reason: { ...ours?.reason, ...text.reason },
      failure: { ...ours?.failure, network: text.network, ...text.failure },
    };
  }

  /** What the visitor is told of a failure. */
  sentence(failure: Failure, text: Wording): string {
    return this.#sentenceFor(failure, text) ?? text.network;
  }

  #sentenceFor(
    failure: Failure,
    { phoneMissing, failure: of, limited, notWorking, status }: Wording,
  ): string | undefined {
    const { code, retryAfter } = failure;
    // The session may be over; the call is not.
    if (failure === this.#lost?.failure) return this.#lost.scheduled ? status.scheduled : of?.not_found;
    if (code === "phone_missing") return phoneMissing;
    if (retryAfter === undefined) return of?.[code] ?? notWorking;
    return limited?.replace("{when}", inWords(retryAfter, this.#language()));
  }

  /** Where it belongs, if there is such a field. */
  placeOf({ code }: Failure): FailurePlace {
    // A number that nobody is asked for has no field.
    if (code === "phone_invalid" || code === "phone_missing" || code === "number_not_allowed")
      return this.#call.asksPhone ? "phone" : "panel";
    return code === "consent_required" ? "consent" : "panel";
  }

  /** It is about to be told; the page's developer may have to know more. */
  report(failure: Failure, endpoint: string): void {
    const { code, cause } = failure;
    const { call } = this.#call.state;
    if (call) this.#lost = { failure, scheduled: call.status === "scheduled" };
    if (code === "network" && cause instanceof TypeError) tellUnreachable(endpoint);
  }

  /** Whether it is none of the visitor's doing, so that the page's own content is to be at hand. */
  isOurs({ code }: Failure): boolean {
    return code === "network" || code === "unavailable" || code === "internal";
  }

  /** Until it is sent a call can be taken back. */
  renderCancel(text: Wording): TemplateResult | typeof nothing {
    const { state } = this.#call;
    if (state.phase !== "following" || state.call.status === "dialing") return nothing;
    return html`<button type="button" part="cancel" @click=${() => void this.#cancel(state.call.id)}>
      ${text.cancel}
    </button>`;
  }

  async #cancel(id: string): Promise<void> {
    const { client, matter } = this.#call;
    try {
      const call = await client?.send<Call>({ method: "DELETE", path: `/calls/${id}` });
      if (call !== undefined && matter === this.#call.matter) await this.#call.tell(call);
    } catch (error) {
      if (matter === this.#call.matter)
        this.#call.dispatch(kept({ code: "network", cause: error, ...(error as Partial<Failure>) }));
    }
    await this.#host.updateComplete;
    const root = this.#host.shadowRoot;
    // The focus was on what is gone.
    if (document.activeElement === document.body) root?.querySelector<HTMLElement>("[part=panel]")?.focus();
  }
}

/** Gives a call what it needs in trouble. */
export const load: CallPart = async (host, call, language) => {
  const trouble = new CallTrouble(host, call, language);
  await trouble.load();
  if (call.trouble) return;
  const root = host.renderRoot as ShadowRoot;
  adoptStyles(root, [...root.adoptedStyleSheets, styles]);
  call.trouble = trouble;
};

/** The call could not be cancelled. */
const kept =
  (failure: Failure): Step =>
  (state) =>
    state.phase === "following" ? { ...state, failure } : state;

/** "in 5 minutes": a time that far ahead, in the language's own words and plural. */
export function inWords(seconds: number, locale: string): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "always" });
  if (seconds < 90) return format.format(Math.ceil(seconds), "second");
  return seconds < 5400
    ? format.format(Math.ceil(seconds / 60), "minute")
    : format.format(Math.ceil(seconds / 3600), "hour");
}
