import ipaddr from "ipaddr.js";
import type { NumberCipher } from "../store/number-cipher.js";

/** Bytes of an IPv6 address that its user cannot change: a household gets a /56 (RFC 6177). */
const IPV6_BYTES = 7;

/** Matches an address with a port, as some proxies write it: `203.0.113.7:4711`, `[2001:db8::1]:443`. */
const WITH_PORT = /^(?:(?<v4>\d+\.\d+\.\d+\.\d+):\d+|\[(?<v6>[^\]]*)\](?::\d+)?)$/;

/**
 * Identifies a visitor's connection: the IPv4 address, or the /56 of an IPv6 address, because one household has 2^72
 * addresses. All unreadable addresses count as one connection.
 *
 * @param ip as Express gives it: the peer's address, or with TRUST_PROXY the one the proxy names
 */
export function addressPrefix(ip: string | undefined): string {
  const written = ip?.replace(WITH_PORT, "$<v4>$<v6>");
  if (written === undefined || !ipaddr.isValid(written)) return "unreadable";
  // Turns an IPv4 address mapped into IPv6 back into IPv4.
  const address = ipaddr.process(written);
  if (address.kind() === "ipv4") return address.toString();
  return Buffer.from(address.toByteArray().slice(0, IPV6_BYTES)).toString("hex");
}

/** Hash of an address prefix. The database holds no address in clear, because it identifies a person. */
export const addressHash = (cipher: NumberCipher, ip: string | undefined): string =>
  cipher.hash(`address ${addressPrefix(ip)}`).slice(0, 22);

/** Ranges that are not reachable from the internet. */
const OWN = new Set(["loopback", "private", "uniqueLocal", "linkLocal"]);

/**
 * Whether a request comes from the operator's own network.
 *
 * @param ip as Express gives it
 */
export const isOnOwnNetwork = (ip: string | undefined): boolean =>
  ip !== undefined && ipaddr.isValid(ip) && OWN.has(ipaddr.process(ip).range());
