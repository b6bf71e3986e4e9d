import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import type { NumberCipher } from "../store/number-cipher.js";

/** A kind of network that an IPv6 address is counted in, by the length of its prefix. */
export interface Width {
  bits: number;
  /** Who usually has such a network, for docs/limits.md. */
  usedBy: string;
  /** Factor of the limits of one address that apply to the network. */
  factor: number;
  /** Whether a limit of the network may hold or refuse requests. Otherwise it only asks for proofs of work. */
  mayHold: boolean;
}

/**
 * Widths in which IPv6 addresses are counted, narrowest first. A customer of an internet provider gets a prefix
 * of 64 to 48 bits and can use each address in it (RFC 6177). Each wider network has more room, so that one
 * network in it cannot use up the room of its neighbours.
 */
export const IPV6_WIDTHS = [
  { bits: 64, usedBy: "a phone, a household or an office", factor: 1, mayHold: true },
  { bits: 56, usedBy: "a household or an office", factor: 1.5, mayHold: true },
  { bits: 48, usedBy: "a company, or many customers of an operator", factor: 2, mayHold: true },
  { bits: 32, usedBy: "a whole operator", factor: 10, mayHold: false },
] as const satisfies Width[];

/** A network that an address belongs to. */
export interface Network extends Pick<Width, "factor" | "mayHold"> {
  /**
   * Keyed hash of the prefix. The database contains addresses only as hashes, because an address identifies a
   * person.
   */
  hash: string;
}

/**
 * Returns the networks that a client's address belongs to, narrowest first: an IPv4 address itself, or the
 * prefixes of an IPv6 address. Returns an empty list for an address that cannot be read.
 *
 * @param ip as Express determines it: the address of the peer or, with TRUST_PROXY, the address that the proxy
 *   reports
 */
export function networksOf(cipher: NumberCipher, ip: string | undefined): Network[] {
  const address = readAddress(ip);
  const hashOf = (prefix: string): string => cipher.hash(`address ${prefix}`).slice(0, 22);
  if (address === undefined) return [];
  if (address instanceof ipaddr.IPv4) return [{ hash: hashOf(address.toString()), factor: 1, mayHold: true }];
  const bytes = Buffer.from(address.toByteArray());
  return IPV6_WIDTHS.map(({ bits, factor, mayHold }) => ({
    hash: hashOf(bytes.subarray(0, bits / 8).toString("hex")),
    ...{ factor, mayHold },
  }));
}

/**
 * Returns the widest network of an address that one customer may have, an IPv4 address or an IPv6 /48. Returns
 * undefined for an address that cannot be read.
 */
export const siteOf = (networks: readonly Network[]): Network | undefined =>
  networks.findLast(({ mayHold }) => mayHold);

/** Returns the address; an IPv4 address that is mapped to IPv6 becomes an IPv4 address. */
function readAddress(ip: string | undefined): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  // Checks with Node, because ipaddr.js also reads `12345` and `203.0.113` as IPv4 addresses.
  return ip === undefined || isIP(ip) === 0 ? undefined : ipaddr.process(ip);
}

/** Whether an address can be read, and so be counted. */
export const isReadable = (ip: string | undefined): boolean => readAddress(ip) !== undefined;

/** Ranges of addresses that cannot be reached from the internet. */
const OWN = new Set(["loopback", "private", "uniqueLocal", "linkLocal"]);

/**
 * Whether a request comes from the operator's own network.
 *
 * @param ip as Express determines it
 */
export const isOnOwnNetwork = (ip: string | undefined): boolean => OWN.has(readAddress(ip)?.range() ?? "");
