import { expect } from "chai";
import { html, nothing, render } from "./embed-html.js";

describe("the templates of the embed bundle", () => {
  /** Renders into the same place each time, and gives the place. */
  function place(host: object = {}): (value: unknown) => HTMLElement {
    const [root, options] = [document.createElement("div"), { host }];
    return (value) => {
      render(value, root, options);
      return root;
    };
  }

  it("show texts, and change what has changed alone", () => {
    const show = place();
    const template = (text: unknown) =>
      html`<p>${text}</p>
        <i>b</i>`;
    const root = show(template("<a>"));
    const paragraph = root.querySelector("p");
    expect(root.textContent).to.match(/^<a>\s+b$/);
    for (const none of [nothing, undefined, null, ""]) {
      show(template(none));
      expect(root.querySelector("p:empty")).to.equal(paragraph);
      expect(show(template("c")).querySelector("p")).to.equal(paragraph);
    }
  });

  it("hold others side by side, each in its place", () => {
    const show = place();
    const pair = (one: unknown, other: unknown) => html`${one}${other}`;
    const [first, second] = [() => html`<b>1</b>`, () => html`<i>2</i>`];
    expect(show(pair(first(), second())).textContent).to.equal("12");
    expect(show(pair(nothing, second())).textContent).to.equal("2");
    expect(show(pair(second(), first())).textContent).to.equal("21");
    expect(show(pair("x", nothing)).textContent).to.equal("x");
    expect(show(first()).querySelectorAll("b, i")).to.have.length(1);
  });

  it("set attributes, switches and properties, and take attributes away", () => {
    const show = place();
    const input = (title: unknown, hidden: boolean, value: string) =>
      show(html`<input title=${title} ?hidden=${hidden} .value=${value} />`).querySelector("input");
    expect(input("a", true, "v")?.outerHTML).to.equal('<input title="a" hidden="">');
    expect(input(nothing, false, "w")?.outerHTML).to.equal("<input>");
    expect(input("b", false, "w")?.value).to.equal("w");
  });

  it("call the latest listener, on the host", () => {
    const host = {};
    const heard: unknown[] = [];
    const show = place(host);
    const button = (name: string) =>
      show(
        html`<button
          @click=${function (this: unknown) {
            heard.push(name, this);
          }}
        ></button>`,
      ).querySelector("button");
    button("one");
    button("two")?.click();
    expect(heard).to.deep.equal(["two", host]);
  });

  it("are none that data could pass for", () => {
    const data: unknown = JSON.parse('{ "strings": ["<b></b>"], "values": [] }');
    expect(place()(html`${data}`).querySelector("b")).to.equal(null);
  });
});
