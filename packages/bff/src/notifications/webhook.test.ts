import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createTcpServer, isIP, type AddressInfo, type Server, type Socket } from "node:net";
import { TestClock } from "@uis-call/testing/test-clock";
import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../clock.js";
import { Secret } from "../config/secret.js";
import { createWebhookSender, webhookUrlProblem, type WebhookSenderOptions } from "./webhook.js";

const KEY = `whsec_${Buffer.alloc(32, "k").toString("base64")}`;
const BODY = '{"type":"call.requested","data":{"number":"+79000000001","name":"Я"}}';
const LOCAL = ["127.0.0.1"];

const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
});

/** Makes the server listen on all addresses of this machine, and counts its connections. */
async function listening(server: Server) {
  let connections = 0;
  server.on("connection", (socket) => {
    connections++;
    sockets.add(socket);
  });
  servers.push(server);
  server.listen(0);
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}

interface Received {
  headers: IncomingMessage["headers"];
  method: string | undefined;
  url: string | undefined;
  body: string;
}

/** Starts a receiver that records each request and then calls `answer`. */
async function receiver(answer: RequestListener = (_request, response) => response.end("ok")) {
  const received: Received[] = [];
  const { port, connections } = await listening(
    createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      request.on("end", () => {
        received.push({ headers: request.headers, method: request.method, url: request.url, body });
        answer(request, response);
      });
    }),
  );
  return { url: `http://127.0.0.1:${port}/hook?token=t0ken`, port, connections, received };
}

interface Sent extends Partial<WebhookSenderOptions> {
  id?: string;
  key?: string;
}

const send = (url: string, { id = "evt_1", key = KEY, ...options }: Sent = {}) =>
  createWebhookSender({ clock: systemClock, privateHosts: LOCAL, ...options })({
    url,
    secret: new Secret(key),
    id,
    body: BODY,
  });

const detailOf = async (delivery: ReturnType<typeof send>): Promise<string> => {
  const outcome = await delivery;
  return outcome.delivered ? "delivered" : outcome.detail;
};

const resolvingTo = (...addresses: string[]) => {
  let asked = 0;
  const resolve = () => {
    const address = addresses[Math.min(asked++, addresses.length - 1)] ?? "";
    return Promise.resolve([{ address, family: isIP(address) === 6 ? 6 : 4 }]);
  };
  return { resolve, asked: () => asked };
};

describe("a webhook's event", () => {
  it("is one POST of the body as it is, on a connection of its own", async () => {
    const { url, received } = await receiver();
    expect(await send(url)).toEqual({ delivered: true });
    expect(received).toMatchObject([{ method: "POST", url: "/hook?token=t0ken", body: BODY }]);
    expect(received[0]?.headers).toMatchObject({ "content-type": "application/json", connection: "close" });
  });

  it("is signed so that the official library accepts it", async () => {
    const { url, received } = await receiver();
    await send(url);
    const [{ body, headers }] = received as [Received];
    expect(new Webhook(KEY).verify(body, headers as Record<string, string>)).toEqual(JSON.parse(BODY));
  });

  it.each<[string, (event: { body: string; headers: Record<string, string> }) => void]>([
    ["body", (event) => (event.body = event.body.replace("+79000000001", "+79000000002"))],
    ["id", ({ headers }) => (headers["webhook-id"] = "evt_2")],
    [
      "time",
      ({ headers }) => (headers["webhook-timestamp"] = String(Number(headers["webhook-timestamp"]) + 1)),
    ],
  ])("is not accepted with another %s than was signed", async (_what, tamper) => {
    const { url, received } = await receiver();
    await send(url);
    const [{ body, headers }] = received as [Received];
    const event = { body, headers: { ...headers } as Record<string, string> };
    expect(() => new Webhook(KEY).verify(event.body, event.headers)).not.toThrow();
    tamper(event);
    expect(() => new Webhook(KEY).verify(event.body, event.headers)).toThrow("No matching signature found");
  });

  it("keeps its id when it is sent again, and says the time of the attempt", async () => {
    const { url, received } = await receiver();
    const clock = new TestClock();
    await send(url, { clock });
    clock.advance(61_500);
    await send(url, { clock });
    expect(received.map(({ headers }) => [headers["webhook-id"], headers["webhook-timestamp"]])).toEqual([
      ["evt_1", "1795424400"],
      ["evt_1", "1795424461"],
    ]);
  });

  it.each([200, 201, 202, 204, 299])("is delivered when the receiver answers %i", async (status) => {
    const { url } = await receiver((_request, response) => response.writeHead(status).end());
    expect(await send(url)).toEqual({ delivered: true });
  });

  it("is told apart when its receiver is gone (410)", async () => {
    const { url } = await receiver((_request, response) => response.writeHead(410).end());
    expect(await send(url)).toEqual({ delivered: false, detail: "answered 410", gone: true });
  });

  it.each([
    ["5", 5000],
    [" 120 ", 120_000],
    ["Mon, 23 Nov 2026 09:01:30 GMT", 90_000],
    ["999999999999", 24 * 3_600_000],
    ["-5", undefined],
    ["soon", undefined],
    ["Mon, 23 Nov 2020 10:00:00 GMT", undefined],
  ])("tells how long its receiver wants to rest: Retry-After: %s", async (value, ms) => {
    const { url } = await receiver((_request, response) =>
      response.writeHead(503, { "retry-after": value }).end(),
    );
    const rest = ms === undefined ? {} : { restMs: ms };
    expect(await send(url, { clock: new TestClock() })).toEqual({
      ...{ delivered: false, detail: "answered 503" },
      ...rest,
    });
  });

  it.each([304, 400, 401, 404, 429, 500, 503])(
    "is not delivered, nor sent again, when it answers %i",
    async (status) => {
      const { url, received } = await receiver((_request, response) =>
        response.writeHead(status, { "retry-after": "0" }).end(),
      );
      expect(await send(url)).toEqual({ delivered: false, detail: `answered ${status}` });
      expect(received).toHaveLength(1);
    },
  );

  it.each([301, 302, 303, 307, 308])(
    "is not delivered, nor sent on, when a %i points elsewhere",
    async (status) => {
      const other = await receiver();
      const { url } = await receiver((_request, response) =>
        response.writeHead(status, { location: other.url }).end(),
      );
      expect(await send(url)).toEqual({ delivered: false, detail: `answered ${status}` });
      expect(other.connections()).toBe(0);
    },
  );

  it("is not delivered when the connection breaks", async () => {
    const { url, received } = await receiver((request) => request.socket.destroy());
    expect(await send(url)).toEqual({ delivered: false, detail: "failed: ECONNRESET" });
    expect(received).toHaveLength(1);
  });

  it("is not delivered when no server listens", async () => {
    const { url } = await receiver();
    servers.pop()?.close();
    expect(await send(url)).toEqual({ delivered: false, detail: "failed: ECONNREFUSED" });
  });

  it("is not delivered when no answer comes in time", async () => {
    const { url } = await receiver(() => undefined);
    const timeouts = { connect: 3000, whole: 200 };
    expect(await send(url, { timeouts })).toEqual({ delivered: false, detail: "took too long: request" });
  });

  it("is not delivered when DNS does not answer in time", async () => {
    const resolve = () => new Promise<never>(() => undefined);
    const timeouts = { connect: 50, whole: 3000 };
    expect(await send("https://hooks.example/", { resolve, timeouts })).toEqual({
      delivered: false,
      detail: "took too long: lookup",
    });
  });

  it("is not delivered when TLS takes too long", async () => {
    const { port } = await listening(createTcpServer(() => undefined));
    const timeouts = { connect: 50, whole: 3000 };
    expect(await send(`https://127.0.0.1:${port}/`, { timeouts })).toEqual({
      delivered: false,
      detail: "took too long: secureConnect",
    });
  });

  it("is not delivered when its name does not exist", async () => {
    const resolve = () => Promise.reject(Object.assign(new Error("no"), { code: "ENOTFOUND" }));
    expect(await send("https://hooks.example/", { resolve })).toEqual({
      delivered: false,
      detail: "failed: ENOTFOUND",
    });
  });

  it("is delivered by a status of 2xx whose answer is endless, and the answer is not read on", async () => {
    let written = 0;
    const { url } = await receiver((_request, response) => {
      response.on("error", () => undefined);
      const more = (): boolean =>
        response.write("x".repeat(16_384), () => {
          written += 16_384;
          return response.destroyed || more();
        });
      more();
    });
    expect(await send(url, { timeouts: { connect: 3000, whole: 60_000 } })).toEqual({ delivered: true });
    // The limit is far above the size of the sockets' buffers, and far below what would be read in 60 seconds.
    expect(written).toBeLessThan(16 * 1024 * 1024);
  });

  it("is delivered by a status of 2xx whose answer breaks off", async () => {
    const { url } = await receiver((request, response) => {
      response.writeHead(200, { "content-length": "100" }).write("half", () => request.socket.destroy());
    });
    expect(await send(url)).toEqual({ delivered: true });
  });

  it.each<[string, Sent]>([
    ["its secret is not one of Standard Webhooks", { key: "whsec_c2hvcnQ=" }],
    ["its id has a full stop, which could shift what is signed", { id: "evt.1" }],
    ["its id would break the headers", { id: "evt\r\nx: y" }],
  ])("is not sent when %s", async (_why, sent) => {
    const { url, connections } = await receiver();
    expect(await detailOf(send(url, sent))).toMatch(/^the (secret is not|event's id has)/);
    expect(connections()).toBe(0);
  });

  it("tells the log nothing of its body, its secret or its URL's query", async () => {
    const { url, port } = await receiver((request) => request.socket.destroy());
    const details = await Promise.all([
      detailOf(send(url)),
      detailOf(send(url, { key: `${KEY}!` })),
      detailOf(send(url, { privateHosts: [] })),
      detailOf(send(`http://user:pa55@127.0.0.1:${port}/?token=t0ken`)),
      detailOf(send("not a URL, t0ken")),
      detailOf(send("https://hooks.example/?token=t0ken", resolvingTo("127.0.0.1"))),
    ]);
    expect(details).not.toContain("delivered");
    expect(details.join("\n")).not.toMatch(/t0ken|pa55|79000000001|whsec_[^$]/);
  });
});

/** Addresses that are not public, in every form that a URL accepts. */
const PRIVATE_HOSTS = [
  ...["127.0.0.1", "127.0.0.1.", "127.1", "127.0.1", "127.255.255.254", "2130706433", "017700000001"],
  ...["0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "0X7F.1", "127.0.0.0x1", "%31%32%37.0.0.1", "127.0.0.1"],
  ...["①②⑦.0.0.1", "127。0。0。1", "0.0.0.0", "0", "0.1.2.3", "localhost", "LOCALHOST.", "a.localhost"],
  ...["10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "0xc0a80001"],
  ...["169.254.169.254", "0xa9fea9fe", "2852039166", "169.254.0.1", "100.64.0.1", "100.127.255.255"],
  ...["192.0.0.1", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.1", "203.0.113.1"],
  ...["224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"],
  ...["[::1]", "[0:0:0:0:0:0:0:1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::FFFF:0A00:1]"],
  ...["[::127.0.0.1]", "[::ffff:0:127.0.0.1]", "[::ffff:169.254.169.254]", "[64:ff9b::127.0.0.1]"],
  ...["[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::10.0.0.1]", "[2002:7f00:1::]", "[2002:a00:1::1]"],
  ...["[2001:0:7f00:1::]", "[2001:0:4136:e378:8000:63bf:80ff:fffe]", "[fc00::1]", "[fd00:ec2::254]"],
  ...["[fe80::1]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]", "[100::1]", "[5f00::1]"],
];

describe("a private address", () => {
  it.each(PRIVATE_HOSTS)("is not connected to when the URL names it: %s", async (host) => {
    const { port, connections } = await receiver();
    for (const scheme of ["https", "http"]) {
      const detail = await detailOf(send(`${scheme}://${host}:${port}/`, { privateHosts: [] }));
      expect(detail).toMatch(scheme === "https" ? /is not public: use a public host/ : /^use https/);
    }
    expect(connections()).toBe(0);
  });

  it.each([
    ...["127.0.0.1", "0.0.0.0", "10.0.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "240.0.0.1"],
    ...["::1", "::", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fd00::1", "fe80::1%1"],
  ])("is not connected to when a name leads to it: %s", async (address) => {
    const { port, connections } = await receiver();
    const { resolve } = resolvingTo(address);
    const detail = await detailOf(send(`https://hooks.example:${port}/`, { resolve }));
    expect(detail).toContain(`hooks.example has the address ${address}, which is not public`);
    expect(connections()).toBe(0);
  });

  it("is not connected to when only the second lookup returns it", async () => {
    const { port, connections } = await receiver();
    // The range 3ffe::/16 counts as public but was returned to IANA and is not assigned, so no real host is
    // contacted.
    const { resolve, asked } = resolvingTo("3ffe::1", "127.0.0.1");
    const timeouts = { connect: 100, whole: 3000 };
    const detail = await detailOf(send(`https://hooks.example:${port}/`, { resolve, timeouts }));
    expect(detail).toMatch(/^(failed: E(NETUNREACH|HOSTUNREACH|ADDRNOTAVAIL)|took too long: connect)$/);
    expect(asked()).toBe(1);
    expect(connections()).toBe(0);
  });

  it("is connected to as first resolved, whatever DNS says afterwards", async () => {
    const { port, received } = await receiver();
    const { resolve, asked } = resolvingTo("127.0.0.1", "198.41.0.4");
    const privateHosts = ["n8n.internal"];
    expect(await send(`http://n8n.internal:${port}/`, { resolve, privateHosts })).toEqual({
      delivered: true,
    });
    expect(received[0]?.headers.host).toBe(`n8n.internal:${port}`);
    expect(asked()).toBe(1);
  });

  it("is asked for the name's certificate, not for the address's", async () => {
    let hello = "";
    const { port } = await listening(
      createTcpServer((socket) =>
        socket.once("data", (data) => {
          hello = data.toString("latin1");
          socket.end();
        }),
      ),
    );
    const { resolve } = resolvingTo("127.0.0.1");
    const privateHosts = ["n8n.internal"];
    expect(await detailOf(send(`https://n8n.internal:${port}/`, { resolve, privateHosts }))).toMatch(
      /^failed/,
    );
    expect(hello).toContain("n8n.internal");
  });

  it("is not reached by a name that is not listed, though the address is", async () => {
    const { port, connections } = await receiver();
    const { resolve } = resolvingTo("127.0.0.1");
    expect(await detailOf(send(`https://hooks.example:${port}/`, { resolve }))).toContain("is not public");
    expect(connections()).toBe(0);
  });
});

describe("a webhook's URL", () => {
  it.each<[string, string[]]>([
    ["https://hooks.example/a?b=c", []],
    ["https://198.41.0.4:8443/", []],
    ["https://[2001:500::1]/", []],
    ["http://N8N.internal:5678/hook", ["n8n.INTERNAL"]],
    ["http://n8n.internal./hook", ["n8n.internal"]],
    ["http://localhost:3000/", ["localhost"]],
    ["https://2130706433/", ["127.0.0.1"]],
    ["http://[0:0:0:0:0:0:0:1]:3000/", ["::1"]],
    ["http://[::1]:3000/", ["[0:0::1]"]],
  ])("is fine: %s with %j allowed", (url, privateHosts) => {
    expect(webhookUrlProblem(url, privateHosts)).toBeUndefined();
  });

  it.each<[string, string[], string]>([
    ["hooks.example", [], "use a whole URL: https://…"],
    ["ftp://n8n.internal/", ["n8n.internal"], "use https://…"],
    ["file:///etc/passwd", [], "use https://…"],
    ["http://hooks.example/", ["other.example"], "use https://; plain http is for"],
    ["https://user:pa55@hooks.example/", [], "take user name and password out of the URL"],
    ["http://user@n8n.internal/", ["n8n.internal"], "take user name and password out of the URL"],
    ["https://10.0.0.1/", ["10.0.0.2"], "10.0.0.1 is not public: use a public host, or list"],
    ["https://[::ffff:127.0.0.1]/", ["127.0.0.1"], "::ffff:7f00:1 is not public"],
    ["https://localhost/", ["127.0.0.1"], "localhost is not public"],
    ["http://n8n.internal.evil.example/", ["n8n.internal"], "use https://"],
  ])("is refused: %s with %j allowed", (url, privateHosts, problem) => {
    expect(webhookUrlProblem(url, privateHosts)).toSatisfy((text: string) => text.startsWith(problem));
  });
});
