import { parseDollars } from "@tesserae/wire/cost";
import { type Cap, CAP_MODES, CAP_SCOPES, CAP_WINDOWS, type CapScope } from "../caps/cap.ts";
import type { FieldReader } from "./field-reader.ts";

/** Caps of any scope: `{ scope, subject, window, usd or tokens, mode }`. */
export function readCaps(readers: readonly FieldReader[]): readonly Cap[] {
  return readers.flatMap((reader) => {
    const scope = reader.oneOf<CapScope, "global">("scope", "global", CAP_SCOPES);
    const subject = reader.text("subject", undefined);
    if ((scope === "global") !== (subject === undefined)) {
      const rule =
        scope === "global"
          ? "has no place in a cap for all (scope global)"
          : `is missing: a name, or * for each ${scope}`;
      reader.fail(rule, "subject");
    }
    return readCap(reader, scope, subject ?? "");
  });
}

/** Caps of one workload: `{ window, usd or tokens, mode }`. */
export function readWorkloadCaps(readers: readonly FieldReader[], workload: string): readonly Cap[] {
  return readers.flatMap((reader) => readCap(reader, "workload", workload));
}

function readCap(reader: FieldReader, scope: CapScope, subject: string): readonly Cap[] {
  const window = reader.oneOf("window", undefined, CAP_WINDOWS);
  const usd = reader.custom("usd", "an amount of dollars, such as 5 or 0.25", picoDollars);
  const tokens = reader.whole("tokens", undefined);
  const mode = reader.oneOf("mode", "block", CAP_MODES);
  if (!reader.has("window")) reader.fail("is missing: day, week or month", "window");
  if (reader.has("usd") === reader.has("tokens")) reader.fail("needs a limit: usd or tokens, one of them");
  reader.end();
  if (window === undefined) return [];
  if (usd !== undefined) return [{ scope, subject, window, unit: "usd", limit: usd, mode }];
  if (tokens !== undefined) return [{ scope, subject, window, unit: "tokens", limit: BigInt(tokens), mode }];
  return [];
}

function picoDollars(value: unknown): bigint | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  try {
    return BigInt(parseDollars(value));
  } catch {
    return undefined;
  }
}
