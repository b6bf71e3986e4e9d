import { html, type TemplateResult } from "lit";
import type { CallController } from "./call-controller.js";
import type { Failure } from "./call-state.js";
import type { Language } from "./language.js";
import type { Wording } from "./messages.js";
import { Texts } from "./texts.js";
import { loadTroubleTexts, type TroubleTexts } from "./trouble-texts.js";
import type { UisCallButton } from "./uis-call-button.js";

/** Where in the panel a failure is told. */
export type FailurePlace = "phone" | "consent" | "panel";

/** What is said and offered when a call does not go straight through: loaded when the first one does not. */
export class CallTrouble {
  readonly #language: () => Language;
  readonly #texts: Texts<TroubleTexts>;

  private constructor(host: UisCallButton, language: () => Language) {
    this.#language = language;
    this.#texts = new Texts(host, language, loadTroubleTexts);
  }

  /** Gives a call what it needs in trouble. @throws TypeError where the texts cannot be reached */
  static async load(host: UisCallButton, call: CallController, language: () => Language): Promise<void> {
    const trouble = new CallTrouble(host, language);
    await trouble.#texts.load();
    call.trouble = trouble;
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
  sentence({ code, retryAfter }: Failure, text: Wording): string {
    const { phoneMissing, failure, limited } = text;
    const sentence =
      code === "phone_missing"
        ? phoneMissing
        : retryAfter === undefined
          ? failure?.[code]
          : limited?.replace("{when}", inWords(retryAfter, this.#language()));
    return sentence ?? "";
  }

  /** Where it belongs, if there is such a field. */
  placeOf({ code }: Failure): FailurePlace {
    if (code === "phone_invalid" || code === "phone_missing" || code === "number_not_allowed") return "phone";
    return code === "consent_required" ? "consent" : "panel";
  }

  /** Whether it is none of the visitor's doing, so that the page's own content is to be at hand. */
  isOurs({ code }: Failure): boolean {
    return code === "network" || code === "unavailable" || code === "internal";
  }

  renderCancel(text: Wording, cancel: () => void): TemplateResult {
    return html`<button type="button" part="cancel" @click=${cancel}>${text.cancel}</button>`;
  }
}

/** "in 5 minutes": a time that far ahead, in the language's own words and plural. */
export function inWords(seconds: number, locale: string): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "always" });
  if (seconds < 90) return format.format(Math.ceil(seconds), "second");
  return seconds < 5400
    ? format.format(Math.ceil(seconds / 60), "minute")
    : format.format(Math.ceil(seconds / 3600), "hour");
}
