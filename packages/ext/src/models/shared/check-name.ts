import { ValueError } from "@tesserae/core";

const NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/** Gives a name back that providers accept: 1 to 64 letters, digits, `_` and `-`; `ValueError` for any other. */
export function checkName(name: string, what: string): string {
  if (NAME.test(name)) return name;
  throw new ValueError(
    `The ${what} "${name}" is not valid: it must be 1 to 64 characters long and hold only letters, digits, '_' and '-'.`,
  );
}
