import { engines } from "@uis-call/testing/databases";
import { startTestBff, type TestBff } from "@uis-call/testing/test-bff";
import { afterEach, describe, expect, it } from "vitest";
import { pauseCalls } from "../store/pauses.js";

const running: TestBff[] = [];
afterEach(async () => {
  for (const bff of running.splice(0)) await bff.stop();
});

describe.each(engines)("a call as its visitor sees it, on %s", (_name, newUrl) => {
  it.each([
    ["says that a receiver hears of it, where the tenant has one", true],
    ["says nothing of a receiver, where the tenant has none", undefined],
  ])("%s", async (_title, receiver) => {
    const tenant = receiver && "notify: { url: 'http://127.0.0.1:9/', secret: { env: WEBHOOK_SECRET } }";
    const bff = await startTestBff({ databaseUrl: await newUrl(), ...(tenant && { tenant }) });
    running.push(bff);
    await pauseCalls(bff.database, "acme", "calls_stopped", new Date());
    const visitor = bff.visitor();
    await visitor.open();
    const { body } = await visitor.call({ target: "sales", phone: "8 900 000-00-01" });
    expect([body.status, body.receiver]).toEqual(["held", receiver]);
    expect((await visitor.read(body.id)).body.receiver).toBe(receiver);
  });
});
