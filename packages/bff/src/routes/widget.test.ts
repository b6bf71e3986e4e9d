import { createHash } from "node:crypto";
import express from "express";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createOpenRouter } from "../http/router.js";
import { createLogger } from "../log.js";
import { readEmbedBundle, widgetRoutes } from "./widget.js";

let server: Server;
let base: string;
const files = readEmbedBundle();

beforeAll(async () => {
  const router = createOpenRouter(widgetRoutes(files), { log: createLogger("silent") });
  server = express().use("/api", router).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  base = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/api`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const get = (name: string, encoding = "identity") =>
  fetch(`${base}/${name}`, { headers: { "Accept-Encoding": encoding } });

interface Integrity {
  script: string;
  integrity: Record<string, string>;
}
const integrity = async (): Promise<Integrity> => (await (await get("widget.json")).json()) as Integrity;

const scripts = () => [...files.keys()].filter((name) => name.endsWith(".js"));

describe("the scripts of the button", () => {
  it("may be loaded by every page, and cached for good when named by their content", async () => {
    const names = scripts();
    expect(names).toEqual(
      expect.arrayContaining(["widget.js", expect.stringMatching(/^widget-ru-\w{8}\.js$/)]),
    );
    for (const name of names) {
      const { status, headers } = await get(name);
      expect([name, status]).toEqual([name, 200]);
      expect(headers.get("content-type")).toBe("text/javascript; charset=utf-8");
      expect(headers.get("access-control-allow-origin")).toBe("*");
      expect(headers.get("cross-origin-resource-policy")).toBe("cross-origin");
      expect(headers.get("cache-control")).toBe(
        name === "widget.js" ? "public, max-age=300" : "public, max-age=31536000, immutable",
      );
    }
  });

  it("travel compressed as the browser can read them, and the same for all", async () => {
    const plain = files.get("widget.js") ?? "";
    for (const encoding of ["br", "gzip"]) {
      const response = await get("widget.js", encoding);
      expect(response.headers.get("content-encoding")).toBe(encoding);
      expect(response.headers.get("vary")).toBe("Accept-Encoding");
      expect(Number(response.headers.get("content-length"))).toBeLessThan(plain.length / 2);
      expect(await response.text()).toBe(plain);
    }
    const identity = await get("widget.js");
    expect(identity.headers.get("content-encoding")).toBeNull();
    expect(await identity.text()).toBe(plain);
  });

  it("have their integrity published, for pages to check", async () => {
    const { script, integrity: hashes } = await integrity();
    expect(Object.keys(hashes).sort()).toEqual(
      scripts()
        .filter((name) => name !== "widget.js")
        .sort(),
    );
    const text = await (await get(script)).text();
    expect(hashes[script]).toBe(`sha384-${createHash("sha384").update(text).digest("base64")}`);
    expect(text).toContain("uis-call-button");
  });

  it("load what they need from beside them, under names that are served, and no second copy of themselves", async () => {
    const { script } = await integrity();
    for (const entry of ["widget.js", script]) {
      const imported = importsIn(await (await get(entry)).text());
      expect(imported.length).toBeGreaterThan(0);
      for (const name of imported) {
        const response = await get(name);
        expect([entry, name, response.status]).toEqual([entry, name, 200]);
        const back = importsIn(await response.text()).filter((each) => /^widget(?:-\w{8})?\.js$/.test(each));
        expect(back.filter((each) => each !== entry)).toEqual([]);
      }
    }
  });

  it("name at the top of both entries what is bundled, and where its licences are served", async () => {
    const { script } = await integrity();
    for (const entry of ["widget.js", script]) {
      const text = await (await get(entry)).text();
      const [, bundled, list = ""] = /^\/\*! Includes (.+)\. Licences: (\S+) \*\/\n/.exec(text) ?? [];
      expect(bundled).toMatch(/\blit [\d.]+ \(BSD-3-Clause\)/);
      const response = await get(list, "br");
      expect([entry, list, response.status]).toEqual([entry, list, 200]);
      expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
      expect(response.headers.get("cache-control")).toBe("public, max-age=300");
      const licences = await response.text();
      expect(licences).toMatch(/Copyright \(c\) \d+ Google LLC/);
      expect(licences).toContain("THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS");
    }
  });

  it("have no other names", async () => {
    expect((await get("widget-00000000.js")).status).toBe(404);
  });
});

/** Returns the file names in `import("./…")` and `from "./…"`, with any kind of quotes. */
const importsIn = (script: string): string[] =>
  [...script.matchAll(/(?:import\(|from|import)\s*["'`]\.\/([^"'`]+)["'`]/g)].map(([, name = ""]) => name);
