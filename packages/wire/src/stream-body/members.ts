import { isRawObject, listOf, type RawObject } from "../json.ts";

/** The members of an object that grows event by event. A map, since a name may be `__proto__`. */
export type Members = Map<string, unknown>;

/** Takes what an event says of each member but those named: the last word holds, but for nothing and for `{}`. */
export function takeMembers(members: Members, source: RawObject, except: ReadonlySet<string>): void {
  for (const [name, value] of Object.entries(source)) {
    if (!except.has(name) && (!members.has(name) || !isNothing(value))) members.set(name, value);
  }
}

/** Adds a piece of text; `null` only says that the member is there. */
export function growText(members: Members, name: string, piece: unknown): void {
  const before = members.get(name);
  if (typeof piece === "string" && typeof before === "string") members.set(name, before + piece);
  else if (!members.has(name) || (piece !== null && piece !== undefined)) members.set(name, piece);
}

/** What two objects of lists are together: their lists one after the other, the last word of all else. */
export function joinLists(before: unknown, after: unknown): unknown {
  if (!isRawObject(after)) return before ?? after;
  if (!isRawObject(before)) return after;
  const joined: Members = new Map(Object.entries(before));
  for (const [name, value] of Object.entries(after)) {
    const list = joined.get(name);
    if (Array.isArray(list) && Array.isArray(value)) joined.set(name, [...listOf(list), ...listOf(value)]);
    else if (!isNothing(value) || !joined.has(name)) joined.set(name, value);
  }
  return Object.fromEntries(joined);
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || (isRawObject(value) && Object.keys(value).length === 0);
}
