import { hash } from "node:crypto";
import { MerkleTree } from "../merkle-tree.ts";

/**
 * The path from a leaf to the root of a Merkle tree (RFC 6962, 2.1.1): the roots of the subtrees beside it, the nearest
 * first, in hex. `rowHashes` are the leaves as `MerkleTree` takes them; `index` counts from 0.
 */
export function merklePath(rowHashes: readonly string[], index: number): readonly string[] {
  const size = rowHashes.length;
  if (size <= 1) return [];
  let split = 1;
  while (split * 2 < size) split *= 2;
  const [left, right] = [rowHashes.slice(0, split), rowHashes.slice(split)];
  if (index < split) return [...merklePath(left, index), rootOf(right)];
  return [...merklePath(right, index - split), rootOf(left)];
}

/**
 * The root that a leaf has by its path in a tree of so many leaves (RFC 9162, 2.1.3.2); `undefined` when no such tree has a
 * path of this length there.
 */
export function rootByPath(rowHash: string, index: number, size: number, path: readonly string[]): string | undefined {
  if (!(index >= 0 && index < size)) return undefined;
  let [node, last] = [index, size - 1];
  let root = sha256(`00${rowHash}`);
  for (const other of path) {
    if (last === 0) return undefined;
    if (node % 2 === 1 || node === last) {
      root = sha256(`01${other}${root}`);
      // The last subtree may be smaller than the others: it goes up without a neighbour.
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      root = sha256(`01${root}${other}`);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 ? root : undefined;
}

function half(value: number): number {
  return Math.floor(value / 2);
}

function rootOf(rowHashes: readonly string[]): string {
  const tree = new MerkleTree();
  for (const rowHash of rowHashes) tree.add(rowHash);
  return tree.root();
}

function sha256(hex: string): string {
  return hash("sha256", Buffer.from(hex, "hex"), "hex");
}
