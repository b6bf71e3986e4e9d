import type { LookupAddress } from "node:dns";
import { isIP, isIPv6, type LookupFunction } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import ipaddr from "ipaddr.js";

/** Resolves a hostname to all its addresses. Rejects when the hostname has no address. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

/**
 * Error for a hostname that resolves to an address that is not public. The message names both and tells what to
 * do.
 */
export class AddressRefused extends Error {
  override readonly name = "AddressRefused";
}

/**
 * Range that IANA assigns to the public IPv6 internet. All other IPv6 addresses are reserved, including
 * `::7f00:1` (RFC 4291, 2.4).
 */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * Whether an address belongs to the public internet according to IANA's special-purpose registries. An IPv6
 * address that contains an IPv4 address (mapped, 6to4, Teredo, NAT64) never counts as public.
 *
 * @param address as a resolver writes it, `198.41.0.4` or `2001:500::1`, without brackets; any other text is
 *   not public
 */
export function isPublicAddress(address: string): boolean {
  // Refuses forms such as `127.1`, which ipaddr.js accepts but a socket might read differently.
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  return parsed.kind() === "ipv4" || parsed.match(GLOBAL_UNICAST);
}

/**
 * Normalises a host so that hosts can be compared: in lower case and Punycode, without a final dot or brackets,
 * and with short and decimal addresses written out. Uses the WHATWG URL parser, so the host is read in the same
 * way as when it is connected to.
 *
 * @param host a hostname or an address, with or without brackets, without a port
 * @returns undefined when the text is more than a host
 */
export function normalHost(host: string): string | undefined {
  const authority = isIPv6(host) ? `[${host}]` : host;
  if (!authority.startsWith("[") && /[:/?#@\\]/.test(authority)) return undefined;
  if (authority.startsWith("[") && !authority.endsWith("]")) return undefined;
  const url = `http://${authority}`;
  return URL.canParse(url) ? hostOf(new URL(url)) : undefined;
}

/** Returns the host of a URL in the same form as {@link normalHost}. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");

/**
 * Returns a `lookup` function for sockets. It resolves a name once, checks the addresses and passes on only the
 * checked ones, so that the name cannot point to another address between the check and the connection. All
 * addresses of a name must be public.
 *
 * Node does not call `lookup` for a host that is an address. The caller must check such a host with {@link
 * isPublicAddress}.
 *
 * @param allowPrivate allows all addresses; the name is still resolved only once
 * @returns a function whose error is an {@link AddressRefused} or the error of `resolve`
 */
export function createGuardedLookup(resolve: Resolve, allowPrivate: boolean): LookupFunction {
  const checked = async (hostname: string): Promise<[LookupAddress, ...LookupAddress[]]> => {
    // Waits for one turn of the event loop. A resolver that answers immediately would call back before got
    // listens to the event "lookup", and got would then set no time limit for the connection.
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
