import { expect, onTestFinished, test, vi } from "vitest";
import { runCommand } from "./command.js";
import { placeCalls } from "./endpoint.harness.js";

function terminal() {
  const lines: string[] = [];
  const complaints: string[] = [];
  const exit = vi.fn();
  return {
    lines,
    complaints,
    exit,
    print: (line: string) => void lines.push(line),
    complain: (line: string) => void complaints.push(line),
  };
}

async function run(...argv: string[]) {
  const screen = terminal();
  const stop = await runCommand(argv, screen);
  onTestFinished(stop);
  return { ...screen, url: /http:\S+\/v1/.exec(screen.lines[0] ?? "")?.[0] ?? "" };
}

const send = async (
  url: string,
  method: string,
  params: object,
): Promise<{ result: { session_key: string } }> => {
  const body = JSON.stringify({ jsonrpc: "2.0", method, id: 1, params });
  return (await (await fetch(url, { method: "POST", body })).json()) as { result: { session_key: string } };
};

test("it prints its address in one line, then requests and timelines without keys and passwords", async () => {
  const { lines, url } = await run("--port", "0", "--answer-after", "0");
  expect(lines).toEqual([expect.stringMatching(/^UIS simulator: http:\/\/127\.0\.0\.1:\d+\/v1/)]);
  const { result } = await send(url, "authenticate", { login: "demo", password: "demo" });
  expect(await send(url, "place_calls", placeCalls(result.session_key))).toMatchObject({ result: "success" });
  const text = lines.join("\n");
  expect(text).toContain('→ authenticate #1 {"login":"demo","password":"•••"}');
  expect(text).toContain('← authenticate #1 200 {"jsonrpc":"2.0","id":1,"result":{"session_key":"•••"}}');
  expect(text).toContain("call 1  t+0.0  office rings 79000000101, shows 74990000000");
  expect(text).toContain("call 1  t+0.0  connected");
  expect(text).not.toContain(result.session_key);
});

test("account and service number come from the command line", async () => {
  const { url } = await run(
    ...["--port", "0", "--login", "acme", "--password", "x", "--service-number", "74990000009"],
  );
  const { result } = await send(url, "authenticate", { login: "acme", password: "x" });
  expect(result.session_key).toHaveLength(40);
});

test("a port in use is said clearly, with exit code 1", async () => {
  const { url } = await run("--port", "0");
  const { port } = new URL(url);
  const { complaints, exit, lines } = await run("--port", port);
  expect(complaints.join()).toContain(`Port ${port} is in use`);
  expect(exit).toHaveBeenCalledWith(1);
  expect(lines).toEqual([]);
});

test.each([
  [[], "--port"],
  [["--port", "abc"], "--port"],
  [["--port", "70000"], "--port"],
  [["--port", "0", "--colour", "red"], "--colour"],
  [["--port", "0", "--service-number", "+7"], "--service-number"],
])("the arguments %j are refused with exit code 1 and the option's name", async (argv, named) => {
  const { complaints, exit } = await run(...argv);
  expect(complaints[0]?.split("\n")[0]).toContain(named);
  expect(exit).toHaveBeenCalledWith(1);
});

test("--help explains the options", async () => {
  const { lines, exit } = await run("--help");
  expect(lines[0]).toContain("--answer-after");
  expect(exit).toHaveBeenCalledWith(0);
});
