import { expect } from "chai";
import { placeBeside, type Size, type View } from "./placement.js";

const VIEW: View = { left: 0, top: 0, width: 1000, height: 600 };
const PANEL: Size = { width: 300, height: 200 };
const at = (left: number, top: number) => ({ left, top, right: left + 120, bottom: top + 40 });

describe("where a panel is put", () => {
  for (const [where, anchor, expected, direction = "ltr"] of [
    ["below the button, from where it begins", at(100, 100), { left: 100, top: 148 }],
    ["above it, where there is no room below", at(100, 500), { left: 100, top: 292 }],
    ["to where the button ends, where it would stick out", at(850, 100), { left: 670, top: 148 }],
    ["at the window's edge, where it would stick out both ways", at(900, 100), { left: 692, top: 148 }],
    ["to the right, where it would stick out at the left", at(-40, 100), { left: 8, top: 148 }],
    [
      "from the button's other end in a script from right to left",
      at(500, 100),
      { left: 320, top: 148 },
      "rtl",
    ],
    ["at the edge, where the button has been scrolled away", at(100, -500), { left: 100, top: 8 }],
  ] as const) {
    it(`is ${where}`, () => {
      expect(placeBeside(anchor, PANEL, VIEW, direction)).to.deep.equal(expected);
    });
  }

  it("is in the smallest box around the button that it fits into, from whichever end", () => {
    const place = (left: number, ...around: { left: number; right: number }[]) =>
      placeBeside(at(left, 100), PANEL, VIEW, "ltr", around).left;
    const [cell, row, page] = [
      { left: 490, right: 630 },
      { left: 200, right: 640 },
      { left: 0, right: 1000 },
    ];
    expect(place(500, cell, row, page)).to.equal(320);
    expect(place(500, cell, page)).to.equal(500);
    expect(place(500, cell)).to.equal(500);
    expect(place(210, row, page)).to.equal(210);
    expect(place(-40, { left: -200, right: 400 })).to.equal(8);
  });

  it("is over the keyboard, and with its beginning to be seen where there is no room for all of it", () => {
    const small: View = { ...VIEW, height: 150 };
    expect(placeBeside(at(100, 100), PANEL, small, "ltr").top).to.equal(8);
  });

  it("is never outside the view", () => {
    for (let left = -200; left < 1200; left += 97) {
      for (let top = -200; top < 800; top += 89) {
        const placed = placeBeside(at(left, top), PANEL, VIEW, "ltr");
        expect(placed.left).to.be.within(8, 692);
        expect(placed.top).to.be.within(8, 392);
      }
    }
  });
});
