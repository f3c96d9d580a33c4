import { lookup as lookupOfSystem, type LookupAddress } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** An address that the gateway must not call: it leads into the network that the gateway stands in. */
export class PrivateAddressError extends Error {
  readonly code = "EPRIVATEADDRESS";

  constructor() {
    super("The upstream's name stands for an address of a private network; allowPrivate permits that.");
  }
}

/**
 * Whether an address is loopback, link-local, of a private or shared network, of a cloud's metadata service, multicast or
 * reserved, also where IPv6 wraps it (RFC 6890 and the registries of special-purpose addresses).
 */
export function isPrivateAddress(address: string): boolean {
  const kind = isIP(address);
  if (kind === 0) return true;
  if (kind === 4) return PRIVATE_4.check(address, "ipv4");
  return PRIVATE_6.check(address, "ipv6");
}

/**
 * A look-up of names that fails where an answer is a private address. It is used at the moment of connecting, so that a
 * name cannot stand for one address when it is checked and for another when it is called.
 */
export function guardedLookup(lookup: LookupFunction = lookupOfSystem): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, options, (error, answer, family) => {
      if (error !== null) return callback(error, answer, family);
      const addresses: readonly LookupAddress[] =
        typeof answer === "string" ? [{ address: answer, family: family ?? 0 }] : answer;
      if (addresses.some(({ address }) => isPrivateAddress(address))) return callback(new PrivateAddressError(), "", 0);
      callback(null, answer, family);
    });
  };
}

const PRIVATE_4 = blockList("ipv4", [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
]);
const PRIVATE_6 = blockList("ipv6", [
  ["::", 96],
  ["::ffff:0:0", 96],
  ["64:ff9b::", 96],
  ["64:ff9b:1::", 48],
  ["2002::", 16],
  ["2001::", 32],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
]);

function blockList(kind: "ipv4" | "ipv6", subnets: readonly (readonly [address: string, bits: number])[]): BlockList {
  const list = new BlockList();
  for (const [address, bits] of subnets) list.addSubnet(address, bits, kind);
  return list;
}
