import { WireError } from "@tesserae/wire";
import type { RedactOptions } from "./redact-options.ts";

/** Refuses rules that would not be applied: whoever wrote them relies on them. */
export function checkRedactOptions(options: RedactOptions): void {
  for (const key of options.keys ?? []) {
    if (typeof key !== "string") throw new WireError("ERR_INVALID_ARGUMENT", "redact.keys must be a list of texts.");
  }
  for (const [name, source] of Object.entries(options.patterns ?? {})) {
    try {
      RegExp(source, "g");
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new WireError("ERR_INVALID_ARGUMENT", `redact.patterns.${name} is no regular expression: ${why}`);
    }
  }
}
