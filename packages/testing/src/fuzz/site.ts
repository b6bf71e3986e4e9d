import { SCANNED } from "../acme.js";

/** Origin of the pages from which the requests seem to come. */
export const SITE = "https://fuzz.example";

/** Returns the settings that all tenants share. */
const everyTenant = (uis: string): string => `
    name: Fuzz
    limits: none
    origins: ["${SITE}"]
    serviceNumber: "+74990000000"
    uis: { url: "${uis}", login: acme-login, password: { env: UIS_PASSWORD } }`;

/**
 * Returns a configuration in which no generated request may lead to a telephone call. Two tenants forbid all numbers,
 * and one tenant accepts only numbers that are sealed with its key. If a call is dialled all the same, the request has
 * found a defect in these checks.
 */
export const siteYaml = (uis: string): string => `
tenants:
  - id: asking${everyTenant(uis)}
    proof: never
    numbers: { allow: ["+7"], deny: ["+7"] }
    consent: { text: I agree }
    targets:
      sales: { title: Sales, office: "+${SCANNED.office}", variables: [product, a], officeMessage: { text: "{product}" } }
      support: { title: Support, office: "+${SCANNED.office}" }
  - id: proving${everyTenant(uis)}
    proof: anonymous
    numbers: { allow: ["+7"], deny: ["+7"] }
    targets: { sales: { title: Sales, office: "+${SCANNED.office}" } }
  - id: sealing${everyTenant(uis)}
    proof: never
    identity: { secret: { env: IDENTITY_SECRET } }
    sealing: { key: { env: SEALING_KEY } }
    targets:
      customer: { title: Customer, office: identity, visitor: sealed }
      supplier: { title: Supplier, office: "+${SCANNED.office}", visitor: sealed, variables: [product] }
`;
