import { randomBytes } from "node:crypto";
import { createServer } from "node:https";
import { createLogger } from "@uis-call/bff";
import { startStack } from "@uis-call/testing/stack";
import { type RequestHandler, Router } from "express";
import { generate } from "selfsigned";

/** Base URL of the backend. */
export const ENDPOINT = "https://calls.shop.test/api";

/** Password of the account at UIS. The tests also sign identity tokens with it. */
export const PASSWORD = randomBytes(16).toString("hex");
const CONFIGURATION = (uis: string): string => `
tenants:
  - id: shop
    name: Shop
    origins: ["https://calls.shop.test", "https://shop.test", "https://foreign.test"]
    serviceNumber: "+74990000000"
    uis: { url: "${uis}", login: shop, password: { env: PASSWORD } }
    limits: none
    identity: { secret: { env: PASSWORD } }
    targets: { sales: { title: Sales, office: "+79000000101" } }
`;

/** An HTTP request to which the server has responded. */
export interface Answered {
  host: string;
  path: string;
  method: string;
  status: number;
  cookie: string | undefined;
}

/**
 * Serves all hosts of `.test` over TLS on one port. `calls.shop.test/api` is the backend. Every other URL is an empty
 * page. The query of its URL sets response headers, for example `?Cross-Origin-Embedder-Policy=require-corp`.
 */
export async function startHosts() {
  const answered: Answered[] = [];
  const write: RequestHandler = (request, response, next) => {
    const { hostname: host, method } = request;
    const [path = ""] = request.originalUrl.split("?");
    const cookie = request.get("cookie");
    response.once("close", () => answered.push({ host, path, method, status: response.statusCode, cookie }));
    next();
  };
  const { private: key, cert } = await generate([{ name: "commonName", value: "shop.test" }]);
  const stack = await startStack({
    simulator: {
      accounts: [{ login: "shop", password: PASSWORD, serviceNumbers: ["74990000000"] }],
      settings: { answersWhen: "accepted" },
    },
    yaml: CONFIGURATION,
    variable: () => PASSWORD,
    publicUrl: new URL(ENDPOINT),
    log: createLogger("silent"),
    server: createServer({ key, cert }),
    mount(app, bff) {
      const backend = Router().use("/api", bff.router);
      app.use(write);
      app.use((request, response, next) => {
        if (request.hostname === "calls.shop.test") backend(request, response, next);
        else next();
      });
      app.use(page);
    },
  });
  return {
    uis: stack.uis,
    /** The HTTP requests to which the server has responded so far, in order. */
    answered,
    /** Command-line flags that make Chromium find the hosts and accept their certificate. */
    flags: [
      `--host-resolver-rules=MAP *.test 127.0.0.1:${new URL(stack.url).port}`,
      "--ignore-certificate-errors",
    ],
    stop: () => stack.stop(),
  };
}

export type Hosts = Awaited<ReturnType<typeof startHosts>>;

const page: RequestHandler = (request, response) => {
  const { searchParams } = new URL(request.originalUrl, ENDPOINT);
  for (const [name, value] of searchParams) response.set(name, value);
  response.type("html").send("<!doctype html><title>A page</title>");
};
