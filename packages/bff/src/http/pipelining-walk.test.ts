import { randomInt } from "node:crypto";
import { walk } from "@uis-call/testing/pipelining/walk";
import { expect, it } from "vitest";

const SECONDS = 30;

it(
  "30 seconds of random pipelined requests: the process lives, others are served, no work stays open",
  { timeout: 180_000 },
  async () => {
    const seed = randomInt(2 ** 31);
    const { findings, connections, answers, closed, others, overloaded } = await walk({
      seconds: SECONDS,
      seed,
    });
    expect(findings.slice(0, 5), `seed ${String(seed)}`).toEqual([]);
    // Checks that the random sequence had many connections and answers. Without them the test would prove
    // nothing.
    expect(connections).toBeGreaterThan(100);
    expect(closed).toBeGreaterThan(20);
    for (const status of [200, 202, 400, 404, 422]) expect([...answers.keys()]).toContain(status);
    expect(others - overloaded).toBeGreaterThan(10);
  },
);
