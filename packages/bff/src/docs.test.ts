import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { CALL_REASONS, CALL_STATUSES, ERROR_CODES, ERROR_STATUS } from "@uis-call/shared";
import { UisSimulator } from "@uis-call/simulator";
import { describe, expect, it } from "vitest";

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), "utf8");

describe("docs/http-api.md", () => {
  const text = read("docs/http-api.md");

  it("has a heading with the HTTP status for each error code, and no other", () => {
    const headings = [...text.matchAll(/^### (\w+)\n\n(\d+)\./gm)].map(([, code, status]) => [
      code,
      Number(status),
    ]);
    expect(Object.fromEntries(headings)).toEqual(ERROR_STATUS);
    expect(headings.map(([code]) => code)).toEqual([...ERROR_CODES]);
  });

  it("has a row for each status of a call, with its reasons", () => {
    const rows = [...text.matchAll(/^\| `(\w+)` .*\|(.*)\|$/gm)].filter(([, status]) =>
      (CALL_STATUSES as readonly string[]).includes(status ?? ""),
    );
    expect(rows.map(([, status]) => status)).toEqual([...CALL_STATUSES]);
    const reasons = rows.flatMap(([, , cell]) =>
      [...(cell ?? "").matchAll(/`(\w+)`/g)].map((match) => match[1]),
    );
    expect(reasons.sort()).toEqual([...CALL_REASONS].sort());
  });
});

describe("docs/uis-api.md", () => {
  const rows = read("docs/uis-api.md")
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| (row|---)/.test(line));
  const folders: Record<string, string> = { sim: "packages/simulator/src", bff: "packages/bff/src" };

  it("has a row for every parameter and error of the document", () => {
    const text = rows.map((row) => row.split("|")[1]).join("\n");
    const parameters = [
      "login",
      "password",
      "session_key",
      "first_call",
      "switch_at_once",
      "media_file",
      "is_queue",
    ];
    const more = [
      "queue_timeout",
      "use_numb_as_numa",
      "numa",
      "numa_message",
      "numb",
      "numc",
      "numc_message",
      "phones",
    ];
    const groups = ["lines_start", "lines_limit", "dialing_increment", "incremental_dialing_timeout"];
    const phones = ["channels_count", "timeout"];
    for (const name of [...parameters, ...more, ...groups, ...phones]) expect(text).toContain(`\`${name}\``);
    for (const code of [1, 2, 3, 4, 5, 600, 601, 602, 603, 700])
      expect(text).toContain(String(-32_000 - code));
  });

  it.each(rows)("names tests that are there: %s", (row) => {
    const named = [...row.matchAll(/(sim|bff) `([^`]+)` "([^"]+)"/g)];
    expect(named.length).toBeGreaterThan(0);
    for (const [, side, file, title] of named) {
      const tests = read(`${folders[side ?? ""] ?? ""}/${file ?? ""}`);
      expect(tests.includes(`"${title ?? ""}"`), `${file ?? ""}: ${title ?? ""}`).toBe(true);
    }
  });
});

describe("docs/uis-client.md", () => {
  it("has an example that places a call as it stands", async () => {
    const example = /^```ts\n([^]*?)```/m.exec(read("docs/uis-client.md"))?.[1] ?? "";
    const uis = new UisSimulator({ settings: { answersWhen: "accepted" } });
    await uis.start({ port: 0 });
    try {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ["--input-type=module", "--eval", example],
        {
          cwd: fileURLToPath(new URL("..", import.meta.url)),
          env: { UIS_URL: uis.url, UIS_PASSWORD: "demo" },
        },
      );
      expect(stdout).toBe("placed\n");
      expect(uis.exchange.calls).toHaveLength(1);
    } finally {
      await uis.stop();
    }
  });
});

describe.each(["README.md", "README.ru.md"])("%s", (name) => {
  const text = read(name);

  it("shows examples/acme.yaml as it is, but for the language of its comments", () => {
    const shown = /<!-- acme.yaml -->\n\n```yaml\n([^]*?)```/.exec(text)?.[1] ?? "";
    const bare = (yaml: string) => yaml.replaceAll(/ +# .*$/gm, "");
    expect(bare(shown)).toBe(bare(read("examples/acme.yaml")));
    if (name === "README.md") expect(shown).toBe(read("examples/acme.yaml"));
  });

  it("names only commands the other language names", () => {
    const commands = (of: string) => [...of.matchAll(/^```sh\n([^]*?)```/gm)].map((match) => match[1]);
    expect(commands(text)).toEqual(commands(read("README.md")));
  });

  it("links to files that are there", () => {
    const links = [...text.matchAll(/\]\((?!http)([^)#]+)/g)].map((match) => match[1] ?? "");
    for (const link of links) expect(() => read(link), link).not.toThrow(/ENOENT/);
  });
});
