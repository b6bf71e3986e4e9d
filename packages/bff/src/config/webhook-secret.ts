/** Hint that is appended to an error about an invalid secret. */
export const HOW_TO_MAKE_A_WEBHOOK_SECRET = 'make one with: echo "whsec_$(openssl rand -base64 32)"';

/**
 * Whether a text is a symmetric secret of Standard Webhooks: `whsec_` followed by 24 to 64 bytes in padded
 * base64.
 * @see
 *   https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme
 */
export function isWebhookSecret(text: string): boolean {
  const base64 = /^whsec_((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/.exec(text)?.[1];
  if (base64 === undefined) return false;
  const { length } = Buffer.from(base64, "base64");
  return length >= 24 && length <= 64;
}
