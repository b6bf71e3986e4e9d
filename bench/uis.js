// A simulated UIS that is as fast as Node.js allows, so that the measured time is that of the contender. It runs as a
// process of its own, and responds to place_calls after DELAY_MS milliseconds. It follows sections 3 and 4 of Call API
// v1.
import { createServer } from "node:http";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { text } from "node:stream/consumers";

const delay = Number(process.env.DELAY_MS ?? 0);

/**
 * How long UIS took for each call: pairs of the visitor's number and the milliseconds from the arrival of the request
 * to the end of the response.
 */
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
// Never closes idle HTTP connections. If UIS closed a connection just when a request arrives, the contender would get
// an error without being at fault.
server.keepAliveTimeout = 0;
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));

process.on("message", () => {
  process.send({ placed: serviceTimes.length, doubled, serviceTimes });
  serviceTimes = [];
});
// Exits when the parent process exits.
process.on("disconnect", () => process.exit());
