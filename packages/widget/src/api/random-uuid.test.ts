import { expect } from "chai";
import { randomUuid } from "./random-uuid.js";

describe("a key made without HTTPS", () => {
  it("is a UUID of version 4, and another each time", () => {
    const keys = Array.from({ length: 100 }, randomUuid);
    for (const key of keys)
      expect(key).to.match(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(new Set(keys).size).to.equal(100);
  });
});
