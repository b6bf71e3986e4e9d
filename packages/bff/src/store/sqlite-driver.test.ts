import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const DRIVER = fileURLToPath(new URL("../../dist/store/sqlite-driver.js", import.meta.url));

/** Allocates until the garbage collector runs by itself; release 12 survives a collection that a script asks for. */
const SCRIPT = `
  const { SQLite } = await import(${JSON.stringify(DRIVER)});
  globalThis.garbage = [];
  for (let files = 0; files < 20; files++) {
    const sqlite = new SQLite(":memory:");
    for (let count = 0; count < 2000; count++) {
      sqlite.prepare("select 1").get();
      globalThis.garbage = new Array(500).fill(count);
      await null;
    }
    if (files % 2 === 0) sqlite.close();
  }
  console.log("collected");
`;

it("the driver lets the garbage collector free statements and connections while the process goes on", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", SCRIPT]);
  expect(stdout).toBe("collected\n");
});
