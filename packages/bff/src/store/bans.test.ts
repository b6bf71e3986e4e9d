import { engines } from "@uis-call/testing/databases";
import { afterEach, describe, expect, it } from "vitest";
import { ban, banOf, bans, liftBan } from "./bans.js";
import { type Database, openDatabase } from "./database.js";

const VISITOR = "acme/session/somebody";
const NOW = new Date("2026-11-23T09:00:00Z");
const later = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000);

const opened: Database[] = [];
afterEach(async () => {
  for (const db of opened.splice(0)) await db.close();
});

describe.each(engines)("a ban on %s", (_name, newUrl) => {
  /** Opens three databases on PostgreSQL, or one on SQLite, as instances of the backend would. */
  async function open(): Promise<Database[]> {
    const url = await newUrl();
    const count = url.startsWith("sqlite:") ? 1 : 3;
    for (let n = 0; n < count; n++) opened.push(await openDatabase(url));
    return opened;
  }

  /**
   * Bans the visitor by fifteen requests at the same moment.
   *
   * @returns the bans that were started
   */
  const banAtOnce = async (instances: Database[], now: Date) => {
    const begun = await Promise.all(
      Array.from({ length: 15 }, (_, n) =>
        instances[n % instances.length]!.write("test", (transaction) => ban(transaction, VISITOR, now)),
      ),
    );
    return begun.filter((one) => one !== undefined);
  };

  it("lasts a day, and after the second time for good, however many are decided at the same moment", async () => {
    const instances = await open();
    const [db] = instances;
    const inForce = (now: Date) => db!.write("test", (transaction) => banOf(transaction, VISITOR, now));
    const first = { visitor: VISITOR, since: NOW.toISOString(), until: later(24).toISOString(), times: 1 };
    expect(await banAtOnce(instances, NOW)).toEqual([first]);
    expect(await inForce(later(23.9))).toEqual(first);
    // Requests during a ban do not make it longer.
    expect(await banAtOnce(instances, later(23.9))).toEqual([]);
    expect([await inForce(later(24)), await bans(db!, later(24))]).toEqual([undefined, []]);

    const second = { visitor: VISITOR, since: later(24).toISOString(), until: null, times: 2 };
    expect(await banAtOnce(instances, later(24))).toEqual([second]);
    expect(await banAtOnce(instances, later(9999))).toEqual([]);
    expect([await inForce(later(9999)), await bans(db!, later(9999))]).toEqual([second, [second]]);

    expect(await liftBan(db!, VISITOR)).toBe(true);
    expect(await inForce(later(9999))).toBeUndefined();
    expect(await banAtOnce(instances, later(9999))).toMatchObject([{ times: 1 }]);
  });
});
