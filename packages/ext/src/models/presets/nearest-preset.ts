import type { ModelPreset } from "./preset.ts";
import { MODEL_PRESETS } from "./table.ts";

/** So many letters may be wrong: more would be another word. */
const FURTHEST = 3;

/** The preset whose id, or an alias of it, is nearest to a misspelt one; `undefined` when none is near. */
export function nearestPreset(id: string): ModelPreset | undefined {
  let nearest: ModelPreset | undefined;
  let least = Math.min(FURTHEST, Math.ceil(id.length / 2)) + 1;
  for (const preset of MODEL_PRESETS) {
    for (const name of [preset.id, ...(preset.aliases ?? [])]) {
      const distance = editDistance(id.toLowerCase().slice(0, 40), name);
      if (distance < least) {
        least = distance;
        nearest = preset;
      }
    }
  }
  return nearest;
}

/** Levenshtein's distance: letters to insert, delete or replace. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let at = 1; at <= a.length; at += 1) {
    const next = [at];
    for (let to = 1; to <= b.length; to += 1) {
      const replaced = (row[to - 1] ?? 0) + (a[at - 1] === b[to - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
