import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const npmStart = (port: number) =>
  spawn(process.execPath, ["scripts/start.js"], { cwd: root, env: { ...process.env, PORT: String(port) } });

async function reservePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, release: () => server.close() };
}

it("npm start prints one line with the address, and the demo is there", async () => {
  const { port, release } = await reservePort();
  release();
  const child = npmStart(port);
  try {
    const lines = createInterface(child.stdout);
    const line = await new Promise((resolve) =>
      lines.on("line", (text) => text.includes("http") && resolve(text)),
    );
    expect(line).toBe(`The call button's demo is at http://localhost:${String(port)}`);
    const page = await fetch(`http://127.0.0.1:${String(port)}/`);
    expect(await page.text()).toContain("<uis-call-button");
  } finally {
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  }
});

it("npm start says which port is in use and exits 1", async () => {
  const { port, release } = await reservePort();
  const child = npmStart(port);
  const [error, [code]] = await Promise.all([text(child.stderr), once(child, "exit") as Promise<[number]>]);
  release();
  expect(error).toBe(
    `Port ${String(port)} is in use: stop what listens there, or choose another, e.g. PORT=${String(port + 1)} npm start\n`,
  );
  expect(code).toBe(1);
});
