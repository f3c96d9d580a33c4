import type { JsonScanner, Member, ScannedObject } from "../json/json-scanner.ts";

/** Nobody looks at more characters of a text. */
const LOOKED_AT = 1024;
/** So many bytes are surely so many characters, whatever they are and however they are written. */
const LONGEST_TEXT = 6 * LOOKED_AT;
/** Characters that a text holds as they are. */
const PLAIN = /^[\u0020-\u005b\u005d-\u007e]*$/;
const INSTRUCTIONS: ReadonlySet<unknown> = new Set(["system", "developer"]);

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * The part of a request's body that tells one agent from another, as `JSON.parse` would give it: `system`, `instructions`,
 * `tools`, and of `messages` and `input` those messages that instructions or, without any, a first text are looked for in. A
 * prompt is not parsed for it, and its texts may be cut. Throws where the text is no JSON.
 */
export function outlineOf(scanner: JsonScanner, body: Buffer, { members }: ScannedObject): Record<string, unknown> {
  const outline: Record<string, unknown> = {};
  for (const member of members) {
    switch (member.name) {
      case "system":
      case "instructions":
        outline[member.name] = cutText(body, member);
        break;
      case "messages":
      case "input":
        outline[member.name] = messagesOf(scanner, body, member);
        break;
      case "tools":
        outline["tools"] = parsed(body, member);
        break;
    }
  }
  return outline;
}

/** A list's messages up to the first with instructions; what is no list of objects is parsed, or is a text. */
function messagesOf(scanner: JsonScanner, body: Buffer, list: Member): unknown {
  if (body[list.valueStart] !== OPEN_BRACKET) return cutText(body, list);
  const messages: unknown[] = [];
  const seen = { user: false, text: false };
  let at = nextValue(body, list.valueStart + 1);
  while (at < list.valueEnd && body[at] !== CLOSE_BRACKET) {
    const object = body[at] === OPEN_BRACE ? scanner.scanInside(body, at) : undefined;
    if (object === undefined) return parsed(body, list);
    const role = valueOf(body, object, "role");
    if (INSTRUCTIONS.has(role)) {
      messages.push({ role, content: valueOf(body, object, "content") });
      return messages;
    }
    const isUser = role === "user" && !seen.user;
    const text = seen.text ? undefined : valueOf(body, object, "text");
    if (isUser || typeof text === "string") {
      messages.push({ role, text, content: valueOf(body, object, "content") });
      seen.user ||= isUser;
      seen.text ||= typeof text === "string";
    }
    at = nextValue(body, object.end);
  }
  return messages;
}

function valueOf(body: Buffer, object: ScannedObject, name: string): unknown {
  const member = object.members.findLast((one) => one.name === name);
  return member === undefined ? undefined : cutText(body, member);
}

/** A text, cut where it is long; any other value whole. */
function cutText(body: Buffer, member: Member): unknown {
  const { valueStart, valueEnd } = member;
  const length = valueEnd - valueStart - 2;
  if (body[valueStart] !== QUOTE || length <= LOOKED_AT) return parsed(body, member);
  const start = body.toString("latin1", valueStart + 1, valueStart + 1 + LOOKED_AT);
  if (PLAIN.test(start)) return start;
  if (length <= LONGEST_TEXT) return parsed(body, member);
  const text = body.toString("utf8", valueStart, valueStart + 1 + LONGEST_TEXT);
  return JSON.parse(`${withoutHalfEscape(text)}"`);
}

/** An escape is six characters at most; one that was cut in the middle is left out. */
function withoutHalfEscape(text: string): string {
  const escape = text.lastIndexOf("\\");
  if (escape < text.length - 6) return text;
  let first = escape;
  while (text[first - 1] === "\\") first -= 1;
  // Of an even number of backslashes each second one is escaped by the one before it.
  return (escape - first) % 2 === 1 ? text : text.slice(0, escape);
}

function nextValue(body: Buffer, from: number): number {
  let at = from;
  for (;;) {
    const byte = body[at];
    if (byte !== COMMA && byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
    at += 1;
  }
}

function parsed(body: Buffer, { valueStart, valueEnd }: Member): unknown {
  return JSON.parse(body.toString("utf8", valueStart, valueEnd));
}
