import { sendKeys, sendMouse, setViewport } from "@web/test-runner-commands";
import { expect } from "chai";
import { CallButtonHarness, until } from "./call-button.harness.js";

describe("an open panel", () => {
  let button: CallButtonHarness;
  let around: HTMLElement;

  beforeEach(() => {
    around = document.createElement("div");
    document.body.append(around);
  });
  afterEach(async () => {
    button.remove();
    around.remove();
    await setViewport({ width: 800, height: 600 });
  });

  const create = async (...options: Parameters<typeof CallButtonHarness.create>) => {
    button = await CallButtonHarness.create(...options);
    around.append(button.element);
  };
  const box = () => button.panel.getBoundingClientRect();

  it("is in the top layer, which nothing of the page covers or cuts off", async () => {
    await create();
    around.style.cssText = "overflow: hidden; height: 50px; transform: translate(0)";
    const cover = document.createElement("div");
    cover.style.cssText = "position: fixed; inset: 0; z-index: 2147483647";
    around.after(cover);
    await button.open();
    const { left, top, width, height } = box();
    const found = document.elementFromPoint(left + width / 2, top + height / 2);
    cover.remove();
    expect(found).to.equal(button.element);
  });

  it("stays in sight beside a button at the window's edge, and while the page is scrolled", async () => {
    await create();
    around.style.cssText = "position: absolute; top: 1000px; right: 0; height: 2000px";
    document.documentElement.scrollTop = 500;
    await button.open();
    expect(box().right).to.be.at.most(innerWidth - 8);
    expect(box().bottom).to.be.at.most(button.button.getBoundingClientRect().top);
    document.documentElement.scrollTop = 900;
    const below = () => box().top === Math.round(button.button.getBoundingClientRect().bottom) + 8;
    await until(below);
  });

  it("ends where the button ends, where it would leave what the button stands in", async () => {
    await create();
    around.style.cssText = "display: flex; justify-content: end; width: 500px";
    await button.open();
    const place = button.button.getBoundingClientRect();
    expect(box().right).to.be.closeTo(place.right, 1);
    expect(box().top).to.be.closeTo(place.bottom + 8, 1);
  });

  it("stays beside its button while that is scrolled within another shadow root", async () => {
    await create();
    const list = document.createElement("div");
    list.style.cssText = "height: 100px; overflow: auto";
    const row = document.createElement("div");
    row.style.cssText = "padding-bottom: 300px";
    row.append(button.element);
    list.append(row);
    around.style.cssText = "padding-top: 100px";
    around.attachShadow({ mode: "open" }).append(list);
    await button.open();
    const isBeside = () => Math.abs(box().top - button.button.getBoundingClientRect().bottom - 8) < 1;
    list.scrollTop = 60;
    await until(isBeside);
    // Inserts content above the button, which moves the button.
    const { top } = box();
    const other = document.createElement("div");
    other.style.cssText = "height: 30px";
    row.prepend(other);
    await until(() => box().top === top + 30 && isBeside());
  });

  it("is a sheet at the lower edge of a small screen", async () => {
    await setViewport({ width: 360, height: 640 });
    await create();
    await button.open();
    expect(box().left).to.equal(8);
    expect(box().right).to.equal(innerWidth - 8);
    expect(Math.round(box().bottom)).to.equal(innerHeight - 8);
  });

  it("stands on the keyboard of a small screen, and comes down with it", async () => {
    await setViewport({ width: 360, height: 640 });
    await create();
    await button.open();
    const view = visualViewport!;
    const keyboardLeaves = (height: number) => {
      // Simulates an on-screen keyboard, which desktop browsers lack: changes the height of the visual viewport.
      Object.defineProperty(view, "height", { value: height, configurable: true });
      view.dispatchEvent(new Event("resize"));
      return Math.round(box().bottom);
    };
    try {
      expect(keyboardLeaves(340)).to.equal(332);
      expect(box().top).to.be.at.least(0);
      expect(keyboardLeaves(640)).to.equal(632);
    } finally {
      Reflect.deleteProperty(view, "height");
    }
  });

  it("closes when the visitor wishes to go back, wherever the focus is", async () => {
    await create();
    await button.open();
    (document.activeElement as HTMLElement).blur();
    await sendKeys({ press: "Escape" });
    await until(() => !button.element.open);
  });

  it("gets no higher than the window, however low that is", async () => {
    await setViewport({ width: 360, height: 200 });
    await create();
    await button.open();
    expect(box().top).to.be.at.least(0);
    expect(box().bottom).to.be.at.most(200);
  });

  it("closes when the page is touched elsewhere, and not when it is touched itself", async () => {
    await create();
    await button.open();
    const { left, top } = box();
    await sendMouse({ type: "click", position: [Math.round(left) + 20, Math.round(top) + 20] });
    expect(button.element.open).to.equal(true);
    await sendMouse({ type: "click", position: [790, 590] });
    expect(button.element.open).to.equal(false);
  });

  it("stays while a call is under way, for the page may be where the visitor answers", async () => {
    await create();
    await button.open();
    button.type("8 900 000-02-01");
    button.submit();
    await until(() => button.calls.length > 0);
    await sendMouse({ type: "click", position: [790, 590] });
    expect(button.element.open).to.equal(true);
  });

  it("is open again when the button is put elsewhere on the page", async () => {
    await create();
    await button.open();
    document.body.append(button.element);
    await button.element.updateComplete;
    expect(button.panel.matches(":popover-open")).to.equal(true);
    around.append(button.element);
  });

  it("is of a button in the corner, with a name for those who see no words", async () => {
    await setViewport({ width: 360, height: 640 });
    await create({ display: "floating" });
    const { right, bottom, width } = button.button.getBoundingClientRect();
    expect([innerWidth - right, innerHeight - bottom, width]).to.deep.equal([16, 16, 56]);
    expect(button.button.textContent.trim()).to.equal("Call me back");
    await button.open();
    expect(box().bottom).to.equal(innerHeight - 8);
    button.element.hide();
    await button.element.updateComplete;
    expect(button.focused).to.equal(button.button);
  });

  it("is above the button in the corner where there is room", async () => {
    await create({ display: "floating" });
    await button.open();
    const corner = button.button.getBoundingClientRect();
    expect(Math.round(box().bottom)).to.equal(Math.round(corner.top) - 8);
    expect(Math.round(box().right)).to.equal(Math.round(corner.right));
  });
});
