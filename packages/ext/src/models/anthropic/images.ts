const SIGNATURES: readonly (readonly [head: string, mediaType: string])[] = [
  ["/9j/", "image/jpeg"],
  ["iVBORw0KGgo", "image/png"],
  ["R0lGODdh", "image/gif"],
  ["R0lGODlh", "image/gif"],
];

/**
 * The media type that the first bytes of an image tell, JPEG when they tell none. What the image itself says is not
 * asked: the provider refuses an image whose type is wrong, and a `data:` URI can say anything.
 */
export function imageMediaType(data: string): string {
  const found = SIGNATURES.find(([head]) => data.startsWith(head));
  if (found !== undefined) return found[1];
  return isWebP(data) ? "image/webp" : "image/jpeg";
}

function isWebP(data: string): boolean {
  if (!data.startsWith("UklGR") || data.length < 16) return false;
  return atob(data.slice(0, 16)).slice(8) === "WEBP";
}
