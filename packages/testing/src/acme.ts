import type { Configuration } from "@uis-call/bff";
import type { Account } from "@uis-call/simulator";

/**
 * Secrets and telephone numbers in the configuration of the tests. Tests check that these do not appear in HTTP
 * responses, logs and the database.
 */
export const SCANNED = {
  password: "planted-password-5e1f",
  office: "79000000101",
  groupOffice: "79000000111",
  identitySecret: "planted-identity-secret-of-36-letters",
  sealingKey: Buffer.from("planted-sealing-key-of-32-bytes!").toString("base64url"),
  webhookSecret: `whsec_${Buffer.from("planted-webhook-secret-77").toString("base64")}`,
};

export const ORIGIN = "https://acme.example";
/**
 * Public URL of the backend. Pages of {@link ORIGIN} are same-site with it, and pages of https://careful.example are
 * cross-site.
 */
export const PUBLIC_URL = new URL("https://calls.acme.example");

export const ACCOUNT: Account = {
  login: "acme-login",
  password: SCANNED.password,
  serviceNumbers: ["74990000000"],
};

export const acmeYaml = (uisUrl: string, tenant = "", targets = ""): string => `
tenants:
  - id: acme
    name: { en: Acme, ru: Акме }
    locale: en
    origins: ["${ORIGIN}", "http://localhost:8080"]
    serviceNumber: "+74990000000"
    uis: { url: "${uisUrl}", login: acme-login, password: { env: UIS_PASSWORD } }
    numbers: { allow: ["+7"], deny: ["+7900111"] }
    ${/^ *proof:/m.test(tenant) ? "" : "proof: never"}
    ${tenant}
    targets:
      sales:
        title: { en: Sales, ru: Отдел продаж }
        office: "+${SCANNED.office}"
        firstCall: office
        switchAtOnce: false
        variables: [product]
        visitorMessage: { text: { ru: "Здравствуйте! Соединяем с отделом продаж.", en: "Hello! Connecting you to sales." } }
        officeMessage: { text: "Call back, {product}" }
        holdMusic: "Bad Kingdom-cut.mp3"
      support:
        title: { en: Support }
        office: [{ phones: [{ number: "+${SCANNED.groupOffice}", channels: 2, ringFor: 29 }, { number: "+79000000112" }], linesLimit: 2, dialingIncrement: 1, incrementalDialingTimeout: 1 }]
        queue: { timeout: 60 }
      ${targets}
  - id: careful
    name: Careful
    origins: [https://careful.example, https://careful.acme.example]
    serviceNumber: "+74990000000"
    uis: { url: "${uisUrl}", login: acme-login, password: { env: UIS_PASSWORD } }
    consent: { text: { en: I agree to be called back } }
    targets: { sales: { title: Sales, office: "+${SCANNED.office}" } }
`;

/** Removes the rate limits and the proof of work from all tenants. Tests pass this function as `configure`. */
export const withoutLimits = ({ tenants }: Configuration): Configuration => ({
  tenants: tenants.map((tenant) => ({ ...tenant, limits: "none", proof: "never" })),
});
