import { createIdentityToken, sealNumber } from "@uis-call/bff/tokens";
import { Router } from "express";

const OPERATOR = { sub: "olga", name: "Olga", phone: "+79000000505", targets: ["customer"] };

/** Telephone numbers of customers, by the ids of their buttons in the page. */
const CUSTOMERS: Record<string, string> = {
  anna: "+79000000611",
  boris: "+79000000612",
  vera: "+79000000613",
};

const SUPPLIERS: Record<string, string> = {
  supplier: "+79000000404",
  importer: "+79000000405",
};

/** Lifetime of a sealed number in seconds. A page may stay open for a working day. */
const WORKING_DAY = 8 * 60 * 60;

/**
 * Returns the routes that the backends of a CRM and of a marketplace need for the button. They answer with an identity
 * token for the operator, and with sealed numbers for the pages. Real backends would check the login first.
 */
export function hostTokens(identitySecret: string, sealingKey: string): Router {
  const sealAll = async (target: string, numbers: Record<string, string>) => {
    const seal = (phone: string) =>
      sealNumber({ tenant: "demo", target, phone, lifetime: WORKING_DAY }, sealingKey);
    const sealed = Object.entries(numbers).map(async ([id, phone]) => [id, await seal(phone)]);
    return Object.fromEntries(await Promise.all(sealed)) as Record<string, string>;
  };
  const router = Router();
  router.use((_request, response, next) => {
    response.set("Cache-Control", "no-store");
    next();
  });
  router.get("/operator", async (_request, response) => {
    response.json({ token: await createIdentityToken({ tenant: "demo", ...OPERATOR }, identitySecret) });
  });
  router.get("/customers", async (_request, response) => {
    response.json(await sealAll("customer", CUSTOMERS));
  });
  router.get("/suppliers", async (_request, response) => {
    response.json(await sealAll("supplier", SUPPLIERS));
  });
  return router;
}
