import type { LookupAddress } from "node:dns";
import { isIP, isIPv6, type LookupFunction } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import ipaddr from "ipaddr.js";

/** Resolves a hostname to all its addresses; rejects when it has none. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

/** A hostname resolved to a non-public address. The message names both, and the remedy. */
export class AddressRefused extends Error {
  override readonly name = "AddressRefused";
}

/**
 * Range that IANA assigns to the public IPv6 internet; everything else is reserved, `::7f00:1` included (RFC 4291,
 * 2.4).
 */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * Whether an address is on the public internet, by IANA's special-purpose registries. An IPv6 address that embeds an
 * IPv4 one (mapped, 6to4, Teredo, NAT64) is never public.
 *
 * @param address as a resolver writes it, `198.41.0.4` or `2001:500::1`, without brackets; other texts are not public
 */
export function isPublicAddress(address: string): boolean {
  // ipaddr.js also accepts `127.1`, which a socket might read differently.
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  return parsed.kind() === "ipv4" || parsed.match(GLOBAL_UNICAST);
}

/**
 * Normalises a host for comparison: lower case, Punycode, no root dot, no brackets, short and decimal addresses. Uses
 * the WHATWG URL parser, so the host is read as it will be dialled.
 *
 * @param host a hostname or an address, bracketed or not, without a port
 * @returns undefined when the text is not a host alone
 */
export function normalHost(host: string): string | undefined {
  const authority = isIPv6(host) ? `[${host}]` : host;
  if (!authority.startsWith("[") && /[:/?#@\\]/.test(authority)) return undefined;
  if (authority.startsWith("[") && !authority.endsWith("]")) return undefined;
  const url = `http://${authority}`;
  return URL.canParse(url) ? hostOf(new URL(url)) : undefined;
}

/** Returns the host of a URL, normalised as by {@link normalHost}. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");

/**
 * Makes a `lookup` for a socket that resolves once and passes on only checked addresses, so that a name cannot point
 * elsewhere between check and connection. All addresses of a name must be public.
 *
 * Node does not call `lookup` for a host that is an address: check those with {@link isPublicAddress}.
 *
 * @param allowPrivate allows all addresses; the name is still resolved only once
 * @returns a function whose error is an {@link AddressRefused}, or what `resolve` rejected with
 */
export function createGuardedLookup(resolve: Resolve, allowPrivate: boolean): LookupFunction {
  const checked = async (hostname: string): Promise<[LookupAddress, ...LookupAddress[]]> => {
    // Waits a turn, because a resolver that answers at once would call back before got listens: got would miss
    // "lookup", and set no timeout for the connection.
    await nextTurn();
    const [first, ...others] = await resolve(hostname);
    if (first === undefined) throw new AddressRefused(`${hostname} has no address`);
    const refused = [first, ...others].find(({ address }) => !allowPrivate && !isPublicAddress(address));
    if (refused !== undefined) {
      throw new AddressRefused(
        `${hostname} has the address ${refused.address}, which is not public: list ${hostname} in WEBHOOK_PRIVATE_HOSTS if it should be reached`,
      );
    }
    return [first, ...others];
  };
  return (hostname, options, callback) => {
    checked(hostname).then(
      (addresses) =>
        options.all === true
          ? callback(null, addresses)
          : callback(null, addresses[0].address, addresses[0].family),
      (error: unknown) => callback(error instanceof Error ? error : new Error("lookup failed"), ""),
    );
  };
}
