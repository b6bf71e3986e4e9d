import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { CALL_REASONS, CALL_STATUSES, KEPT_REASONS } from "@uis-call/shared";
import { UisSimulator } from "@uis-call/simulator";
import { format } from "prettier";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { appendixOf, missing, type Named, type Proofs, tablesOf } from "./docs-tables.harness.js";
import { pairOf, UisAnswers } from "./uis/v4/fixtures.harness.js";

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), "utf8");

describe("docs/http-api.md", () => {
  const text = read("docs/http-api.md");

  it("has a row for each status of a call, with its reasons", () => {
    const rows = [...text.matchAll(/^\| `(\w+)` .*\|(.*)\|$/gm)].filter(([, status]) =>
      (CALL_STATUSES as readonly string[]).includes(status ?? ""),
    );
    expect(rows.map(([, status]) => status)).toEqual([...CALL_STATUSES]);
    const reasons = rows.flatMap(([, , cell]) =>
      [...(cell ?? "").matchAll(/`(\w+)`/g)].map((match) => match[1]),
    );
    const told = CALL_REASONS.filter((reason) => !KEPT_REASONS.includes(reason));
    expect([...new Set(reasons)].sort()).toEqual(told.sort());
  });

  it("names each reason shown as kept, and who sees the true one", () => {
    for (const page of [text, read("docs/webhooks.md")]) {
      for (const reason of KEPT_REASONS) expect(page).toContain(`\`${reason}\``);
    }
  });
});

/** First words of the rows that docs/uis-api.md must have. They follow §2 to §6 of the vendor's document. */
const UIS_API_ROWS: Record<string, string[]> = {
  "Transport (§2)": [
    "The API is JSON-RPC 2.0 over HTTPS, with `POST` only, in UTF-8.",
    "One request contains one call; there are no batches.",
    "The version is part of the path.",
    "`jsonrpc`, `method`, an integer `id` and `params` are required.",
    "The API uses HTTPS.",
    "The IP address of the caller must be on the allow list of the account.",
  ],
  "`authenticate` (§3)": [
    "The parameters `login` and `password` are strings and required.",
    "The result contains `session_key`, a string.",
    "A session key is valid for one hour.",
  ],
  "`place_calls` (§4)": [
    "Telephone numbers are in international format and have only digits.",
    "`session_key` is required.",
    "`first_call` is `numc`, `numa` or `any`, and required.",
    "`switch_at_once` is a boolean and required.",
    "`media_file` is a string; the default is the system tune.",
    "`is_queue` is a boolean; the default is `false`.",
    "`queue_timeout` is a number of seconds, and required with `is_queue`.",
    "`use_numb_as_numa` is a boolean; the default is `true`.",
    "`numa` is a string and required.",
    "`numa_message` is a message.",
    "`numb` is a string and required.",
    "`numc` is a string or a list of forwarding groups, and required.",
    "`numc_message` is a message.",
    "A message has a `type` (`media` or `text`) and a `value`; both are required.",
    "The result is `success` or `fail`.",
    "The documentation does not say when the answer arrives.",
  ],
  "Forwarding group": [
    "`phones` is required.",
    "`lines_start` has the default 1.",
    "`lines_limit` has the default 1.",
    "`dialing_increment` is for a fan-out, and is ignored with `is_queue`.",
    "`incremental_dialing_timeout` is a number of seconds for a fan-out, and is overridden by `is_queue`.",
  ],
  "Phone in a group": [
    "`numb` has the digits of an international number, and is required.",
    "`channels_count` has the default 1.",
    "`timeout` is the number of seconds that the phone rings; the default is 60.",
  ],
  "Errors (§5)": [
    "-32001 IP address error",
    "-32002 Authentication error",
    "-32003 Permission denied",
    "-32004 Limit is exceeded",
    "-32005 Session key has expired",
    "-32600 Invalid Request",
    "-32601 Method not found",
    "-32602 Invalid params",
    "-32603 Internal error",
    "-32700 Parse error",
    "Api version not supported (no code given)",
    "any other error",
  ],
  "Contradictions, as settled (§6)": [
    "In the samples, the answers say `resutl` instead of `result`.",
    "An error has `details` in the sample, but `data` in the list.",
    "One sample says `is_use_numb_as_numa`.",
    "The first sample has a second envelope inside `params`.",
    "The samples are in JavaScript notation.",
    "Some names have spaces instead of underscores.",
    "In the samples, the queue parameters are outside the group and the increments inside.",
    "`lines_limit` is optional, with the default 1.",
    "There are limits, but their values are not published.",
  ],
};

/** Ids of the faults that the backend must survive. docs/reliability.md needs a row for each. */
const FAULTS: Record<string, string[]> = {
  "The process and its database": numbered("F", 10),
  UIS: numbered("U", 15),
  "Visitors, operators and receivers": [
    "H1",
    "H2",
    "H3",
    "H4",
    "H5",
    "H8",
    "H11",
    "H13",
    "H14",
    "H15",
    "H16",
    "H17",
  ],
};

/** Ids of the rows that docs/security.md must have. */
const SECURITY: Record<string, string[]> = {
  "Sessions and identity": numbered("S", 18),
  "Pages of other origins": numbered("C", 15),
  Input: numbered("A", 15),
  "Who may call whom, and how often": numbered("B", 17),
  "Secrets, logs and personal data": numbered("L", 12),
  "Outgoing requests": numbered("O", 8),
};

function numbered(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${letter}${String(n + 1)}`);
}

const LISTED = parse(read("docs/proofs.yaml")) as Record<string, Proofs>;

const PROVED = [
  { name: "reliability.md", expected: FAULTS },
  { name: "security.md", expected: SECURITY },
  { name: "uis-api.md", expected: UIS_API_ROWS },
].map(({ name, expected }) => {
  const tables = tablesOf(read(`docs/${name}`));
  const rows = Object.keys(expected).flatMap((title) => tables[title] ?? []);
  return { name, expected, tables, rows, proofs: LISTED[name] ?? {} };
});

const namedIn = (tests: Proofs[string]): Named[] =>
  Object.entries(tests).flatMap(([file, titles]) => titles.map((title) => ({ file, title })));

describe("docs/proofs.yaml", () => {
  let gone: Named[];
  beforeAll(async () => {
    gone = await missing(PROVED.flatMap(({ proofs }) => Object.values(proofs).flatMap(namedIn)));
  }, 300_000);

  describe.each(PROVED)("on $name", ({ expected, tables, rows, proofs }) => {
    it.each(Object.keys(expected))("has each row the page must have, and no other: %s", (title) => {
      const keys = (tables[title] ?? []).map(({ id, cells }) =>
        expected === UIS_API_ROWS ? (cells[0] ?? "") : id,
      );
      expect(keys.sort()).toEqual([...(expected[title] ?? [])].sort());
    });

    it("lists the rows of the page, in their order", () => {
      expect(Object.keys(proofs)).toEqual(rows.map(({ id }) => id));
    });

    it.each(rows)("names tests that run: $id", ({ id }) => {
      const named = namedIn(proofs[id] ?? {});
      expect(named).not.toEqual([]);
      expect(
        gone.filter((test) => named.some((one) => one.file === test.file && one.title === test.title)),
      ).toEqual([]);
    });
  });
});

describe("docs/proofs.md", () => {
  it("is what docs/proofs.yaml says, made anew by `npx vitest run --project bff docs.test -u`", async () => {
    const parts = PROVED.map(({ name, rows, proofs }) => appendixOf(name, rows, proofs));
    const intro =
      "# Proofs\n\nThe tests that prove each row of three pages. `%s` stands for a value the test is repeated with.\n" +
      "`packages/bff/src/docs.test.ts` makes this page of [proofs.yaml](proofs.yaml).\n\n";
    const page = await format(intro + parts.join("\n"), { parser: "markdown", printWidth: 110 });
    await expect(page).toMatchFileSnapshot("../../../docs/proofs.md");
  });
});

describe("docs/uis-api.md", () => {
  it("has no other table", () => {
    expect(Object.keys(tablesOf(read("docs/uis-api.md")))).toEqual(Object.keys(UIS_API_ROWS));
  });
});

describe("docs/uis-client.md", () => {
  const [ofV1 = "", ofV4 = ""] = [...read("docs/uis-client.md").matchAll(/^```ts\n([^]*?)```/gm)].map(
    ([, example = ""]) => example,
  );

  /** Runs an example as it stands. Returns what it prints. */
  async function run(example: string, env: Record<string, string>): Promise<string> {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module", "--eval", example],
      { cwd: fileURLToPath(new URL("..", import.meta.url)), env },
    );
    return stdout;
  }

  it("has an example that places a call with v1", async () => {
    const uis = new UisSimulator({ settings: { answersWhen: "accepted" } });
    await uis.start({ port: 0 });
    try {
      expect(await run(ofV1, { UIS_URL: uis.url, UIS_PASSWORD: "demo" })).toBe("placed\n");
      expect(uis.exchange.calls).toHaveLength(1);
    } finally {
      await uis.stop();
    }
  });

  it("has an example that starts a call with v4.0, and tells what to do about an error", async () => {
    const uis = await UisAnswers.start();
    try {
      const environment = { UIS_URL: `${uis.url}/v4.0`, UIS_TOKEN: "a-key" };
      uis.prepare(pairOf("start.simple_call: least"));
      expect(await run(ofV4, environment)).toBe("237859081\n");
      expect(uis.requests[0]).toMatchObject({
        method: "start.simple_call",
        params: { access_token: "a-key", direction: "out", external_id: "lead-42" },
      });
      uis.prepare(pairOf("address not on the allow list"));
      expect(await run(ofV4, environment)).toMatch(/^ip_not_whitelisted add this server's address/);
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
