import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createBff, createLogger, parseConfiguration, Secret } from "@uis-call/bff";
import { UisSimulator } from "@uis-call/simulator";
import express, { type RequestHandler } from "express";
import { generate } from "selfsigned";

/** Base URL of the backend. */
export const ENDPOINT = "https://calls.shop.test/api";

const PASSWORD = randomBytes(12).toString("hex");
const CONFIGURATION = (uis: string): string => `
tenants:
  - id: shop
    name: Shop
    origins: ["https://calls.shop.test", "https://shop.test", "https://foreign.test"]
    serviceNumber: "+74990000000"
    uis: { url: "${uis}", login: shop, password: { env: PASSWORD } }
    limits: none
    targets: { sales: { title: Sales, office: "+79000000101" } }
`;

/** A request with its answer. */
export interface Answered {
  host: string;
  path: string;
  method: string;
  status: number;
  cookie: string | undefined;
}

/**
 * Serves all hosts of `.test` over TLS on one port. `calls.shop.test/api` is the backend; any other path is an empty page
 * whose query sets its headers: `?Cross-Origin-Embedder-Policy=require-corp`.
 */
export async function startHosts() {
  const uis = new UisSimulator({
    accounts: [{ login: "shop", password: PASSWORD, serviceNumbers: ["74990000000"] }],
    settings: { answersWhen: "accepted" },
  });
  await uis.start({ port: 0 });
  const secrets = { variable: () => PASSWORD, file: () => undefined };
  const bff = await createBff({
    configuration: parseConfiguration(CONFIGURATION(uis.url), secrets, "shop.yaml"),
    databaseUrl: "sqlite::memory:",
    sessionSecrets: [new Secret(randomBytes(32).toString("base64"))],
    publicUrl: new URL(ENDPOINT),
    log: createLogger("silent"),
  });
  const answered: Answered[] = [];
  const write: RequestHandler = (request, response, next) => {
    const { hostname: host, originalUrl: path, method } = request;
    const cookie = request.get("cookie");
    response.once("close", () => answered.push({ host, path, method, status: response.statusCode, cookie }));
    next();
  };
  const backend = express.Router().use("/api", bff.router);
  const app = express().disable("x-powered-by").use(write);
  app.use((request, response, next) => {
    if (request.hostname === "calls.shop.test") backend(request, response, next);
    else next();
  });
  app.use(page);

  const { private: key, cert } = await generate([{ name: "commonName", value: "shop.test" }]);
  const server = createServer({ key, cert }, app).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    uis,
    /** Answered requests in order. */
    answered,
    /** Chromium's flags that resolve the hosts and accept their certificate. */
    flags: [`--host-resolver-rules=MAP *.test 127.0.0.1:${port}`, "--ignore-certificate-errors"],
    async stop() {
      server.close();
      server.closeAllConnections();
      await bff.close(0);
      await uis.stop();
    },
  };
}

export type Hosts = Awaited<ReturnType<typeof startHosts>>;

const page: RequestHandler = (request, response) => {
  const { searchParams } = new URL(request.originalUrl, ENDPOINT);
  for (const [name, value] of searchParams) response.set(name, value);
  response.type("html").send("<!doctype html><title>A page</title>");
};
