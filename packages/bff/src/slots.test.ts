import { describe, expect, it } from "vitest";
import { Slots } from "./slots.js";

const BUSY = Array.from({ length: 25 }, (_, n) => `busy-${String(n)}`);

/** Takes slots for a tenant until it gets no more. Returns them. */
function takeAll(slots: Slots, tenant: string) {
  const taken = [];
  for (let slot = slots.reserve(tenant); slot !== undefined; slot = slots.reserve(tenant)) taken.push(slot);
  return taken;
}

/** Fills slots with waiting work, and returns the tenants in the order in which they were served. */
async function served(slots: Slots, waiting: Record<string, number>, most = 1000): Promise<string[]> {
  const filled = await slots.fill(new Map(Object.entries(waiting)), most, (shares) =>
    Promise.resolve([...shares].flatMap(([tenant, length]) => Array.from({ length }, () => ({ tenant })))),
  );
  return filled.map(({ work }) => work.tenant);
}

describe("slots", () => {
  it("of several tenants are never all taken by those that are busy", () => {
    const slots = new Slots({ total: 500, shared: true });
    for (let round = 0; round < 500; round++) for (const tenant of BUSY) slots.reserve(tenant);
    expect(takeAll(slots, "busy-0")).toEqual([]);
    expect(takeAll(slots, "quiet").length).toBe(10);
  });

  it("are half of one busy tenant's while the others want none, and all of it where there is no other", () => {
    expect(takeAll(new Slots({ total: 500, shared: true }), "busy")).toHaveLength(250);
    expect(takeAll(new Slots({ total: 500, shared: false }), "busy")).toHaveLength(500);
    expect(takeAll(new Slots({ total: 500, shared: false, perTenant: 4 }), "busy")).toHaveLength(4);
  });

  it("go to waiting work one per tenant and round, whatever amount each has", async () => {
    const slots = new Slots({ total: 500, shared: true });
    expect((await served(slots, { a: 900, b: 2, c: 1 }, 6)).sort()).toEqual(["a", "a", "a", "b", "b", "c"]);
  });

  it("go first to the tenant that waited longest since its last one, even if others have waited for longer", async () => {
    const slots = new Slots({ total: 500, shared: true });
    const waiting = Object.fromEntries(BUSY.map((tenant) => [tenant, 40]));
    const first = await served(slots, waiting, 10);
    expect(new Set(first).size).toBe(10);
    expect(await served(slots, { ...waiting, quiet: 1 }, 16)).toContain("quiet");
    expect(await served(slots, { "busy-0": 1, quiet: 1, late: 1 }, 1)).toEqual(["late"]);
  });

  it("are free again when released, each once, and those for which no work was found at once", async () => {
    const slots = new Slots({ total: 2, shared: false });
    const [one] = takeAll(slots, "a");
    one?.release();
    one?.release();
    expect(takeAll(slots, "a")).toHaveLength(1);
    const other = new Slots({ total: 2, shared: false });
    await other.fill(new Map([["a", 2]]), 2, () => Promise.resolve([]));
    await expect(other.fill(new Map([["a", 2]]), 2, () => Promise.reject(new Error("no")))).rejects.toThrow();
    expect(takeAll(other, "a")).toHaveLength(2);
  });

  it("are not given out once they are closed", () => {
    const slots = new Slots({ total: 2, shared: false });
    slots.close();
    expect(slots.reserve("a")).toBeUndefined();
  });
});
