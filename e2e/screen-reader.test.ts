import { launchBrowser } from "@uis-call/testing/browsers/playwright";
import type { Browser, CDPSession } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type Display, Stage, type State, STATES } from "./stage.js";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

// Runs in Chromium only, because the test cannot read the accessibility tree in other browsers.
/** A node of Chromium's accessibility tree. */
interface Node {
  nodeId: string;
  ignored: boolean;
  role?: { value: string };
  name?: { value: string };
  description?: { value: string };
  childIds?: string[];
  properties?: { name: string; value: { value: unknown } }[];
}

/** Accessibility properties that a screen reader announces together with the name of a node. */
const SAID = ["checked", "expanded", "hasPopup", "invalid", "live", "required", "readonly", "disabled"];
/** Roles of nodes that a screen reader does not announce. It announces their children. */
const SILENT = ["generic", "none", "InlineTextBox", "LineBreak", "ListMarker", "LabelText"];

/**
 * Returns the lines that a screen reader would announce, in the order of the accessibility tree, starting with the
 * button.
 */
async function heard(session: CDPSession): Promise<string[]> {
  const { nodes } = (await session.send("Accessibility.getFullAXTree")) as { nodes: Node[] };
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const lines: string[] = [];
  const visit = (node: Node, depth: number, parent = ""): void => {
    const role = node.role?.value ?? "";
    // Replaces the visitor's telephone number, because it is different in each run.
    const name = (node.name?.value ?? "").replace(/^\+7 900 .*/, "+7 900 …");
    const silent = node.ignored || SILENT.includes(role) || (role === "StaticText" && name === parent);
    if (!silent) lines.push(" ".repeat(depth) + lineOf(node, role, name));
    for (const id of node.childIds ?? []) {
      const child = byId.get(id);
      if (child !== undefined) visit(child, silent ? depth : depth + 1, silent ? parent : name);
    }
  };
  const main = nodes.find(({ role }) => role?.value === "main");
  if (main !== undefined) visit(main, 0);
  return lines;
}

function lineOf({ description, properties = [] }: Node, role: string, name: string): string {
  const states = properties
    .filter(
      ({ name: state, value }) => SAID.includes(state) && !["false", "off", ""].includes(String(value.value)),
    )
    .map(({ name: state, value }) =>
      String(value.value) === "true" ? state : `${state}=${String(value.value)}`,
    );
  const more = description?.value ? ` (${description.value})` : "";
  return `${role} "${name}"${more}${states.length === 0 ? "" : ` [${states.join(" ")}]`}`;
}

async function hear(state: State, display: Display): Promise<string> {
  const stage = await Stage.start();
  const context = await browser.newContext();
  onTestFinished(async () => {
    await context.close();
    await stage.stop();
  });
  const page = await context.newPage();
  await stage.show(page, state, { display, before: "" });
  return (await heard(await context.newCDPSession(page))).join("\n");
}

/** For each state of the button, the text that a screen reader announces when the button has reached the state. */
const ANNOUNCED: Record<State, string> = {
  idle: "",
  form: "",
  error: "This does not look like a complete phone number.",
  consent: "Please tick the box so that we can call you.",
  sending: "",
  waiting: "All lines are busy. We'll keep trying, so keep your phone nearby.",
  calling: "We are calling. Keep your phone nearby.",
  connected: "You are connected. Enjoy your call!",
  failed: "The call couldn't be connected. You can try again.",
  unknown: "Your request is saved. If your phone doesn't ring within a minute, please call us.",
  offline: "You're offline. Try again when you're back online.",
  unreachable: "No response from our server. Please try again.",
  limit: "Too many requests. Please try again in 15 minutes.",
  closed: "We're closed now. We open on ….",
  scheduled: "We'll call you on ….",
};

describe("what a screen reader says", () => {
  it.each(STATES)("tells the state by itself, once: %s", async (state) => {
    const stage = await Stage.start();
    const context = await browser.newContext();
    onTestFinished(async () => {
      await context.close();
      await stage.stop();
    });
    const element = await stage.show(await context.newPage(), state, { display: "popover" });
    const live = element.locator("[role=status], [role=alert], [aria-live]");
    const said = (await live.allTextContents())
      .map((text) => text.replaceAll(/\s+/g, " ").trim())
      // Replaces the date, which depends on the day of the test.
      .map((text) => text.replace(/ on .+\.$/, " on …."));
    expect(said.filter((text) => text !== "")).toEqual(ANNOUNCED[state] === "" ? [] : [ANNOUNCED[state]]);
  });

  it("names the button, and says what it opens", async () => {
    expect(await hear("idle", "popover")).toMatchInlineSnapshot(`
      "main ""
       button "Call me back" [hasPopup=dialog]"
    `);
  });

  it("names the floating button that shows a sign only", async () => {
    expect(await hear("idle", "floating")).toMatchInlineSnapshot(`
      "main ""
       button "Call me back" [hasPopup=dialog]"
    `);
  });

  it("reads the form: a dialog with its name, a field with label, hint and requirement, the box with what is agreed to", async () => {
    expect(await hear("form", "popover")).toMatchInlineSnapshot(`
      "main ""
       button "Call me back" [hasPopup=dialog expanded]
       dialog "Request a call"
        heading "Request a call"
        button "Close"
        form ""
         StaticText "Your phone number"
         textbox "Your phone number" (We'll call right away and connect you.) [required]
         paragraph ""
          StaticText "We'll call right away and connect you."
         checkbox "I agree to be called back"
         StaticText "I agree to be called back"
         link "Privacy policy"
         button "Call me""
    `);
  });

  it("reads what is wrong with the field itself", async () => {
    expect(await hear("error", "popover")).toMatchInlineSnapshot(`
      "main ""
       button "Call me back" [hasPopup=dialog expanded]
       dialog "Request a call"
        heading "Request a call"
        button "Close"
        form ""
         StaticText "Your phone number"
         textbox "Your phone number" (This does not look like a complete phone number. We'll call right away and connect you.) [invalid required]
          StaticText "8 900 000"
         alert "" [live=assertive]
          StaticText "This does not look like a complete phone number."
         paragraph ""
          StaticText "We'll call right away and connect you."
         checkbox "I agree to be called back" [checked]
         StaticText "I agree to be called back"
         link "Privacy policy"
         button "Call me""
    `);
  });

  it("reads what is wrong with the box itself", async () => {
    expect(await hear("consent", "inline")).toMatchInlineSnapshot(`
      "main ""
       group "Request a call"
        heading "Request a call"
        form ""
         StaticText "Your phone number"
         textbox "Your phone number" (We'll call right away and connect you.) [required]
          StaticText "+7 900 …"
         paragraph ""
          StaticText "We'll call right away and connect you."
         checkbox "I agree to be called back" (Please tick the box so that we can call you.) [invalid]
         StaticText "I agree to be called back"
         link "Privacy policy"
         alert "" [live=assertive]
          StaticText "Please tick the box so that we can call you."
         button "Call me""
    `);
  });

  it("reads what has become of the call, and what can be done", async () => {
    expect(await hear("waiting", "popover")).toMatchInlineSnapshot(`
      "main ""
       button "Calling…" [hasPopup=dialog expanded]
       dialog "Request a call"
        heading "Request a call"
        button "Close"
        status "" [live=polite]
         paragraph ""
          StaticText "All lines are busy. We'll keep trying, so keep your phone nearby."
        button "Cancel call""
    `);
    expect(await hear("connected", "popover")).toMatchInlineSnapshot(`
      "main ""
       button "Call me back" [hasPopup=dialog expanded]
       dialog "Connected"
        heading "Connected"
        button "Close"
        status "" [live=polite]
         paragraph ""
          StaticText "You are connected. Enjoy your call!"
        button "Call again""
    `);
  });

  it("reads the number to call where the backend is away", async () => {
    expect(await hear("unreachable", "popover")).toMatchInlineSnapshot(`
      "main ""
       button "Call me back" [hasPopup=dialog expanded]
       dialog "Request a call"
        heading "Request a call"
        button "Close"
        alert "" [live=assertive]
         StaticText "No response from our server. Please try again."
        paragraph ""
         StaticText "Or call us yourself:"
        link "+7 499 000-00-00"
        button "Try again""
    `);
  });
});
