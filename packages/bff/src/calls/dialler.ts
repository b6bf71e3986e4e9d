import { setMaxListeners } from "node:events";
import type { CallReason, CallStatus } from "@uis-call/shared";
import type { Clock } from "../clock.js";
import type { Tenant } from "../config/configuration.js";
import type { Logger } from "../log.js";
import type { CallRow } from "../store/tables.js";
import type { UisAccount } from "../uis/uis-account.js";
import type { Outcome } from "../uis/uis-client.js";
import { orderFor } from "./call-order.js";
import type { DialableCall, Ledger, Verdict } from "./ledger.js";

export interface DiallerOptions {
  ledger: Ledger;
  tenants: ReadonlyMap<string, Tenant>;
  /** Their accounts at UIS, by tenant id. */
  accounts: ReadonlyMap<string, UisAccount>;
  clock: Clock;
  log: Logger;
  /** 0 ≤ value < 1, for the spread of repeated attempts. */
  random: () => number;
}

/** Wait before another attempt, in milliseconds: doubled each time, up to the last. */
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30_000;

/** Brings accepted calls to UIS: one permit, one request, one verdict; again only on proof that nothing was placed. */
export class Dialler {
  readonly #options: DiallerOptions;
  readonly #underWay = new Set<Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(options: DiallerOptions) {
    this.#options = options;
    // Every waiting call listens to it.
    setMaxListeners(0, this.#stopping.signal);
  }

  /** Takes a call up. Returns at once; what becomes of it is in the ledger. */
  dial(call: DialableCall): void {
    const work = this.#dialUntilSettled(call).catch((error: unknown) => {
      this.#options.log.error(
        { err: error, call: call.id },
        "dialling stopped; the call stays as the ledger has it",
      );
    });
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }

  /** Takes up what an earlier process left. */
  async recover(): Promise<void> {
    for (const call of await this.#options.ledger.recover()) this.dial(call);
  }

  /** Starts no further attempt and resolves once those under way have their verdict. */
  async drain(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#underWay);
  }

  async #dialUntilSettled({ id, tenant }: DialableCall): Promise<void> {
    const { ledger, clock } = this.#options;
    let renewals = 0;
    for (let attempts = 0; !this.#stopping.signal.aborted; attempts++) {
      if (this.#options.accounts.get(tenant)?.stopped() !== undefined)
        return ledger.hold(id, "service_refused");
      const permitted = await ledger.permit(id);
      if (permitted === undefined) return ledger.holdOverdue(id);
      const outcome = await this.#attempt(permitted.call, permitted.attempt);
      const again = outcome.kind === "renew" && renewals++ === 0;
      await ledger.settle(id, permitted.attempt, again ? AFTER_RENEWAL : verdictOn(outcome));
      if (again) continue;
      if (outcome.kind !== "wait") return;
      await clock.sleep(this.#waitAfter(attempts), this.#stopping.signal);
    }
  }

  async #attempt(call: CallRow, attempt: number): Promise<Outcome> {
    const { tenants, accounts, log } = this.#options;
    const tenant = tenants.get(call.tenant);
    const account = accounts.get(call.tenant);
    const order = tenant && orderFor(call, tenant, attempt);
    if (account === undefined || order === undefined) {
      return { kind: "refused", fault: "defect", detail: "target no longer configured" };
    }
    const outcome = await account.placeCall(order);
    const fields = { call: call.id, tenant: call.tenant, target: call.target, attempt, ...outcome };
    if (outcome.kind === "placed") log.info(fields, "call placed");
    else if (outcome.kind === "refused" && outcome.fault !== "call")
      log.error(fields, "UIS refuses our requests");
    else log.warn(fields, "call not placed");
    return outcome;
  }

  #waitAfter(attempts: number): number {
    const longest = Math.min(FIRST_WAIT * 2 ** attempts, LONGEST_WAIT);
    return longest / 2 + (this.#options.random() * longest) / 2;
  }
}

/** The key was refused, so the call was not placed: it goes back in line for one more attempt. */
const AFTER_RENEWAL: Verdict = { status: "waiting", reason: null, outcome: "renew", code: null };

function verdictOn(outcome: Outcome): Verdict {
  const [status, reason] = standing(outcome);
  return { status, reason, outcome: outcome.kind, code: "code" in outcome ? (outcome.code ?? null) : null };
}

/** No fault of the call's: the request is kept for a person. (Call API v1 §5) */
const KEPT: [CallStatus, CallReason] = ["held", "service_refused"];

function standing(outcome: Outcome): [CallStatus, CallReason | null] {
  switch (outcome.kind) {
    case "placed":
      return ["placed", null];
    case "refused":
      return outcome.fault === "account"
        ? KEPT
        : ["failed", outcome.fault === "call" ? "not_connected" : "service_refused"];
    case "renew":
      return KEPT;
    case "wait":
      return ["waiting", outcome.because === "limit" ? "service_limit" : "service_unreachable"];
    case "unknown":
      return ["unknown", "no_answer_from_service"];
  }
}
