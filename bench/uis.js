// A UIS as fast as Node allows, so that the contender before it is what is measured. Runs as a process of its own; answers
// place_calls after DELAY_MS. Written from Call API v1 §3 and §4.
import { createServer } from "node:http";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { text } from "node:stream/consumers";

const delay = Number(process.env.DELAY_MS ?? 0);

/** Milliseconds from a request's arrival to the end of its answer, by the visitor's number. */
let serviceTimes = [];
const seen = new Set();
let doubled = 0;

async function answer(request, response) {
  const arrived = performance.now();
  const { id, method, params } = JSON.parse(await text(request));
  const placing = method === "place_calls";
  if (placing && delay > 0) await sleep(delay);
  const result = placing ? "success" : { session_key: "a-session-key" };
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify({ jsonrpc: "2.0", id, result }));
  if (!placing) return;
  if (seen.has(params.numa)) doubled++;
  seen.add(params.numa);
  serviceTimes.push([params.numa, performance.now() - arrived]);
}

const server = createServer((request, response) => void answer(request, response));
// No time-out: closing an idle connection just as a request arrives would cause an error that is no contender's fault.
server.keepAliveTimeout = 0;
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));

process.on("message", () => {
  process.send({ placed: serviceTimes.length, doubled, serviceTimes });
  serviceTimes = [];
});
// Exits with the parent process.
process.on("disconnect", () => process.exit());
