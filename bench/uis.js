// UIS as fast as Node can play it, so that what is measured is what stands before it. A process of its own:
// DELAY_MS is how long it takes over place_calls. Written from Call API v1 §3 and §4.
import { createServer } from "node:http";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { text } from "node:stream/consumers";

const delay = Number(process.env.DELAY_MS ?? 0);

/** Milliseconds from the arrival of a request to the end of its answer, by the visitor's number. */
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
// A keep-alive connection closed here just as a request comes in would be an error of nobody's making.
server.keepAliveTimeout = 0;
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));

process.on("message", () => {
  process.send({ placed: serviceTimes.length, doubled, serviceTimes });
  serviceTimes = [];
});
// Whoever started it is gone.
process.on("disconnect", () => process.exit());
