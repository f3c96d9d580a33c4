/** True for an object that is neither null nor an array. */
export function isRawObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
