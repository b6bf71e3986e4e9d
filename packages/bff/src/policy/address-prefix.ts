import ipaddr from "ipaddr.js";
import type { NumberCipher } from "../store/number-cipher.js";

/** Bytes of an IPv6 address that whoever it is lent to cannot change: a /56 is what a household gets. (RFC 6177) */
const IPV6_BYTES = 7;

/** Some proxies add the port: `203.0.113.7:4711`, `[2001:db8::1]:443`. */
const WITH_PORT = /^(?:(?<v4>\d+\.\d+\.\d+\.\d+):\d+|\[(?<v6>[^\]]*)\](?::\d+)?)$/;

/**
 * What tells one visitor's connection from another's: an IPv4 address, or the /56 an IPv6 address is in, since anybody
 * has 2^72 of those. One that cannot be read counts as one connection with all such.
 *
 * @param ip as Express gives it: of the peer, or, with TRUST_PROXY alone, as the proxy says
 */
export function addressPrefix(ip: string | undefined): string {
  const written = ip?.replace(WITH_PORT, "$<v4>$<v6>");
  if (written === undefined || !ipaddr.isValid(written)) return "unreadable";
  // An IPv4 address mapped into IPv6 is that IPv4 address.
  const address = ipaddr.process(written);
  if (address.kind() === "ipv4") return address.toString();
  return Buffer.from(address.toByteArray().slice(0, IPV6_BYTES)).toString("hex");
}

/** How an address lies in the database: as a hash of its prefix only, since it tells who somebody is. */
export const addressHash = (cipher: NumberCipher, ip: string | undefined): string =>
  cipher.hash(`address ${addressPrefix(ip)}`).slice(0, 22);

/** Networks that nobody is in from the internet. */
const OWN = new Set(["loopback", "private", "uniqueLocal", "linkLocal"]);

/** Whether somebody on the operator's own network asks. @param ip as Express gives it */
export const isOnOwnNetwork = (ip: string | undefined): boolean =>
  ip !== undefined && ipaddr.isValid(ip) && OWN.has(ipaddr.process(ip).range());
