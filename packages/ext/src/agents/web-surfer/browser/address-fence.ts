import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { ValueError } from "@tesserae/core";

/** Where a browser may go. */
export interface FenceOptions {
  /**
   * The only hosts that it may reach: `example.com`, `*.example.com` for all below, with a port where only that one is
   * meant. A private host that is named here is allowed. Default: all.
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Keep out of this machine and of private networks. Default true. */
  readonly blockPrivateNetworks?: boolean | undefined;
}

/** An address that may be connected to, or why not. */
export type Admission = { readonly address: string } | { readonly refused: string };

/** Decides about hosts by name and by the addresses that the name has now. */
export class AddressFence {
  readonly #allowed: readonly string[] | undefined;
  readonly #keepsOut: boolean;
  readonly #private = privateAddresses();

  constructor({ allowedHosts, blockPrivateNetworks = true }: FenceOptions) {
    for (const host of allowedHosts ?? []) {
      if (typeof host === "string" && /^(\*\.)?[^\s/*@?#]+$/.test(host)) continue;
      throw new ValueError(
        `allowedHosts holds ${JSON.stringify(host)}. Give names such as "example.com", "*.example.com" or "127.0.0.1:8080", without a scheme and a path.`,
      );
    }
    this.#allowed = allowedHosts?.map((host) => host.toLowerCase());
    this.#keepsOut = blockPrivateNetworks;
  }

  /** Whether there is anything to look at. */
  get isOpen(): boolean {
    return this.#allowed === undefined && !this.#keepsOut;
  }

  /** The address to connect to for this host. Connect to it, not to the name: that could mean another one by then. */
  async admit(host: string, port: number): Promise<Admission> {
    const name = host
      .toLowerCase()
      .replace(/^\[|\]$/g, "")
      .replace(/\.$/, "");
    const isNamed = this.#allowed?.some((pattern) => fits(pattern, name, port)) ?? false;
    if (this.#allowed !== undefined && !isNamed) {
      return { refused: `The host ${name} is not among the allowed ones.` };
    }
    let addresses: readonly string[];
    try {
      addresses = isIP(name) > 0 ? [name] : (await lookup(name, { all: true })).map(({ address }) => address);
    } catch {
      return { refused: `The host ${name} has no address.` };
    }
    const [first] = addresses;
    if (first === undefined) return { refused: `The host ${name} has no address.` };
    if (this.#keepsOut && !isNamed && addresses.some((address) => this.isPrivate(address))) {
      return { refused: `The host ${name} is this machine or in a private network, which is out of bounds.` };
    }
    return { address: first };
  }

  /** True for addresses that no public host has. */
  isPrivate(address: string): boolean {
    const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
    const family = isIP(mapped);
    return family === 0 || this.#private.check(mapped, family === 6 ? "ipv6" : "ipv4");
  }
}

function fits(pattern: string, name: string, port: number): boolean {
  const [, host = pattern, only] = /^(.*[^:]):(\d+)$/.exec(pattern) ?? [];
  if (only !== undefined && Number(only) !== port) return false;
  const bare = host.replace(/^\[|\]$/g, "");
  return bare.startsWith("*.") ? name.endsWith(bare.slice(1)) : name === bare;
}

/** What IANA's registries of special addresses keep from the public network (RFC 6890 and those after it). */
function privateAddresses(): BlockList {
  const list = new BlockList();
  const v4: readonly (readonly [string, number])[] = [
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
    ["169.254.0.0", 16],
    ["172.16.0.0", 12],
    ["192.0.0.0", 24],
    ["192.0.2.0", 24],
    ["192.168.0.0", 16],
    ["198.18.0.0", 15],
    ["198.51.100.0", 24],
    ["203.0.113.0", 24],
    ["224.0.0.0", 3],
  ];
  for (const [net, bits] of v4) list.addSubnet(net, bits, "ipv4");
  const v6: readonly (readonly [string, number])[] = [
    ["::", 96],
    ["64:ff9b::", 96],
    ["64:ff9b:1::", 48],
    ["100::", 64],
    ["2001::", 23],
    ["2001:db8::", 32],
    ["2002::", 16],
    ["fc00::", 7],
    ["fe80::", 10],
    ["fec0::", 10],
    ["ff00::", 8],
  ];
  for (const [net, bits] of v6) list.addSubnet(net, bits, "ipv6");
  return list;
}
