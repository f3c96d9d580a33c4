/**
 * A function name as every provider accepts it: other characters than letters, digits, `_` and `-` become `_`,
 * and it is cut at 64 characters.
 */
export function normalizeToolName(name: string): string {
  return name.replace(/[^a-zA-Z0-9_-]/g, "_").slice(0, 64);
}
