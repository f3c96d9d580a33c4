import { hash } from "node:crypto";

const LEAF = 0x00;
const NODE = 0x01;
const HASH_BYTES = 32;

/**
 * A Merkle tree as RFC 6962 (2.1) defines it, over hashes of rows, which grows leaf by leaf and keeps only the roots of
 * its complete subtrees.
 */
export class MerkleTree {
  /** Roots of complete subtrees in hex, from the largest on the left to the smallest. */
  readonly #roots: string[] = [];
  readonly #leaf = Buffer.alloc(1 + HASH_BYTES, LEAF);
  readonly #node = Buffer.alloc(1 + 2 * HASH_BYTES, NODE);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds the hash of a row, in hex. */
  add(rowHash: string): void {
    this.#leaf.write(rowHash, 1, "hex");
    let root: string = hash("sha256", this.#leaf, "hex");
    // Each 1 at the end of the size is a complete subtree as large as the one that was just made.
    for (let rest = this.#size; (rest & 1) === 1; rest >>>= 1) {
      const left = this.#roots.pop();
      if (left !== undefined) root = this.#join(left, root);
    }
    this.#roots.push(root);
    this.#size += 1;
  }

  /** The root over all leaves, in hex; that of no leaves is the hash of nothing. */
  root(): string {
    let root = this.#roots.at(-1);
    if (root === undefined) return hash("sha256", "", "hex");
    for (let at = this.#roots.length - 2; at >= 0; at -= 1) {
      const left = this.#roots[at];
      if (left !== undefined) root = this.#join(left, root);
    }
    return root;
  }

  clear(): void {
    this.#roots.length = 0;
    this.#size = 0;
  }

  #join(left: string, right: string): string {
    this.#node.write(left, 1, "hex");
    this.#node.write(right, 1 + HASH_BYTES, "hex");
    return hash("sha256", this.#node, "hex");
  }
}
