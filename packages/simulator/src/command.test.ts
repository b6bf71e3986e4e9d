import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { type Clock, ManualClock, systemClock } from "./exchange/clock.js";
import { runCommand } from "./command.js";
import { placeCalls } from "./v1/endpoint.harness.js";

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

const run = (...argv: string[]) => runOn(systemClock, ...argv);

async function runOn(clock: Clock, ...argv: string[]) {
  const screen = terminal();
  const stop = await runCommand(argv, screen, clock);
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

const day = fileURLToPath(new URL("../examples/day.json", import.meta.url));

test("--script plays a day on the simulator's clock and prints each step, calls in between", async () => {
  const clock = new ManualClock();
  const { lines, url } = await runOn(clock, "--port", "0", "--script", day);
  const { result } = await send(url, "authenticate", { login: "demo", password: "demo" });
  const answer = send(url, "place_calls", placeCalls(result.session_key));
  await vi.waitUntil(() => lines.some((line) => line.includes("office rings")));
  await clock.advance(130_000);
  expect(await answer).toMatchObject({ result: "success" });
  expect((await fetch(url, { method: "POST", body: "{}" })).status).toBe(503);
  await clock.advance(86_400_000);
  expect(lines.filter((line) => /^(script|call)/.test(line))).toEqual([
    "script  t+0.0  The office opens: 79000000101 answers after 3 s",
    "script  t+0.0  79000000102 declines after 2 s",
    "script  t+0.0  79000000103 lets it ring",
    "script  t+0.0  A visitor who wants to talk: 79000000001 answers after 4 s",
    "call 1  t+0.0  office rings 79000000101, shows 74990000000",
    "call 1  t+3.0  office answered",
    "call 1  t+3.0  office hears Музыка переадресации",
    "call 1  t+3.0  visitor rings 79000000001, shows 74990000000",
    "call 1  t+7.0  visitor answered",
    "call 1  t+7.0  connected",
    "script  t+60.0  Another customer is on the line: 79000000101 is busy",
    "script  t+90.0  79000000101 is free",
    "script  t+100.0  79000000001 hangs up",
    "call 1  t+100.0  visitor hung up",
    "call 1  t+100.0  office is hung up",
    "call 1  t+100.0  call ended: visitor-hung-up",
    "script  t+120.0  UIS restarts: for 20 s UIS answers HTTP 503 Service Unavailable",
    "script  t+140.0  over: UIS answers HTTP 503 Service Unavailable",
    "script  t+150.0  for 10 s UIS answers -32603 Internal error (place_calls only)",
    "script  t+160.0  over: UIS answers -32603 Internal error (place_calls only)",
    "script  t+170.0  for 10 s UIS is slow by 5 s",
    "script  t+180.0  over: UIS is slow by 5 s",
    "script  t+190.0  for 10 s UIS is silent",
    "script  t+200.0  over: UIS is silent",
    "script  t+210.0  for 10 s UIS cuts the connection",
    "script  t+220.0  over: UIS cuts the connection",
    'script  t+230.0  for 10 s UIS answers HTTP 200 OK and sends "<h1>Maintenance</h1>"',
    'script  t+240.0  over: UIS answers HTTP 200 OK and sends "<h1>Maintenance</h1>"',
    "script  t+300.0  all session keys expire",
    'script  t+360.0  A cheaper tariff: the account changes {"limits":{"perMinute":2,"perDay":50}}',
    'script  t+420.0  the account changes {"limits":{},"allowedAddresses":["192.0.2.1"]}',
    'script  t+480.0  the account changes {"allowedAddresses":null,"active":false}',
    'script  t+540.0  the account changes {"active":true}',
    'script  t+600.0  the settings change {"answersWhen":"accepted","ringFor":30}',
    "script  t+600.0  the script is over",
  ]);
});

test("a script that cannot be used is said clearly, with exit code 1, and nothing is started", async () => {
  const { complaints, exit, lines } = await run("--port", "0", "--script", `${day}.missing`);
  expect(complaints).toEqual([`${day}.missing: there is no such file`]);
  expect(exit).toHaveBeenCalledWith(1);
  expect(lines).toEqual([]);
});
