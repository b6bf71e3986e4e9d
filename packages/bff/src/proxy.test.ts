import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect, type Server, type Socket } from "node:net";
import { generate } from "selfsigned";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "./clock.js";
import { Secret } from "./config/secret.js";
import { createWebhookSender } from "./notifications/webhook.js";
import { openTunnel, proxyFor } from "./proxy.js";
import { createJsonRpc } from "./uis/json-rpc.js";
import { createV1Client } from "./uis/v1.js";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

interface ProxyOptions {
  status?: number;
  /** Port to which all tunnels lead. */
  to?: number;
}

/** Starts a proxy that records what it is asked. */
async function startProxy({ status = 200, to }: ProxyOptions = {}) {
  const asked: { target: string; credentials: string | undefined }[] = [];
  const server = createHttpServer((_request, response) => response.writeHead(400).end());
  server.on("connect", (request: IncomingMessage, socket: Socket) => {
    asked.push({ target: request.url ?? "", credentials: request.headers["proxy-authorization"] });
    socket.on("error", () => undefined);
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${String(status)} No\r\nContent-Length: 2\r\n\r\nno`);
      return;
    }
    const port = to ?? Number(/:(\d+)$/.exec(request.url ?? "")?.[1]);
    const onward = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.destroy());
  });
  const port = await listen(server);
  return { url: new URL(`http://127.0.0.1:${String(port)}`), asked };
}

/** Starts UIS with TLS. Its certificate is signed by itself, so nothing is sent to it. */
async function startTls() {
  const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }]);
  let requests = 0;
  const server = createHttpsServer({ key, cert }, (_request, response) => {
    requests++;
    response.end();
  });
  return { port: await listen(server), requests: () => requests };
}

describe("which proxy an address is reached by", () => {
  const proxy = new URL("http://proxy.example:3128");
  it.each([
    ["https://callapi.example/v1", "", true],
    ["https://callapi.example/v1", "other.example", true],
    ["https://callapi.example/v1", "callapi.example", false],
    ["https://callapi.example/v1", " CallAPI.example ", false],
    ["https://callapi.example/v1", "example", false],
    ["https://callapi.example/v1", ".example", false],
    ["https://callapi.example/v1", "*.example", false],
    ["https://callapi.example/v1", "api.example", true],
    ["https://callapi.example/v1", "callapi.example:443", false],
    ["https://callapi.example:8443/v1", "callapi.example:443", true],
    ["https://callapi.example/v1", "*", false],
    ["https://[2001:db8::1]/v1", "2001:db8::1", false],
    ["https://10.0.0.1/v1", "10.0.0.1", false],
  ])("%s with NO_PROXY=%s: the proxy %s", (url, except, proxied) => {
    expect(proxyFor(new URL(url), { url: proxy, except: except.split(",") })).toBe(
      proxied ? proxy : undefined,
    );
  });
});

describe("a request to UIS through a proxy", () => {
  it("is sent through a tunnel, after the send is confirmed", async () => {
    const proxy = await startProxy();
    const target = createHttpServer((_request, response) => response.end("answer"));
    const port = await listen(target);
    let open = 0;
    const rpc = createJsonRpc(`http://127.0.0.1:${String(port)}/v1`, systemClock, {
      url: proxy.url,
      except: [],
    });
    const reply = await rpc("m", 7, {}, 5, () => Promise.resolve(++open > 0));
    expect(reply).toEqual({ kind: "answer", status: 200, body: "answer" });
    expect(proxy.asked).toEqual([{ target: `127.0.0.1:${String(port)}`, credentials: undefined }]);
    expect(open).toBe(1);
  });

  it("is made with TLS to UIS itself, so that the proxy reads nothing", async () => {
    const proxy = await startProxy();
    const uis = await startTls();
    let confirmed = 0;
    const url = `https://localhost:${String(uis.port)}/v1`;
    const rpc = createJsonRpc(url, systemClock, { url: proxy.url, except: [] });
    const reply = await rpc("m", 7, {}, 5, () => Promise.resolve(++confirmed > 0));
    expect(reply).toEqual({ kind: "fault", sent: false, code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    expect([proxy.asked.length, confirmed, uis.requests()]).toEqual([1, 0, 0]);
  });

  it.each([403, 407, 502])("was certainly not sent when the proxy answers %i", async (status) => {
    const proxy = await startProxy({ status });
    const rpc = createJsonRpc("https://callapi.example/v1", systemClock, { url: proxy.url, except: [] });
    expect(await rpc("m", 7, {}, 5)).toEqual({ kind: "fault", sent: false, code: `PROXY_${String(status)}` });
  });

  it("to a simulator on this machine, by plain http, takes no proxy", async () => {
    const proxy = await startProxy();
    const order = {
      ...{ attempt: 1, visitor: "+79000000001", office: "+79000000101", serviceNumber: "+74990000000" },
      ...{ firstCall: "office" as const, switchAtOnce: false, officeSeesServiceNumber: true },
    };
    const client = createV1Client({
      ...{ url: "http://127.0.0.1:1/v1", login: "acme", password: new Secret("p") },
      proxy: { url: proxy.url, except: [] },
    });
    expect(await client.placeCall(order)).toMatchObject({ kind: "wait", because: "unreachable" });
    expect(proxy.asked).toEqual([]);
  });

  it("was certainly not sent when there is no proxy", async () => {
    const proxy = { url: new URL("http://127.0.0.1:1"), except: [] };
    const rpc = createJsonRpc("https://callapi.example/v1", systemClock, proxy);
    expect(await rpc("m", 7, {}, 5)).toEqual({ kind: "fault", sent: false, code: "ECONNREFUSED" });
  });
});

it("a proxy is sent the user name and the password of its address, and is given up when it hangs", async () => {
  const proxy = await startProxy({ status: 403 });
  const url = new URL(proxy.url);
  Object.assign(url, { username: "us er", password: "p:ss" });
  await expect(openTunnel(url, "2001:db8::1", 443, AbortSignal.timeout(5000))).rejects.toThrow("PROXY_403");
  const basic = Buffer.from("us er:p:ss").toString("base64");
  expect(proxy.asked).toEqual([{ target: "[2001:db8::1]:443", credentials: `Basic ${basic}` }]);
  const silent = createHttpServer().on("connect", () => undefined);
  const hanging = new URL(`http://127.0.0.1:${String(await listen(silent))}`);
  await expect(openTunnel(hanging, "a.example", 443, AbortSignal.timeout(50))).rejects.toThrow("ETIMEDOUT");
});

describe("a webhook through a proxy", () => {
  const event = {
    url: "https://hooks.example/calls",
    secret: new Secret(`whsec_${Buffer.alloc(24, 1).toString("base64")}`),
    id: "e-1",
    body: "{}",
  };
  const senderTo = (proxy: URL, address: string) =>
    createWebhookSender({
      ...{ clock: systemClock, privateHosts: ["127.0.0.1"], proxy },
      resolve: () => Promise.resolve([{ address, family: 4 }]),
    });

  it("has the proxy connect to the address that was checked here, with TLS to the receiver itself", async () => {
    const receiver = await startTls();
    const proxy = await startProxy({ to: receiver.port });
    expect(await senderTo(proxy.url, "198.41.0.4")(event)).toEqual({
      delivered: false,
      detail: "failed: DEPTH_ZERO_SELF_SIGNED_CERT",
    });
    expect(proxy.asked).toEqual([{ target: "198.41.0.4:443", credentials: undefined }]);
    expect(receiver.requests()).toBe(0);
  });

  it("asks the proxy for no address that is not public", async () => {
    const proxy = await startProxy();
    const { delivered, ...rest } = await senderTo(proxy.url, "10.0.0.1")(event);
    expect(delivered).toBe(false);
    expect(rest).toMatchObject({
      detail: expect.stringContaining("10.0.0.1, which is not public") as string,
    });
    expect(proxy.asked).toEqual([]);
  });

  it("is sent to a private host without the proxy", async () => {
    const proxy = await startProxy();
    const port = await listen(createHttpServer((_request, response) => response.end()));
    const url = `http://127.0.0.1:${String(port)}/calls`;
    expect(await senderTo(proxy.url, "127.0.0.1")({ ...event, url })).toEqual({ delivered: true });
    expect(proxy.asked).toEqual([]);
  });
});
