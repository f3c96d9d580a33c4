/** Of all names the few that somebody may have meant, the nearest first. */
export function nearestNames(given: string, names: readonly string[], limit: number = 3): string[] {
  const wanted = beginningOf(given);
  const farthest = Math.max(2, Math.floor(wanted.length / 3));
  return names
    .map((name) => ({ name, distance: distanceTo(wanted, beginningOf(name)) }))
    .filter(({ distance }) => distance <= farthest)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, limit)
    .map(({ name }) => name);
}

/** A sentence that asks whether one of the nearest names was meant; empty where none is near. */
export function didYouMean(given: string, names: readonly string[]): string {
  const near = nearestNames(given, names);
  return near.length === 0 ? "" : ` Did you mean ${near.map((name) => `"${name}"`).join(" or ")}?`;
}

/** Nobody means a name by more of its characters. */
function beginningOf(name: string): string {
  return name.slice(0, 64).toLowerCase();
}

function distanceTo(wanted: string, name: string): number {
  if (wanted !== "" && (name.startsWith(wanted) || wanted.startsWith(name))) return 1;
  return editDistance(wanted, name);
}

/** Letters to change, add or leave out until both are equal (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
