import { getCallSites } from "node:util";

const NEAR = 12;

/**
 * Whether a function of that name has called, not many frames above. Dear, and for what is told apart by nothing else: to
 * Node a reader that leaves and a caller that aborts are the same in the end.
 */
export function isCalledBelow(name: string): boolean {
  return getCallSites(NEAR).some(({ functionName }) => functionName === name);
}
