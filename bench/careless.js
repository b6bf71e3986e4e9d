// One of the proxies that the backend is compared with: a careless one, as a developer may write it in an afternoon. It
// keeps sessions in memory and checks requests, but does not store calls. All libraries run with their defaults.
import { randomBytes, timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";
import express from "express";
import session from "express-session";
import got from "got";
import helmet from "helmet";
import { z } from "zod";

const { UIS_URL, SESSION_SECRET, ORIGIN } = process.env;

const CallRequest = z.strictObject({
  target: z.literal("sales"),
  phone: z.string().regex(/^\+7\d{10}$/),
});

let lastId = 0;

async function askUis(method, params) {
  const json = { jsonrpc: "2.0", method, id: ++lastId, params };
  const { result, error } = await got.post(UIS_URL, { json }).json();
  if (error !== undefined) throw new Error(`UIS: ${error.code} ${error.message}`);
  return result;
}

let sessionKey;
const authenticate = () =>
  (sessionKey ??= askUis("authenticate", { login: "acme", password: "a-password" }).then(
    ({ session_key }) => session_key,
  ));

async function placeCall(visitor) {
  const params = {
    session_key: await authenticate(),
    first_call: "numc",
    switch_at_once: true,
    numa: visitor.slice(1),
    numb: "74990000000",
    numc: "79000000101",
    numc_message: { type: "text", value: "A call back from the website" },
  };
  return askUis("place_calls", params);
}

function sameToken(given, expected) {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function requireOrigin(request, response, next) {
  if (request.get("origin") === ORIGIN) next();
  else response.status(403).json({ error: "origin" });
}

function requireToken(request, response, next) {
  const { csrfToken } = request.session;
  if (csrfToken !== undefined && sameToken(request.get("x-csrf-token") ?? "", csrfToken)) next();
  else response.status(403).json({ error: "csrf" });
}

const app = express();
app.use(helmet());
app.use(express.json());
app.use(
  session({
    secret: SESSION_SECRET,
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: "strict" },
  }),
);

app.post("/api/session", requireOrigin, (request, response) => {
  request.session.csrfToken ??= randomBytes(32).toString("base64url");
  response.json({ csrfToken: request.session.csrfToken });
});

app.post("/api/calls", requireOrigin, requireToken, async (request, response) => {
  const body = CallRequest.safeParse(request.body);
  if (!body.success) {
    response.status(422).json({ error: "invalid" });
    return;
  }
  const result = await placeCall(body.data.phone);
  response.status(201).json({ status: result === "success" ? "placed" : "failed" });
});

const server = app.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
// Exits when the parent process exits.
process.on("disconnect", () => process.exit());
