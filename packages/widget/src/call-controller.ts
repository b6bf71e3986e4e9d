import type { Call, SessionResponse, Target } from "@uis-call/shared";
import type { ReactiveController } from "lit";
import { BffClient } from "./bff-client.js";
import { CallIntent, callRequest } from "./call-intent.js";
import { recallCall, rememberCall } from "./call-memory.js";
import { asRefusal } from "./call-refused.js";
import type { CallSchedule } from "./call-schedule.js";
import {
  again,
  begun,
  type CallState,
  changed,
  failed,
  type Failure,
  isOver,
  lost,
  opened,
  type Step,
  submitted,
} from "./call-state.js";
import type { CallTrouble, FailurePlace } from "./call-trouble.js";
import { UisCallErrorEvent, UisCallStatusEvent, UisCallSubmitEvent } from "./events.js";
import type { Language } from "./language.js";
import { phoneValue } from "./phone-number.js";
import { Texts } from "./texts.js";
import type { UisCallButton } from "./uis-call-button.js";

/** What the element works out from its attributes. */
export interface CallOptions {
  endpoint: () => string;
  language: () => Language;
}

/** Takes part in a call from when it is loaded. @throws TypeError where what it needs cannot be reached */
export type CallPart = (host: UisCallButton, call: CallController, language: () => Language) => Promise<void>;

/** One button's session and call: what becomes of them, without a word on how it is shown. */
export class CallController implements ReactiveController, EventListenerObject {
  state: CallState = { phase: "idle" };
  /** The visitor has ticked the tenant's box. */
  consent = false;
  /** The call is not sent yet: the browser has to prove work first. */
  proving = false;
  /** Where the target is closed, or the call is for later. */
  schedule: CallSchedule | undefined;
  /** Something has not gone straight through. */
  trouble: CallTrouble | undefined;
  readonly #host: UisCallButton;
  readonly #options: CallOptions;
  readonly #intent = new CallIntent();
  /** Who speaks for the session; for another session it is another. */
  client: BffClient | undefined;
  #opening: Promise<void> | undefined;
  #resuming: Promise<void> | undefined;
  #following: AbortController | undefined;
  /** After this a reload of the page resumes nothing. */
  #forget = (): void => undefined;
  /** Another function says who the user is: ask it before the next call. Or the language is another. */
  #stale = false;

  constructor(host: UisCallButton, options: CallOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  hostConnected(): void {
    if (this.state.phase === "following") this.follow(this.state.call);
    for (const event of CONNECTION) window.addEventListener(event, this);
  }

  hostDisconnected(): void {
    this.#following?.abort();
    for (const event of CONNECTION) window.removeEventListener(event, this);
  }

  /** The browser tells of its connection. */
  handleEvent(): void {
    this.#host.requestUpdate();
    if (navigator.onLine && this.state.phase === "unavailable" && this.failure?.code === "network")
      void this.openSession();
  }

  get session(): SessionResponse | undefined {
    return this.state.session;
  }

  get target(): Target | undefined {
    return this.#targetOf(this.session);
  }

  get failure(): Failure | undefined {
    return this.state.failure;
  }

  /** Where the failure is told. */
  get failurePlace(): FailurePlace | undefined {
    return this.failure && (this.trouble?.placeOf(this.failure) ?? "panel");
  }

  /** Whether a number is asked for; until the backend has said so, what the page's attributes make likely. */
  get asksPhone(): boolean {
    const { token, identity } = this.#host;
    return this.target ? this.target.visitor === "asked" : !token && !identity;
  }

  /** Region that a number without `+` is read in. */
  get country(): string {
    const { country = "" } = this.session?.tenant ?? {};
    // An attribute that is taken away leaves null.
    const own = (this.#host.country as string | null) ?? "";
    return own.toUpperCase() || country || (COUNTRIES[this.#options.language()] ?? "");
  }

  /** Opens a session unless there is one; the backend hears of us here for the first time. */
  async openSession(): Promise<void> {
    await this.#resuming;
    const { phase } = this.state;
    if (phase === "form" && this.#stale) return this.#open();
    if (phase !== "idle" && phase !== "unavailable") return this.#opening;
    this.dispatch(begun);
    this.client = this.createClient();
    return this.#open();
  }

  /** Takes up the call that was under way when the page was left; whoever comes meanwhile waits for it. */
  resume(): void {
    const id = recallCall(this.#host.tenant, this.#host.target);
    if (id) this.#resuming = this.#add(import("./call-resume.js"));
  }

  /** Asks for a call with what the form holds. */
  async submit(): Promise<void> {
    if (this.#host.disabled) return;
    // Before the form may turn out to be another: no time is sent that was not seen.
    const later = this.schedule?.answers;
    this.dispatch(again);
    await this.openSession();
    const client = this.client;
    if (this.state.phase !== "form" || !client) return;
    const phone = this.asksPhone ? ((this.#host.phone as string | null) ?? "").trim() : undefined;
    if (phone === "") return this.#fail({ code: "phone_missing" });
    if (this.state.session.tenant.consent && !this.consent) return this.#fail({ code: "consent_required" });
    if (!this.#host.dispatchEvent(new UisCallSubmitEvent(this.#host.target))) return;
    const request = callRequest(this.#host, {
      phone: phone && (phoneValue(phone, this.country) ?? phone),
      consent: this.consent || undefined,
      ...later,
    });
    this.proving = false;
    this.dispatch(submitted);
    try {
      const call = await client.placeCall(request, await this.#intent.keyFor(request), () => {
        this.proving = true;
        this.#host.requestUpdate();
      });
      if (client !== this.client) return;
      if (client.mayResume && !isOver(call)) this.remember(call);
      await this.tell(call);
      if (client === this.client) this.follow(call);
    } catch (error) {
      const refusal = asRefusal(error);
      // The hours are others than those that were told, or that time is over.
      if (refusal.at === "at" && client === this.client) await this.#open();
      await this.#fail(refusal, client);
    }
  }

  /** Back to the form, or another try to get there. */
  async again(): Promise<void> {
    if (this.state.phase === "unavailable") await this.openSession();
    else {
      this.client?.prepare();
      this.dispatch(again);
    }
  }

  /** Forgets session and call: the page has named another tenant, backend or user. */
  reset(): void {
    this.#following?.abort();
    this.client = undefined;
    this.consent = false;
    this.#forget();
    this.dispatch(() => ({ phase: "idle" }));
  }

  /**
   * Another function says who the user is, or the language is another. Some frameworks make a function at every turn, so what is
   * shown stays.
   */
  renew(): void {
    this.#stale = true;
  }

  #open(): Promise<void> {
    this.#stale = false;
    this.#opening = this.#begin(this.client);
    return this.#opening;
  }

  async #begin(client: BffClient | undefined): Promise<void> {
    // A token opens one session, so without a function whoever it was is still who it is.
    const step = this.session && !this.#host.identity ? failed : lost;
    try {
      const session = await client?.openSession();
      const target = this.#targetOf(session);
      if (target?.open === false) await this.#add(import("./call-schedule.js"));
      // The page may have named another meanwhile.
      if (client !== this.client) return;
      if (session && target) this.dispatch(opened(session));
      else await this.#fail({ code: "target_unknown" }, client, step);
    } catch (error) {
      await this.#fail(asRefusal(error), client, step);
    }
  }

  #targetOf(session: SessionResponse | undefined): Target | undefined {
    return session?.targets.find(({ id }) => id === this.#host.target);
  }

  createClient(): BffClient {
    const { language } = this.#options;
    return new BffClient({
      endpoint: this.#options.endpoint(),
      tenant: this.#host.tenant,
      get locale() {
        return language();
      },
      token: () => this.#host.identity?.() ?? this.#host.token,
    });
  }

  /** The backend says where the call stands. */
  async tell(call: Call): Promise<void> {
    const { client } = this;
    const { status } = this.state.call ?? {};
    // All but the straight way is told in words of its own.
    if (call.status !== "dialing" && call.status !== "placed") await this.#expectTrouble();
    if (client !== this.client) return;
    this.dispatch(changed(call));
    if (call.status === "scheduled") void this.#add(import("./call-schedule.js"));
    if (isOver(call)) {
      this.#following?.abort();
      this.#intent.done();
      this.#forget();
    }
    if (call.status !== status) this.#host.dispatchEvent(new UisCallStatusEvent(call));
  }

  /** Where even this fails, there is a sentence for it. */
  async #expectTrouble(): Promise<void> {
    if (!this.trouble) await this.#add(import("./call-trouble.js"));
  }

  /** What goes beyond the straight way; without it, it is as if there were no such thing. */
  #add(part: Promise<{ load: CallPart }>): Promise<void> {
    return part.then(({ load }) => load(this.#host, this, this.#options.language)).catch(() => undefined);
  }

  /** A reload of the page is to find it again. */
  remember(call: Call): void {
    const { tenant } = this.#host;
    rememberCall(tenant, call.target, call.id);
    this.#forget = () => rememberCall(tenant, call.target);
  }

  /** Hears of the call until it is over. */
  follow(call: Call): void {
    this.#following?.abort();
    if (isOver(call) || !this.#host.isConnected) return;
    this.#following = new AbortController();
    this.client
      ?.follow(call.id, this.#following.signal, (changed) => this.tell(changed))
      .catch((error: unknown) => {
        this.#forget();
        return this.#fail(asRefusal(error));
      });
  }

  async #fail(failure: Failure, client = this.client, step = failed): Promise<void> {
    await this.#expectTrouble();
    if (client !== this.client) return;
    this.trouble?.report(failure, this.#options.endpoint());
    this.dispatch(step(failure));
    const { code } = failure;
    if (code !== "phone_missing") this.#host.dispatchEvent(new UisCallErrorEvent(code));
  }

  /** A file of texts, in the element's language. */
  textsFrom<Content>(load: (language: Language) => Promise<Content>): Texts<Content> {
    return new Texts(this.#host, this.#options.language, load);
  }

  /** Takes a step, and shows where it leads. */
  dispatch(step: Step): void {
    this.state = step(this.state);
    this.#host.requestUpdate();
  }
}

/** What the browser tells of its connection. */
const CONNECTION = ["online", "offline"] as const;

/** Where a language is read before the tenant's country is known. */
const COUNTRIES: Record<string, string> = { ru: "RU", kk: "KZ" };
