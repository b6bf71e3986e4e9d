import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { z } from "zod";

const NAMES: readonly string[] = ["loopback", "linklocal", "uniquelocal"];
/** Number of proxies that can be in front of a backend. More than these is a mistake. */
const MOST_PROXIES = 10;
/** Shortest prefixes of networks: those of the largest private networks, 10.0.0.0/8 and fc00::/7. */
const SHORTEST = { ipv4: 8, ipv6: 7 };

const WHAT_TO_WRITE =
  "write how many proxies are in front, e.g. 1, or their addresses, e.g. loopback or 10.0.0.0/8";
const ANY_CLIENT = "would trust any client: name the number of proxies, or their addresses";

/** Value of TRUST_PROXY: the number of proxies, or their addresses, networks and Express's names for networks. */
export const TrustProxy = z.string().transform((text, context): number | string[] => {
  const parts = text.split(",").map((part) => part.trim());
  const problem = /^\d+$/.test(text) ? problemOfNumber(Number(text)) : parts.map(problemOf).find(Boolean);
  if (problem === undefined) return /^\d+$/.test(text) ? Number(text) : parts;
  context.addIssue({ code: "custom", message: problem });
  return z.NEVER;
});

function problemOfNumber(count: number): string | undefined {
  if (count === 0) return "0 trusts no proxy: leave it out, or name the proxy in front";
  return count > MOST_PROXIES ? `${String(count)} ${ANY_CLIENT}` : undefined;
}

function problemOf(part: string): string | undefined {
  if (/^(?:true|yes|on|all|\*)$/i.test(part)) return `${part} ${ANY_CLIENT}`;
  if (/^(?:false|no|off|none)$/i.test(part)) return `${part}: leave it out to trust no proxy`;
  if (NAMES.includes(part) || isIP(part) !== 0) return undefined;
  const [address = "", bits = ""] = part.split("/");
  if (isIP(address) === 0 || !/^\d{1,3}$/.test(bits) || !ipaddr.isValidCIDR(part)) {
    const name = /^[a-z][\w.-]*$/i.test(part) ? `${part} is a name, and names are not looked up: ` : "";
    return `${name}${WHAT_TO_WRITE}`;
  }
  return isWide(part) ? `${part} ${ANY_CLIENT}` : undefined;
}

/** Whether a network contains most of the internet. */
function isWide(network: string): boolean {
  const [address, bits] = ipaddr.parseCIDR(network);
  // Reads ::ffff:0:0/96 as 0.0.0.0/0, as Express does.
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()) return bits < 96 + SHORTEST.ipv4;
  return bits < SHORTEST[address.kind()];
}
