import { isObject } from "../../json.ts";
import { foundWords, listWords, literalWords } from "../describe.ts";
import { nearest } from "../nearest.ts";
import type { Check } from "./check.ts";
import type { Run } from "./run.ts";
import type { Tags } from "./tags.ts";

/** A union whose alternative is chosen by one look at the tag, so that errors speak of the alternative that was meant. */
export function taggedUnion(tags: Tags, checks: readonly Check[], pointer: string, union: string): Check {
  const { key, branches, explicit } = tags;
  const keyword = explicit ? "discriminator" : union;
  const choose = (value: unknown): Check | undefined => {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    const tag = value[key];
    const index = typeof tag === "string" ? branches.get(tag) : undefined;
    return index === undefined ? undefined : checks[index];
  };
  return {
    test: (value) => choose(value)?.test(value) === true,
    report: (value, run) => {
      const chosen = choose(value);
      if (chosen === undefined) reportTag(tags, value, `${pointer}/${keyword}`, keyword, run);
      else chosen.report(value, run);
    },
    transform: checks.every((check) => check.transform === undefined)
      ? undefined
      : (value, run) => {
          const change = choose(value)?.transform;
          return change === undefined ? value : change(value, run);
        },
    expects: "an object",
  };
}

function reportTag({ key, branches }: Tags, value: unknown, schemaPointer: string, keyword: string, run: Run): void {
  const names = [...branches.keys()];
  const allowed = listWords(names.map(literalWords));
  if (!isObject(value)) {
    run.add(
      schemaPointer,
      keyword,
      `expected an object whose ${JSON.stringify(key)} is ${allowed}, found ${foundWords(value)}`,
    );
    return;
  }
  const tag = Object.hasOwn(value, key) ? value[key] : undefined;
  if (tag === undefined) {
    run.add(schemaPointer, keyword, `the key ${JSON.stringify(key)} is missing; it must be ${allowed}`);
    return;
  }
  const guess = typeof tag === "string" ? nearest(tag, names) : undefined;
  const hint = guess === undefined ? "" : `; did you mean ${JSON.stringify(guess)}?`;
  run.add(schemaPointer, keyword, `expected ${allowed}, found ${literalWords(tag)}${hint}`, key);
}
