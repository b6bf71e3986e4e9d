import ipaddr from "ipaddr.js";
import type { NumberCipher } from "../store/number-cipher.js";

/** Number of leading bytes of an IPv6 address that its user cannot change: a household gets a /56 (RFC 6177). */
const IPV6_BYTES = 7;

/** Matches an address with a port. Some proxies write such addresses: `203.0.113.7:4711`, `[2001:db8::1]:443`. */
const WITH_PORT = /^(?:(?<v4>\d+\.\d+\.\d+\.\d+):\d+|\[(?<v6>[^\]]*)\](?::\d+)?)$/;

/**
 * Returns a name for a visitor's internet connection: the IPv4 address, or the first 56 bits of an IPv6
 * address, because one household has 2^72 addresses. All addresses that cannot be read count as one connection.
 *
 * @param ip as Express determines it: the address of the peer or, with TRUST_PROXY, the address that the proxy
 *   reports
 */
export function addressPrefix(ip: string | undefined): string {
  const written = ip?.replace(WITH_PORT, "$<v4>$<v6>");
  if (written === undefined || !ipaddr.isValid(written)) return "unreadable";
  // Converts an IPv4 address that is mapped to IPv6 back to IPv4.
  const address = ipaddr.process(written);
  if (address.kind() === "ipv4") return address.toString();
  return Buffer.from(address.toByteArray().slice(0, IPV6_BYTES)).toString("hex");
}

/**
 * Returns a hash of an address prefix. The database contains addresses only as hashes, because an address
 * identifies a person.
 */
export const addressHash = (cipher: NumberCipher, ip: string | undefined): string =>
  cipher.hash(`address ${addressPrefix(ip)}`).slice(0, 22);

/** Ranges of addresses that cannot be reached from the internet. */
const OWN = new Set(["loopback", "private", "uniqueLocal", "linkLocal"]);

/**
 * Whether a request comes from the operator's own network.
 *
 * @param ip as Express determines it
 */
export const isOnOwnNetwork = (ip: string | undefined): boolean =>
  ip !== undefined && ipaddr.isValid(ip) && OWN.has(ipaddr.process(ip).range());
