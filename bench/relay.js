// One of the proxies that the backend is compared with: a bare relay, which shows the least that any proxy costs. It
// forwards requests to UIS with node:http alone. It has no sessions and no checks, and stores nothing.
import { Agent, createServer, request as send } from "node:http";
import { text } from "node:stream/consumers";

const agent = new Agent({ keepAlive: true });
let lastId = 0;

const server = createServer(async (request, response) => {
  const { phone } = JSON.parse(await text(request));
  response.setHeader("Content-Type", "application/json");
  if (phone === undefined) {
    response.end(JSON.stringify({ csrfToken: "none" }));
    return;
  }
  const params = {
    session_key: "a-session-key",
    first_call: "numc",
    switch_at_once: true,
    numa: phone.slice(1),
    numb: "74990000000",
    numc: "79000000101",
  };
  const upstream = send(process.env.UIS_URL, { agent, method: "POST" }, (answer) => {
    response.statusCode = 201;
    answer.pipe(response);
  });
  upstream.setHeader("Content-Type", "application/json");
  upstream.end(JSON.stringify({ jsonrpc: "2.0", method: "place_calls", id: ++lastId, params }));
});
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
// Exits when the parent process exits.
process.on("disconnect", () => process.exit());
