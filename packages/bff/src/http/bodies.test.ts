import { startTestBff } from "@uis-call/testing/test-bff";
import type { Request } from "express";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { z } from "zod";
import { generatedBody } from "./bodies.harness.js";
import { jsonBody, parseBody } from "./request.js";

const harmless = jsonBody.at(-1)!;

/**
 * Parses a body with a schema.
 *
 * @returns the parsed body, or the code of the refusal
 */
function read(schema: z.ZodType, body: unknown): unknown {
  const request = { body } as Request;
  try {
    void harmless(request, undefined as never, () => undefined);
    return parseBody(schema, request);
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

it("100,000 generated bodies change no object's prototype, and are refused one by one or have the documented form", async () => {
  const bff = await startTestBff();
  const schemas = bff.routes.flatMap(({ body }) => (typeof body === "object" ? [body] : []));
  await bff.stop();
  expect(schemas.length).toBeGreaterThan(1);
  const ofObjects = () => JSON.stringify(Object.getOwnPropertyNames(Object.prototype));
  const before = ofObjects();
  let accepted = 0;
  const property = fc.property(generatedBody, (body) =>
    schemas.every((schema) => {
      const taken = read(schema, body);
      if (taken === "invalid_request") return true;
      accepted++;
      const reserved = /"(__proto__|constructor|prototype)":/.test(JSON.stringify(body));
      return !reserved && Object.getPrototypeOf(taken) === Object.prototype;
    }),
  );
  fc.assert(property, { numRuns: 100_000, seed: 5 });
  expect(ofObjects()).toBe(before);
  expect(accepted).toBeGreaterThan(1000);
}, 120_000);
