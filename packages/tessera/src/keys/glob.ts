/**
 * Whether a value fits one of the globs: `*` stands for any characters, everything else for itself.
 * Absent globs allow everything, an empty list allows nothing.
 */
export function isAllowed(globs: readonly string[] | undefined, value: string): boolean {
  return globs === undefined || globs.some((glob) => globMatches(glob, value));
}

/** In linear time for each star: no backtracking over more than the last one. */
function globMatches(glob: string, value: string): boolean {
  const [first = "", ...rest] = glob.split("*");
  if (rest.length === 0) return glob === value;
  const last = rest.pop() ?? "";
  if (!value.startsWith(first) || value.length < first.length + last.length || !value.endsWith(last)) return false;
  const end = value.length - last.length;
  let at = first.length;
  for (const part of rest) {
    const found = value.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
