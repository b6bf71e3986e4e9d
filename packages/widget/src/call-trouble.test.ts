import { expect } from "chai";
import { CallButtonHarness, until } from "./call-button.harness.js";

describe("a backend that cannot be reached", () => {
  const buttons: CallButtonHarness[] = [];

  afterEach(() => buttons.splice(0).forEach((button) => button.remove()));

  /** Opens the panel of a button whose backend is away. */
  async function open(endpoint: string): Promise<CallButtonHarness> {
    const button = await CallButtonHarness.create({ endpoint });
    buttons.push(button);
    button.button.click();
    await until(() => button.errors.length > 0);
    return button;
  }

  it("is told of to the page's developer, once, with what to check, where it is of another origin", async () => {
    const { warn } = console;
    const warnings: string[] = [];
    const ours = ["http://localhost:11 could", `${location.origin} could`];
    console.warn = (text: string) => ours.some((one) => text.includes(one)) && warnings.push(text);
    try {
      await open(`${location.origin}/nothing`);
      await open("http://localhost:11/api");
      await open("http://localhost:11/api");
    } finally {
      console.warn = warn;
    }
    expect(warnings).to.have.length(1);
    expect(warnings[0])
      .to.match(/localhost:11 could not be reached.*origins list/)
      .and.contain(location.origin);
  });
});
