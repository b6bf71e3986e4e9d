/** A slot that a tenant holds. Releasing it again has no effect. */
export interface Slot {
  release(): void;
}

export interface SlotsOptions {
  /** Number of slots. */
  total: number;
  /** Maximum number of slots of one tenant. Default: no maximum of its own. */
  perTenant?: number;
  /** Whether several tenants share the slots. A single tenant may hold all of them. */
  shared: boolean;
}

/**
 * Slots for work that one process does at the same time, shared out between tenants. A tenant gets a further slot
 * only while it holds fewer slots than are free. Busy tenants therefore have equal shares, and one share always
 * stays free for a tenant that has been quiet: 25 busy tenants hold 19 of 500 slots each, and 25 slots are free.
 */
export class Slots {
  readonly #options: SlotsOptions;
  readonly #held = new Map<string, number>();
  /** When each tenant last got a slot for waiting work, as a consecutive number. */
  readonly #served = new Map<string, number>();
  #turn = 0;
  #free: number;
  #closed = false;

  constructor(options: SlotsOptions) {
    this.#options = options;
    this.#free = options.total;
  }

  /** Takes a slot. Returns undefined if this tenant may have none now. */
  reserve(tenant: string): Slot | undefined {
    const { total, perTenant = total, shared } = this.#options;
    const held = this.#held.get(tenant) ?? 0;
    const most = Math.min(perTenant, shared ? this.#free : total);
    if (this.#closed || this.#free === 0 || held >= most) return undefined;
    this.#held.set(tenant, held + 1);
    this.#free--;
    return { release: once(() => this.#release(tenant)) };
  }

  /**
   * Shares free slots out between the tenants that have work waiting, and has `take` fetch as much work as each
   * tenant got slots. Slots are given out one per tenant and round; in each round the tenant comes first that has
   * waited longest since its last slot. Slots without work become free again.
   *
   * @param waiting number of pieces of work that wait, by tenant
   * @param most maximum number of slots given out
   * @param take fetches work: for each tenant at most the given number of pieces
   */
  async fill<Work extends { tenant: string }>(
    waiting: ReadonlyMap<string, number>,
    most: number,
    take: (shares: ReadonlyMap<string, number>) => Promise<Work[]>,
  ): Promise<{ work: Work; slot: Slot }[]> {
    const slots = this.#share(waiting, most);
    if (slots.size === 0) return [];
    try {
      const found = await take(new Map([...slots].map(([tenant, { length }]) => [tenant, length])));
      return found.flatMap((work) => {
        const slot = slots.get(work.tenant)?.pop();
        return slot === undefined ? [] : [{ work, slot }];
      });
    } finally {
      for (const slot of [...slots.values()].flat()) slot.release();
    }
  }

  /** Gives out no further slot. */
  close(): void {
    this.#closed = true;
  }

  #share(waiting: ReadonlyMap<string, number>, most: number): Map<string, Slot[]> {
    const slots = new Map<string, Slot[]>();
    const servedAt = (tenant: string): number => this.#served.get(tenant) ?? 0;
    let line = [...waiting.keys()].sort((one, other) => servedAt(one) - servedAt(other));
    let left = most;
    while (line.length > 0) {
      const further: string[] = [];
      for (const tenant of line) {
        const slot = left > 0 ? this.reserve(tenant) : undefined;
        if (slot === undefined) continue;
        left--;
        this.#served.set(tenant, ++this.#turn);
        const own = [...(slots.get(tenant) ?? []), slot];
        slots.set(tenant, own);
        if (own.length < (waiting.get(tenant) ?? 0)) further.push(tenant);
      }
      line = further;
    }
    return slots;
  }

  #release(tenant: string): void {
    const held = (this.#held.get(tenant) ?? 0) - 1;
    if (held > 0) this.#held.set(tenant, held);
    else this.#held.delete(tenant);
    this.#free++;
  }
}

function once(release: () => void): () => void {
  let done = false;
  return () => {
    if (!done) release();
    done = true;
  };
}
