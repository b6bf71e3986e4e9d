import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readScript } from "./script-file.js";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "uis-script-"));
  file = join(folder, "day.json");
});

afterEach(() => rmSync(folder, { recursive: true }));

function complaint(text: string): string {
  writeFileSync(file, text);
  try {
    readScript(file);
  } catch (error) {
    return (error as Error).message.replaceAll(file, "day.json");
  }
  return "none";
}

test("entries come in order of time, those of one second as written", () => {
  writeFileSync(
    file,
    `\uFEFF[ { "at": 5, "keys": "expire" },
       { "at": 0, "phone": "79000000101", "busy": true },
       { "at": 0, "phone": "79000000101", "busy": false } ]`,
  );
  expect(readScript(file)).toEqual([
    { at: 0, phone: "79000000101", busy: true },
    { at: 0, phone: "79000000101", busy: false },
    { at: 5, keys: "expire" },
  ]);
});

test.each([
  ["no action", { at: 3 }, "(at 3): an entry is about one of phone, uis, account, keys, settings"],
  ["two actions", { at: 3, keys: "expire", phone: "7" }, "keys, settings: this has phone and keys"],
  ["no time", { keys: "expire" }, ": at: Invalid input: expected number"],
  ["a time before the day", { at: -1, keys: "expire" }, "at: Too small: expected number to be >=0"],
  ["a time after the day", { at: 86_401, keys: "expire" }, "at: a day has 86400 seconds"],
  [
    "a number with plus",
    { at: 0, phone: "+79000000101", busy: true },
    "phone: expected 7 to 15 digits, without +",
  ],
  [
    "a person who does nothing",
    { at: 0, phone: "79000000101", note: "?" },
    "say what this person does: answerAfter",
  ],
  ["an unknown word", { at: 0, phone: "79000000101", answersAfter: 3 }, 'Unrecognized key: "answersAfter"'],
  ["a fault without its length", { at: 0, uis: { status: 503 } }, "for: Invalid input: expected number"],
  [
    "a fault that is none",
    { at: 0, uis: { method: "place_calls" }, for: 5 },
    "uis: say what goes wrong: status, body,",
  ],
  [
    "an undocumented error",
    { at: 0, uis: { error: -32000 }, for: 5 },
    "uis.error: Invalid option: expected one of -32001|",
  ],
  [
    "a status that is none",
    { at: 0, uis: { status: 99 }, for: 5 },
    "uis.status: Too small: expected number to be >=200",
  ],
  [
    "a limit that is no count",
    { at: 0, account: { limits: { perDay: 1.5 } } },
    "account.limits.perDay: Invalid input: expected int",
  ],
  [
    "an unknown setting",
    { at: 0, settings: { ringForever: true } },
    'settings: Unrecognized key: "ringForever"',
  ],
  ["something else", "lunch", "an entry is about one of phone, uis, account, keys, settings"],
  ["nothing", null, "an entry is about one of phone, uis, account, keys, settings"],
])("an entry with %s is named with its number and what is expected", (_what, entry, expected) => {
  const message = complaint(JSON.stringify([{ at: 0, keys: "expire" }, entry]));
  expect(message).toContain("day.json, entry 2");
  expect(message).toContain(expected);
});

test("all wrong entries are named at once, one to a line", () => {
  expect(complaint('[{ "at": 1 }, { "at": 2, "keys": "forget" }]').split("\n")).toEqual([
    "day.json, entry 1 (at 1): an entry is about one of phone, uis, account, keys, settings",
    'day.json, entry 2 (at 2): keys: Invalid input: expected "expire"',
  ]);
});

test("text that is not JSON is refused with its line where it is known", () => {
  expect(complaint('[\n  { "at": 0, "keys": "expire" }\n  { "at": 1 }\n]')).toMatch(
    /^day\.json, line 3: not JSON: /,
  );
  expect(complaint("lunch")).toMatch(/^day\.json: not JSON: .*lunch/);
});

test.each(["{}", "[]", "3"])("%s is refused: a script is a list of entries", (text) => {
  expect(complaint(text)).toBe('day.json: expected a list of entries: [ { "at": 0, … }, … ]');
});

test("a file that is not there, or is a folder, is refused", () => {
  expect(() => readScript(file)).toThrow(`${file}: there is no such file`);
  expect(() => readScript(folder)).toThrow(`${folder}: EISDIR`);
});
