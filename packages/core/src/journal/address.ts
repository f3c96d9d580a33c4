/** `% / [ ] ! :` and control characters have a meaning in an address, or none that a person could read. */
// oxlint-disable-next-line no-control-regex
const RESERVED = /[%/[\]!:\u0000-\u001F\u007F-\u009F]/g;
// oxlint-disable-next-line no-control-regex
const HAS_RESERVED = /[%/[\]!:\u0000-\u001F\u007F-\u009F]/;

/** A name as a part of an address: reserved characters are percent-encoded. */
export function encodeSegment(name: string): string {
  if (!HAS_RESERVED.test(name)) return name;
  return name.replace(RESERVED, (character) => encodeURIComponent(character));
}

/** The parts of the address of a leaf, for people and programs that show a run. */
export interface AddressParts {
  /** The scope path. */
  readonly path: string;
  readonly kind: string;
  readonly name: string;
  readonly index: number;
}

/** Takes the address of a leaf apart; `undefined` when it is none. */
export function parseAddress(address: string): AddressParts | undefined {
  const match = /^(?<path>[^!]*)!(?<kind>[^:]*):(?<name>.*)\[(?<index>\d+)\]$/s.exec(address);
  if (match?.groups === undefined) return undefined;
  const { path = "", kind = "", name = "", index = "0" } = match.groups;
  return { path, kind: decodeURIComponent(kind), name: decodeURIComponent(name), index: Number(index) };
}
