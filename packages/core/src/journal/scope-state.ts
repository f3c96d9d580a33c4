import { encodeSegment } from "./address.ts";

/**
 * An open scope: its path, and how many things of each name were opened in it.
 * Counters are kept by name, so that a clock read or an effect added in a later release moves no other address.
 */
export class ScopeState {
  readonly path: string;
  /** The names of the scopes around and of this one, outermost first: the path without its counters. */
  readonly names: readonly string[];
  /** The agent that acts here, or the nearest one around. */
  readonly agent: string | null;
  readonly parent: ScopeState | undefined;
  /** The key in the parent's counters; `undefined` where the caller gave the index. */
  readonly counted: string | undefined;
  readonly #counters = new Map<string, number>();
  readonly #opened = new Set<string>();

  constructor(path: string, parent?: ScopeState, name?: string, agent?: string, counted?: string) {
    this.path = path;
    this.parent = parent;
    this.names = parent === undefined ? [] : name === undefined ? parent.names : [...parent.names, name];
    this.agent = agent ?? parent?.agent ?? null;
    this.counted = counted;
  }

  /** How often this key was counted before; counts it. */
  count(key: string): number {
    const count = this.#counters.get(key) ?? 0;
    this.#counters.set(key, count + 1);
    return count;
  }

  /** Makes the scope for a stretch of code inside this one. */
  child(name: string, index: number | undefined, agent: string | undefined): ScopeState {
    const segment = encodeSegment(name);
    const key = index === undefined ? `/${segment}` : undefined;
    const path = `${this.path}/${segment}[${key === undefined ? index : this.count(key)}]`;
    return new ScopeState(path, this, name, agent, key);
  }

  /** The address of the next leaf of this kind and name; see {@link ScopeState.claim}. */
  leaf(kind: string, name: string, index: number | undefined): string {
    const key = `!${encodeSegment(kind)}:${encodeSegment(name)}`;
    return `${this.path}${key}[${index ?? this.count(key)}]`;
  }

  /** The place for what is asked for inside of a leaf: covered by it, so its addresses are only shown. */
  inside(leafAddress: string): ScopeState {
    return new ScopeState(leafAddress, this);
  }

  /** Takes an address; false when it was taken before: the caller gave two siblings the same index. */
  claim(address: string): boolean {
    if (this.#opened.has(address)) return false;
    this.#opened.add(address);
    return true;
  }

  /** The counters as they must be for the children that are open to be opened again under the same path. */
  snapshot(openChildren: readonly ScopeState[]): { readonly [key: string]: number } {
    const counters = Object.fromEntries(this.#counters);
    for (const { counted } of openChildren) {
      if (counted !== undefined) counters[counted] = (counters[counted] ?? 1) - 1;
    }
    return counters;
  }

  /** Puts counters back that {@link ScopeState.snapshot} gave; children that are open again by now are counted. */
  restore(counters: { readonly [key: string]: number }, openChildren: readonly ScopeState[] = []): void {
    for (const [key, count] of Object.entries(counters)) {
      this.#counters.set(key, count + openChildren.filter(({ counted }) => counted === key).length);
    }
  }
}
