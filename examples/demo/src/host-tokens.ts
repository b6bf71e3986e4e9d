import { createIdentityToken, sealNumber } from "@uis-call/bff/tokens";
import { Router } from "express";

const OPERATOR = { sub: "olga", name: "Olga", phone: "+79000000505", targets: ["customer"] };

/** By the ids that the page has for them. */
const CUSTOMERS: Record<string, string> = {
  anna: "+79000000611",
  boris: "+79000000612",
  vera: "+79000000613",
};

const SUPPLIER = "+79000000404";

/** Seconds; a page is left open for as long as somebody is at work. */
const WORKING_DAY = 8 * 60 * 60;

/**
 * What the backends of a CRM and of a marketplace add to themselves for the button: who is at work, and numbers that
 * their pages carry without knowing them. Theirs would look who is logged in before they answer.
 */
export function hostTokens(identitySecret: string, sealingKey: string): Router {
  const seal = (target: string, phone: string) =>
    sealNumber({ tenant: "demo", target, phone, lifetime: WORKING_DAY }, sealingKey);
  const router = Router();
  router.use((_request, response, next) => {
    response.set("Cache-Control", "no-store");
    next();
  });
  router.get("/operator", async (_request, response) => {
    response.json({ token: await createIdentityToken({ tenant: "demo", ...OPERATOR }, identitySecret) });
  });
  router.get("/customers", async (_request, response) => {
    const sealed = Object.entries(CUSTOMERS).map(async ([id, phone]) => [id, await seal("customer", phone)]);
    response.json(Object.fromEntries(await Promise.all(sealed)));
  });
  router.get("/supplier", async (_request, response) => {
    response.json({ supplier: await seal("supplier", SUPPLIER) });
  });
  return router;
}
