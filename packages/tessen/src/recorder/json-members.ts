/**
 * Members of a JSON object as text, each with its comma before it. The head of an event is made of them: half as dear as
 * an object that is serialised, and it is made with every call.
 */

/** A member that is text; nothing where there is none. */
export function textMember(name: string, value: string | undefined): string {
  return value === undefined ? "" : `,"${name}":${JSON.stringify(value)}`;
}

/** A member that is a number; nothing where there is none, null for one that JSON does not have. */
export function numberMember(name: string, value: number | undefined): string {
  return value === undefined ? "" : `,"${name}":${Number.isFinite(value) ? value : null}`;
}

/** A member that is any JSON; nothing where there is none. */
export function jsonMember(name: string, value: unknown): string {
  const json = value === undefined ? undefined : JSON.stringify(value);
  return json === undefined ? "" : `,"${name}":${json}`;
}

/** All members of an object. */
export function membersOf(object: object): string {
  const json = JSON.stringify(object);
  return json === "{}" ? "" : `,${json.slice(1, -1)}`;
}
