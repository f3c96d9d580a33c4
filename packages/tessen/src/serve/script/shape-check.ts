import { isRawObject } from "@tesserae/wire";

/** Something wrong, and where. */
export interface ShapeIssue {
  /** JSON pointer (RFC 6901); `""` is the whole. */
  readonly pointer: string;
  readonly message: string;
}

/** Looks at a value and says what is wrong with it. */
export type Check = (check: ShapeCheck, value: unknown, pointer: string) => void;

/** Collects everything that is wrong with a value. */
export class ShapeCheck {
  readonly issues: ShapeIssue[] = [];

  say(pointer: string, message: string): void {
    this.issues.push({ pointer, message });
  }

  /** Says what was found in place of what is allowed. */
  wrong(value: unknown, pointer: string, allowed: string): void {
    this.say(pointer, `must be ${allowed}, not ${shown(value)}`);
  }

  /** An object with no other members than these, none of them needed. */
  members(value: unknown, pointer: string, members: Readonly<Record<string, Check>>): void {
    if (!isRawObject(value)) return this.wrong(value, pointer, "an object");
    for (const [name, member] of Object.entries(value)) {
      if (member === undefined) continue;
      const at = `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      if (Object.hasOwn(members, name)) members[name]?.(this, member, at);
      else this.say(at, `is not known here; known are ${Object.keys(members).join(", ")}`);
    }
  }

  each(value: unknown, pointer: string, item: Check): void {
    if (!Array.isArray(value)) return this.wrong(value, pointer, "a list");
    value.forEach((entry: unknown, index) => item(this, entry, `${pointer}/${index}`));
  }

  text(value: unknown, pointer: string): void {
    if (typeof value !== "string") this.wrong(value, pointer, "text");
  }

  nonEmptyText(value: unknown, pointer: string): void {
    if (typeof value !== "string" || value === "") this.wrong(value, pointer, "text that is not empty");
  }

  oneOf(value: unknown, pointer: string, words: readonly string[]): void {
    if (typeof value !== "string" || !words.includes(value))
      this.wrong(value, pointer, `one of ${words.map((word) => JSON.stringify(word)).join(", ")}`);
  }

  number(
    value: unknown,
    pointer: string,
    { least, most = Number.MAX_SAFE_INTEGER, whole = false }: { least: number; most?: number; whole?: boolean },
  ): void {
    const isFit = typeof value === "number" && value >= least && value <= most;
    if (isFit && (!whole || Number.isSafeInteger(value))) return;
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    this.wrong(value, pointer, `a ${whole ? "whole " : ""}number ${range}`);
  }
}

function shown(value: unknown): string {
  if (typeof value === "function") return "a function";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
