import { randomUUID } from "node:crypto";
import type { NewCall } from "./ledger.js";

/** Makes a call request with a new idempotency key. */
export const newCall = (change: Partial<NewCall> = {}): NewCall => ({
  tenant: "acme",
  principal: "somebody",
  idempotencyKey: randomUUID(),
  target: "sales",
  reference: null,
  visitorNumber: "+79000000001",
  visitorSource: "asked",
  officeNumber: null,
  officeIsOperator: false,
  identity: null,
  locale: "ru",
  variables: { product: "tea" },
  page: null,
  consentText: null,
  scheduledFor: null,
  ...change,
});
