import type { Member, ScannedObject } from "./json-scanner.ts";

/** A part of a text that becomes another. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The bytes with all edits made, which are in order and do not overlap. All other bytes stay as they are. */
export function splice(bytes: Buffer, edits: readonly Edit[]): Buffer {
  if (edits.length === 0) return bytes;
  const parts: Buffer[] = [];
  let at = 0;
  for (const edit of edits) {
    parts.push(bytes.subarray(at, edit.start), Buffer.from(edit.text));
    at = edit.end;
  }
  parts.push(bytes.subarray(at));
  return Buffer.concat(parts);
}

/** Takes members out of an object, each with one comma; the text stays JSON. */
export function removals(object: ScannedObject, isRemoved: (member: Member) => boolean): Edit[] {
  const edits: Edit[] = [];
  const { members } = object;
  const firstKept = members.findIndex((member) => !isRemoved(member));
  const first = members[0];
  const last = members.at(-1);
  if (first === undefined || last === undefined) return edits;
  if (firstKept === -1) return [{ start: first.keyStart, end: last.valueEnd, text: "" }];
  if (firstKept > 0) edits.push({ start: first.keyStart, end: members[firstKept]?.keyStart ?? 0, text: "" });
  for (let index = firstKept + 1; index < members.length; index++) {
    const member = members[index];
    const before = members[index - 1];
    if (member === undefined || before === undefined || !isRemoved(member)) continue;
    edits.push({ start: before.valueEnd, end: member.valueEnd, text: "" });
  }
  return edits;
}

/** Adds a member, as JSON text such as `"n":1`, at the end of an object. */
export function insertion(object: ScannedObject, member: string): Edit {
  const last = object.members.at(-1);
  const at = last === undefined ? object.start + 1 : last.valueEnd;
  return { start: at, end: at, text: last === undefined ? member : `,${member}` };
}

/** Puts another value, as JSON text, in the place of a member's. */
export function replacement(member: Member, value: string): Edit {
  return { start: member.valueStart, end: member.valueEnd, text: value };
}
