import { expect, test } from "vitest";
import { ManualClock, Timers } from "./clock.js";

test("timers run in order of time, those set meanwhile included, and not before", async () => {
  const clock = new ManualClock(0);
  const ran: string[] = [];
  const note = (name: string) => () => void ran.push(`${name} at ${clock.now()}`);
  clock.setTimeout(note("late"), 30);
  clock.setTimeout(() => {
    note("early")();
    clock.setTimeout(note("inner"), 5);
  }, 10);
  clock.setTimeout(note("never"), 41);
  await clock.advance(40);
  expect(ran).toEqual(["early at 10", "inner at 15", "late at 30"]);
  expect(clock.now()).toBe(40);
});

test("a cleared timer does not run", async () => {
  const clock = new ManualClock(0);
  let ran = false;
  clock.clearTimeout(clock.setTimeout(() => (ran = true), 1));
  await clock.advance(10);
  expect(ran).toBe(false);
});

test("promises settle between two timers of the same moment", async () => {
  const clock = new ManualClock(0);
  const ran: string[] = [];
  clock.setTimeout(() => void Promise.resolve().then(() => ran.push("promise")), 1);
  clock.setTimeout(() => ran.push("second"), 1);
  await clock.advance(1);
  expect(ran).toEqual(["promise", "second"]);
});

test("stopped timers end together and others run on", async () => {
  const clock = new ManualClock(0);
  const ran: string[] = [];
  const stopped = new Timers(clock);
  const kept = new Timers(clock);
  stopped.after(1, () => ran.push("stopped"));
  kept.after(1, () => ran.push("kept"));
  stopped.stop();
  await clock.advance(1000);
  expect(ran).toEqual(["kept"]);
});
