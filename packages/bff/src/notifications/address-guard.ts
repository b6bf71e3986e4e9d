import type { LookupAddress } from "node:dns";
import { isIP, isIPv6, type LookupFunction } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import ipaddr from "ipaddr.js";

/** Finds all addresses of a hostname; rejects when it has none. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

/** A hostname led to an address nobody on the internet can have. The message names both, and what to do. */
export class AddressRefused extends Error {
  override readonly name = "AddressRefused";
}

/** What IANA gives out for the public internet; all other IPv6 is reserved, `::7f00:1` with it (RFC 4291, 2.4). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * Whether an address belongs to somebody on the public internet. Ranges are those of IANA's special-purpose
 * registries. An IPv6 address that carries an IPv4 one (mapped, 6to4, Teredo, NAT64) is not public, whatever it
 * carries.
 * @param address in the form a resolver gives, `198.41.0.4` or `2001:500::1`, without brackets; all else is not public
 */
export function isPublicAddress(address: string): boolean {
  // ipaddr.js also reads `127.1`, but a socket might read it otherwise.
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  return parsed.kind() === "ipv4" || parsed.match(GLOBAL_UNICAST);
}

/**
 * The one spelling of a host by which two can be compared: lower case, Punycode, no root dot, no brackets, addresses
 * shortened and decimal. The WHATWG URL parser does the work, so that a host is read as it will be dialled.
 * @param host a hostname or an address, bracketed or not, without a port
 * @returns undefined for what is not a host alone
 */
export function normalHost(host: string): string | undefined {
  const authority = isIPv6(host) ? `[${host}]` : host;
  if (!authority.startsWith("[") && /[:/?#@\\]/.test(authority)) return undefined;
  if (authority.startsWith("[") && !authority.endsWith("]")) return undefined;
  const url = `http://${authority}`;
  return URL.canParse(url) ? hostOf(new URL(url)) : undefined;
}

/** The host of a URL in the spelling of {@link normalHost}. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");

/**
 * Makes a `lookup` for a socket that resolves once and gives the socket only what it has checked, so that a name
 * cannot point elsewhere between the check and the connection. All of a name's addresses must be public.
 *
 * Node does not call `lookup` for a host that is an address: check those with {@link isPublicAddress}.
 * @param allowPrivate lets any address through; the name is still resolved once
 * @returns a function whose error is an {@link AddressRefused}, or what `resolve` rejected with
 */
export function createGuardedLookup(resolve: Resolve, allowPrivate: boolean): LookupFunction {
  const checked = async (hostname: string): Promise<[LookupAddress, ...LookupAddress[]]> => {
    // A resolver that has the answer at hand must not be heard before the socket's listeners: got would miss "lookup",
    // and start no timer for the connection.
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
