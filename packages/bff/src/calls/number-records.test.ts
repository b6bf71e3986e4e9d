import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TestClock } from "@uis-call/testing/test-clock";
import { Secret } from "../config/secret.js";
import { type Database, openDatabase } from "../store/database.js";
import { engines } from "@uis-call/testing/databases";
import { type NumberCipher, openNumberCipher } from "../store/number-cipher.js";
import { newCall } from "./call.harness.js";
import { Ledger } from "./ledger.js";
import { recordsOf } from "./number-records.js";

const VISITOR = "+79000000001";
const OFFICE = "+79000000103";

describe.each(engines)("the records of a number on %s", (_name, newUrl) => {
  let db: Database;
  let cipher: NumberCipher;
  const clock = new TestClock();
  const exported = async (number: string) => {
    const records: Record<string, unknown>[] = [];
    for await (const record of recordsOf(db, cipher, number)) records.push(record);
    return records;
  };
  const accept = async (change: Parameters<typeof newCall>[0]) => {
    const ledger = new Ledger(db, cipher, clock, { owner: "me" });
    const keep = () => Promise.resolve({ keep: "limit_reached" as const });
    return (await ledger.accept(newCall({ visitorNumber: VISITOR, ...change }), false, keep)).call;
  };

  beforeEach(async () => {
    db = await openDatabase(await newUrl());
    cipher = await openNumberCipher(db, [new Secret("s".repeat(32))]);
  });
  afterEach(() => db.close());

  it("have for the visitor what was asked for and the consent, for the office its own side alone", async () => {
    const { id, created_at } = await accept({
      officeNumber: OFFICE,
      reference: "deal-17",
      identity: "buyer-1",
      page: "https://acme.example/tea",
      consentText: "I agree",
      address: "192.0.2.77",
    });
    const shared = {
      kind: "call",
      id,
      tenant: "acme",
      target: "sales",
      status: "held",
      reason: "limit_reached",
      createdAt: created_at,
      updatedAt: created_at,
      scheduledFor: null,
    };
    const notification = {
      kind: "notification",
      id: expect.any(String) as string,
      call: id,
      status: "held",
      reason: "limit_reached",
      occurredAt: created_at,
      requests: 1,
      deliveredAt: null,
    };
    const visitor = {
      ...shared,
      side: "visitor",
      phone: VISITOR,
      reference: "deal-17",
      identity: "buyer-1",
      locale: "ru",
      page: "https://acme.example/tea",
      variables: { product: "tea" },
      consent: {
        text: "I agree",
        version: expect.stringMatching(/^[\da-f]{12}$/) as string,
        at: created_at,
        page: "https://acme.example/tea",
        address: "192.0.2.77",
      },
    };
    expect(await exported(VISITOR)).toEqual([visitor, notification]);
    expect(await exported(OFFICE)).toEqual([{ ...shared, side: "office", phone: OFFICE }, notification]);
  });

  it("have no consent where none was asked for", async () => {
    await accept({});
    expect((await exported(VISITOR))[0]).not.toHaveProperty("consent");
  });
});
