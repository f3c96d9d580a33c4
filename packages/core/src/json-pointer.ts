/** One step into a value: a key of an object or an index of an array. */
export type PathSegment = string | number;

/** Writes one path segment as an RFC 6901 token, with its slash: `a/b` becomes `/a~1b`. */
export function pointerToken(segment: PathSegment): string {
  if (typeof segment === "number") return `/${segment}`;
  return `/${segment.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** Writes a path as an RFC 6901 JSON Pointer; the empty path, the whole value, is the empty string. */
export function jsonPointer(path: readonly PathSegment[]): string {
  let pointer = "";
  for (const segment of path) pointer += pointerToken(segment);
  return pointer;
}

/** Reads an RFC 6901 JSON Pointer; undefined when it does not begin with a slash or has a stray `~`. */
export function parseJsonPointer(pointer: string): readonly string[] | undefined {
  if (pointer === "") return [];
  if (!pointer.startsWith("/") || /~(?![01])/.test(pointer)) return undefined;
  return pointer
    .slice(1)
    .split("/")
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}
