import { expect } from "chai";
import { CallButtonHarness, disturb, refusal, until } from "./call-button.harness.js";

/** Styles of a page that make its links unreadable. They take precedence over the element's `::slotted` rules. */
const HOSTILE = `.hostile a, .hostile a * { color: #fff !important; background: #fff !important; opacity: 0;
  font-size: 0 !important; position: absolute; inset-inline-start: -999em; visibility: hidden }`;

describe("the page's link where no call can be made", () => {
  let button: CallButtonHarness;
  const style = document.createElement("style");
  style.textContent = HOSTILE;
  before(() => document.head.append(style));
  after(() => style.remove());
  afterEach(() => button.remove());

  /** Opens a button whose backend refuses the page. */
  const open = async (content: string) => {
    button = await CallButtonHarness.create({}, content);
    button.element.className = "hostile";
    disturb("POST", /\/session$/, refusal(403, "origin_not_allowed"));
    button.button.click();
    await until(() => button.error !== "");
  };
  const links = () => [
    ...(button.element.shadowRoot?.querySelectorAll<HTMLAnchorElement>("[part~=link]") ?? []),
  ];
  const caption = () => button.panel.querySelector(".fallback p")?.textContent ?? "";

  it("is the element's own, which no rule of the page reaches", async () => {
    await open('<a href="tel:+74990000000">+7 499 000-00-00</a>');
    const [link] = links();
    if (!link) throw new Error("no link");
    const { color, backgroundColor, opacity, visibility, position } = getComputedStyle(link);
    const panel = getComputedStyle(button.panel);
    expect([link.textContent, link.href]).to.deep.equal(["+7 499 000-00-00", "tel:+74990000000"]);
    expect([color, backgroundColor]).to.deep.equal([panel.color, panel.backgroundColor]);
    expect([opacity, visibility, position]).to.deep.equal(["1", "visible", "static"]);
    expect(link.offsetHeight).to.be.at.least(44);
    expect(caption()).to.equal("Or call us yourself:");
  });

  it("is found inside other content, by its label or number where it has no text, and not in other slots", async () => {
    await open(`<h2 slot="header">Sales <a href="/sales">more</a></h2>
      <p>Ring <a href="tel:+74990000001"><b>the shop</b></a></p>
      <a href="tel:+74990000002" aria-label="Ring the office"><svg></svg></a>
      <a href="tel:+74990000003"><svg></svg></a>`);
    expect(links().map((link) => link.textContent)).to.deep.equal([
      "the shop",
      "Ring the office",
      "+74990000003",
    ]);
  });

  it("is named by its picture, its title or its site where it has no text, whatever its address", async () => {
    await open(`<a href="https://chat.example/79000000001"><img alt="Chat" src="data:,"></a>
      <a href="https://chat.example/79000000001" title="Write to us"><svg></svg></a>
      <a href="https://chat.example/79000000001"><svg></svg></a>
      <a href="mailto:shop@example.com"><svg></svg></a>
      <a href="tel:+7%20900%"><svg></svg></a>`);
    expect(links().map((link) => link.textContent)).to.deep.equal([
      ...["Chat", "Write to us", "chat.example", "shop@example.com", "+7%20900%"],
    ]);
  });

  it("has no word of calling above it where it is no telephone number", async () => {
    await open('<a href="/contacts">Contacts</a>');
    expect(links().map((link) => link.textContent)).to.deep.equal(["Contacts"]);
    expect(caption()).to.equal("");
  });

  it("passes a click on to the page's own link, as it is then", async () => {
    await open('<a href="#ring">Ring</a>');
    const page = button.element.querySelector("a");
    const clicked: (string | null)[] = [];
    const count = (event: Event): void => {
      event.preventDefault();
      const link = (event.target as Element).closest("a");
      if (link) clicked.push(link.getAttribute("href"));
    };
    document.addEventListener("click", count);
    page?.setAttribute("href", "#another");
    links()[0]?.click();
    document.removeEventListener("click", count);
    expect(clicked).to.deep.equal(["#another"]);
    expect(location.hash).to.equal("");
  });

  it("is the content itself, in the panel's colour, where there is no link in it", async () => {
    await open("<p>Ring 499 000-00-00</p>");
    const page = button.element.querySelector("p");
    if (!page) throw new Error("no content");
    expect(links()).to.deep.equal([]);
    expect(button.showsFallback).to.equal(true);
    page.style.setProperty("color", "white", "important");
    expect(getComputedStyle(page).color).to.equal(getComputedStyle(button.panel).color);
  });
});

describe("the page's link while the visitor can go on", () => {
  let button: CallButtonHarness;
  afterEach(() => button.remove());

  it("is not shown: neither in the form, nor with a field's error", async () => {
    button = await CallButtonHarness.create(
      { tenant: "strict" },
      '<a href="tel:+74990000000">+7 499 000-00-00</a>',
    );
    await button.open();
    expect(button.showsFallback).to.equal(false);
    const errors: string[] = [];
    for (const [number, consents] of [
      ["", false],
      ["12", true],
      ["8 809 000-00-00", true],
      ["8 900 000-08-01", false],
    ] as const) {
      button.type(number);
      if (button.consent.checked !== consents) button.consent.click();
      button.submit();
      await until(() => button.error !== "" && button.error !== errors.at(-1));
      errors.push(button.error);
      expect(button.showsFallback, button.error).to.equal(false);
    }
    expect(errors).to.have.length(4);
  });
});
