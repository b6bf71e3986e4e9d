import { html, type TemplateResult } from "lit";

const token = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)/g;

/**
 * Renders a value as indented JSON. For the colours, each token has a CSS class: `name`, `text`, `number` or `word`.
 */
export function jsonView(value: unknown): TemplateResult {
  if (typeof value === "string") return html`${value}`;
  const text = JSON.stringify(value, null, 2);
  const parts: (string | TemplateResult)[] = [];
  let end = 0;
  for (const found of text.matchAll(token)) {
    const [whole, quoted, colon, number] = found;
    parts.push(text.slice(end, found.index));
    end = found.index + whole.length;
    if (quoted) parts.push(html`<span class=${colon ? "name" : "text"}>${quoted}</span>${colon ?? ""}`);
    else parts.push(html`<span class=${number ? "number" : "word"}>${whole}</span>`);
  }
  return html`${parts}${text.slice(end)}`;
}
