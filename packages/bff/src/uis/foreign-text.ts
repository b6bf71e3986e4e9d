import { maskNumbers } from "../log.js";

/**
 * Makes a text from UIS safe to log. The text may quote the backend's request. Secrets and numbers of the request
 * are masked by their values, in each form in which a server may quote them.
 */
export function foreignText(text: string, sent: readonly string[]): string {
  const forms = sent.flatMap(formsOf).sort((one, other) => other.length - one.length);
  return maskNumbers(forms.reduce((masked, form) => masked.replaceAll(form, "•••"), text)).slice(0, 200);
}

/** Returns the forms in which a value may be quoted: as it is, in JSON, in a URL, in a form, and in base64. */
function formsOf(value: string): string[] {
  const inUrl = encodeURIComponent(value);
  const forms = [
    value,
    JSON.stringify(value).slice(1, -1),
    inUrl,
    inUrl.replaceAll("%20", "+"),
    ...(["base64", "base64url"] as const).map((encoding) => Buffer.from(value).toString(encoding)),
  ];
  return forms.filter((form) => form !== "");
}
