/** The version of this package, as its package.json has it; a test keeps them equal. */
const VERSION = "0.1.0";

/** The header `user-agent`: ours, then the caller's own. */
export function userAgent(own?: string): string {
  return own === undefined || own === "" ? `tesserae/${VERSION}` : `tesserae/${VERSION} ${own}`;
}
