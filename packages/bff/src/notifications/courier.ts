import type { Clock } from "../clock.js";
import type { Tenant } from "../config/configuration.js";
import type { Logger } from "../log.js";
import type { NumberVault } from "../store/number-vault.js";
import type { DueHandover, Outbox } from "./outbox.js";
import type { SendWebhook } from "./webhook.js";

export interface CourierOptions {
  outbox: Outbox;
  vault: NumberVault;
  tenants: ReadonlyMap<string, Tenant>;
  send: SendWebhook;
  clock: Clock;
  log: Logger;
  /** 0 ≤ value < 1, for the spread of repeats. */
  random: () => number;
}

/** Milliseconds between looks into the outbox. */
const LOOK_EVERY_MS = 1000;
const AT_ONCE = 20;

/** Wait before another try, in milliseconds: four times as long each time, up to the last; for as long as it takes. */
const FIRST_WAIT = 5000;
export const LONGEST_WAIT = 15 * 60_000;

/**
 * Takes what a person has to know to the tenant's receiver, until it has been taken there. A receiver may hear the
 * same event twice, under the same id; it hears the events of one call in their order.
 */
export class Courier {
  readonly #options: CourierOptions;
  readonly #receivers: string[];
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: CourierOptions) {
    this.#options = options;
    this.#receivers = [...options.tenants.values()].filter(({ notify }) => notify).map(({ id }) => id);
  }

  start(): void {
    if (this.#receivers.length > 0) this.#running = this.#run();
  }

  /** Starts no further delivery and resolves once those under way have ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const busy = await this.deliverDue().catch((error: unknown) => {
        this.#options.log.error({ err: error }, "the outbox could not be read or written");
        return false;
      });
      if (!busy) await this.#options.clock.sleep(LOOK_EVERY_MS, signal);
    }
  }

  /** Tries what is due, once. @returns whether there may be more */
  async deliverDue(): Promise<boolean> {
    const due = await this.#options.outbox.takeDue(this.#receivers, AT_ONCE);
    await Promise.all(due.map((one) => this.#deliver(one)));
    return due.length === AT_ONCE;
  }

  async #deliver({ handover, call }: DueHandover): Promise<void> {
    const { outbox, vault, tenants, send, log } = this.#options;
    const notify = tenants.get(handover.tenant)?.notify;
    if (notify === undefined) return;
    // One that has been erased meanwhile is told without it.
    const number = notify.phone ? call.visitor_number : null;
    const body = JSON.stringify(
      eventOf({ handover, call }, number === null ? undefined : vault.open(number)),
    );
    const delivery = await send({ url: notify.url, secret: notify.secret, id: handover.id, body });
    const fields = { event: handover.id, call: call.id, tenant: handover.tenant, tries: handover.tries };
    if (delivery.delivered) {
      await outbox.delivered(handover.id);
      log.info(fields, "handed over");
    } else {
      await outbox.postpone(handover.id, this.#waitAfter(handover.tries));
      log.warn({ ...fields, detail: delivery.detail }, "not handed over yet");
    }
  }

  #waitAfter(tries: number): number {
    const longest = Math.min(FIRST_WAIT * 4 ** (tries - 1), LONGEST_WAIT);
    return longest / 2 + (this.#options.random() * longest) / 2;
  }
}

/** The event as the receiver reads it, in the form Standard Webhooks recommends; see docs/webhooks.md. */
const eventOf = ({ handover, call }: DueHandover, phone: string | undefined) => ({
  type: `call.${handover.status}`,
  timestamp: handover.occurred_at,
  data: {
    id: call.id,
    tenant: call.tenant,
    target: call.target,
    ...(call.reference !== null && { reference: call.reference }),
    status: handover.status,
    ...(handover.reason !== null && { reason: handover.reason }),
    createdAt: call.created_at,
    ...(call.scheduled_for !== null && { scheduledFor: call.scheduled_for }),
    ...(call.identity !== null && { identity: call.identity }),
    locale: call.locale,
    ...(call.page !== null && { page: call.page }),
    variables: JSON.parse(call.variables) as Record<string, string>,
    ...(phone !== undefined && { phone }),
  },
});
