import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { BackgroundLoop, type BackgroundLoopOptions } from "./background.js";
import { TestClock } from "@uis-call/testing/test-clock";

const SECOND = 1000;

function started(options: Partial<BackgroundLoopOptions> = {}) {
  const clock = new TestClock();
  const [turns, errors]: [number[], unknown[]] = [[], []];
  const begin = clock.monotonic();
  const loop = new BackgroundLoop({
    clock,
    everyMs: SECOND,
    turn: () => void turns.push(clock.monotonic() - begin),
    onError: (error) => errors.push(error),
    ...options,
  });
  loop.start();
  const advance = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await setImmediate();
  };
  return { loop, turns, errors, advance };
}

describe("a background loop", () => {
  it("takes its first turn at once and another at each interval", async () => {
    const { loop, turns, advance } = started();
    await setImmediate();
    await advance(SECOND - 1);
    expect(turns).toEqual([0]);
    await advance(1);
    await advance(SECOND);
    expect(turns).toEqual([0, SECOND, 2 * SECOND]);
    await loop.stop();
  });

  it("waits before the first turn where it is told to", async () => {
    const { loop, turns, advance } = started({ waitFirst: true });
    await setImmediate();
    expect(turns).toEqual([]);
    await advance(SECOND);
    expect(turns).toEqual([SECOND]);
    await loop.stop();
  });

  it("takes the next turn at once when it is woken, and only one", async () => {
    const { loop, turns } = started();
    await setImmediate();
    loop.wake();
    loop.wake();
    await setImmediate();
    expect(turns).toEqual([0, 0]);
    await loop.stop();
  });

  it("takes the next turn when the current one has ended, if it is woken during it", async () => {
    let end = (): void => undefined;
    let begun = 0;
    const turn = () => new Promise<void>((resolve) => ((end = resolve), begun++));
    const { loop } = started({ turn });
    loop.wake();
    expect(begun).toBe(1);
    end();
    await setImmediate();
    expect(begun).toBe(2);
    end();
    await setImmediate();
    expect(begun).toBe(2);
    await loop.stop();
  });

  it.each<[string, () => unknown]>([
    ["rejects", () => Promise.reject(new Error("no"))],
    [
      "throws",
      () => {
        throw new Error("no");
      },
    ],
  ])("tells of a turn that %s, and goes on after the interval", async (_how, turn) => {
    const { loop, errors, advance } = started({ turn });
    await setImmediate();
    expect(errors).toEqual([new Error("no")]);
    await advance(SECOND);
    expect(errors).toHaveLength(2);
    await loop.stop();
  });

  it("is stopped once the turn under way is over, which hears of it, and takes no other", async () => {
    let finish = (): void => undefined;
    const work = new Promise<void>((resolve) => (finish = resolve));
    let turns = 0;
    const { loop, advance } = started({ turn: () => (turns++, work) });
    let stopped = false;
    const stopping = loop.stop().then(() => (stopped = true));
    expect(loop.signal.aborted).toBe(true);
    await setImmediate();
    expect(stopped).toBe(false);
    finish();
    await stopping;
    await advance(SECOND);
    expect(turns).toBe(1);
  });

  it("takes one turn at a time, though it is started twice", async () => {
    const { loop, turns, advance } = started();
    loop.start();
    await setImmediate();
    await advance(SECOND);
    expect(turns).toEqual([0, SECOND]);
    await loop.stop();
  });

  it("takes no turn when it was stopped before it was started", async () => {
    const loop = new BackgroundLoop({
      clock: new TestClock(),
      everyMs: SECOND,
      turn: () => expect.unreachable(),
      onError: (error) => expect.unreachable(String(error)),
    });
    await loop.stop();
    loop.start();
    await setImmediate();
  });
});
