/**
 * The fewest tokens of a prompt that Anthropic keeps in its cache; shorter prefixes are processed as if not marked
 * (docs.anthropic.com/en/docs/build-with-claude/prompt-caching). 1,024 where the documentation names no other number.
 */
export function cacheMinimum(model: string): number {
  return MINIMUMS.find(([pattern]) => pattern.test(model))?.[1] ?? 1024;
}

const MINIMUMS: readonly (readonly [RegExp, number])[] = [
  [/claude-opus-4-[5-7]|claude-haiku-4-5/, 4096],
  [/claude-3-5-haiku|claude-3-haiku/, 2048],
];
