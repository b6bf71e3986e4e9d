import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Backend } from "./backend.js";
import { together } from "./checker.js";
import type { CrashPoint } from "./crash-points.js";
import type { Outcome, RoundsOptions } from "./outcome.js";
import { schedule } from "./schedule.js";
import { Site } from "./site.js";

/** Number of databases used at the same time, each by one backend. While a backend waits, others use the processor. */
const SITES = 4;

const CALLS = 6;
/** Milliseconds within which the calls of a round are requested, and within which a random kill happens. */
const LOAD_FOR = 250;

/** Milliseconds from the last acceptance until a crash point counts as missed. */
const REACHED_WITHIN = 4000;
/** Milliseconds within which all calls have to be over after a restart. */
const OVER_WITHIN = 60_000;
/** Milliseconds within which all notes have to arrive. A note is sent again after a minute, so the limit is longer. */
const DELIVERED_WITHIN = 75_000;

/** Milliseconds until a scheduled call is due that is still in the future after a restart. */
const LATER = 2500;
/** Milliseconds until a scheduled call is due that becomes due during a restart. */
const SOON = 150;

/** Kills backends on SQLite. Several databases are used at the same time; the rounds of each follow one another. */
export async function sqliteRounds(options: RoundsOptions): Promise<Outcome> {
  const { rounds, random, signal, progress } = options;
  const folder = mkdtempSync(join(tmpdir(), "uis-call-crash-"));
  const points = schedule(rounds, random);
  let done = 0;
  const work = async (n: number) => {
    const databaseUrl = `sqlite:${join(folder, String(n), "calls.db")}`;
    const site = await Site.open({ databaseUrl, backends: 1, random });
    try {
      for (let point = points.shift(); point !== undefined; point = points.shift()) {
        if (signal?.aborted === true) break;
        await round(site, point, random);
        progress?.(++done);
      }
      await site.delivered(DELIVERED_WITHIN);
      return { findings: await site.findings(), kills: site.kills };
    } finally {
      await site.close();
    }
  };
  try {
    const results = await Promise.all(Array.from({ length: Math.min(SITES, rounds) }, (_, n) => work(n)));
    return {
      findings: together(results.map(({ findings }) => findings)),
      kills: results.flatMap(({ kills }) => kills),
      decided: results.flatMap(({ findings }) => findings.decided),
      frozen: 0,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs one round: requests calls, kills the backend meanwhile, starts it again, and waits until all calls are over. */
async function round(site: Site, point: CrashPoint, random: () => number): Promise<void> {
  const [backend] = site.backends;
  if (backend === undefined) throw new Error("the site has no backend");
  const visitor = await site.visitor();
  // Expires the session keys, because C3 is reached by the second attempt after UIS has refused an expired key.
  if (point === "C3") {
    await site.call(visitor, { point });
    site.uis.expireKeys();
  }
  const { killed } = backend;
  const onAccepted = endIt(site, backend, point, random);
  const calls = Array.from({ length: CALLS }, async (_, n) => {
    await sleep(n === 0 ? 0 : random() * LOAD_FOR);
    await site.call(visitor, {
      point,
      noAnswer: point === "C7" || random() < 0.1,
      ...(point === "C2" ? { later: LATER } : random() < 0.1 && { later: SOON }),
    });
    onAccepted();
  });
  const accepted = Promise.all(calls);
  const late = accepted.then(() => sleep(REACHED_WITHIN)).then(() => "late" as const);
  const missed = (await Promise.race([killed, late])) === "late";
  if (missed) backend.kill();
  const at = await killed;
  site.uis.onDialled = undefined;
  await backend.start();
  site.kills.push({ point: missed ? "random" : point, backend: backend.url, at, readyAt: Date.now() });
  await accepted;
  await site.decided(OVER_WITHIN);
}

/** Arranges the kill. @returns a function to call after each accepted call */
function endIt(site: Site, backend: Backend, point: CrashPoint, random: () => number): () => void {
  if (point === "random") {
    setTimeout(() => backend.kill(), random() * LOAD_FOR);
    return () => undefined;
  }
  // C2 is between the 202 and the attempt: kills either right after the 202, or when the backend has claimed the call.
  if (point === "C2" && random() < 0.5) {
    let left = 1;
    return () => {
      if (left-- === 1) backend.kill();
    };
  }
  const once = point === "C2" || point === "C3" || point === "C7";
  site.order(backend, { point, nth: once ? 1 : 1 + Math.floor(random() * 3), how: "die" });
  return () => undefined;
}
