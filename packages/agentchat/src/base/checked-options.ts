import { ValueError, isObject } from "@tesserae/core";

/** The options themselves; a clear error where a program without types gives none. `needs` names what must be in them. */
export function checkedOptions<T extends object>(options: T, className: string, needs: string): T {
  const given: unknown = options;
  if (!isObject(given)) {
    throw new ValueError(`${className} takes an object with its options, at least { ${needs} }.`);
  }
  const missing = needs.split(", ").filter((name) => given[name] === undefined);
  if (missing.length === 0) return options;
  throw new ValueError(`${className} needs the option ${missing.join(" and the option ")}.`);
}
