import { cutStrings } from "./cut-strings.ts";
import { MEDIA_MIN_LENGTH, omitMedia } from "./omit-media.ts";
import { isRawObject } from "./raw-object.ts";
import { omittedOf, omitWhole, truncationOf, type Capped, type Truncation } from "./truncation.ts";

/** How large a line may become, in bytes. */
export interface LineCaps {
  readonly maxBodyBytes: number;
  readonly maxEventBytes: number;
}

/** A part of a line: the head, which has no name, or a body. */
export interface LinePart {
  readonly name: string;
  readonly json: string;
}

/** A copy of the response is left out above this. */
const CAST_MAX_BYTES = 256 * 1024;

/** False when a line with so many characters is too short for any cap. */
export function needsCaps(length: number, caps: LineCaps): boolean {
  return length >= Math.min(MEDIA_MIN_LENGTH, caps.maxBodyBytes / 3, caps.maxEventBytes / 3);
}

/**
 * Applies the caps in their order: media are left out, then secrets are taken out by `redact`, then long strings are cut
 * (never a secret in its middle, which no rule would find again), then bodies are left out, the largest first.
 */
export function capParts(
  parts: readonly LinePart[],
  caps: LineCaps,
  redact: (json: string) => string,
): { readonly parts: readonly LinePart[]; readonly cuts: readonly Truncation[] } {
  const cuts: Truncation[] = [];
  const capped = parts.map((part) => {
    const { json, cuts: found } = cappedOrOmitted(part, caps, redact);
    cuts.push(...found);
    return { name: part.name, json };
  });
  const sizes = capped.map(({ json }) => Buffer.byteLength(json));
  let excess = sizes.reduce((sum, size) => sum + size, 0) - caps.maxEventBytes;
  while (excess > 0) {
    const largest = sizes.indexOf(Math.max(...sizes.slice(1)), 1);
    const part = capped[largest];
    if (part === undefined || sizes[largest] === 0) break;
    const whole = omitWhole(`/${part.name}`, part.json);
    excess -= (sizes[largest] ?? 0) - whole.json.length;
    sizes[largest] = 0;
    capped[largest] = { name: part.name, json: whole.json };
    cuts.push(...whole.cuts);
  }
  return { parts: capped, cuts };
}

/** What cannot be looked through (nested too deeply, no JSON after all) is left out: it could hide a secret. */
function cappedOrOmitted(part: LinePart, caps: LineCaps, redact: (json: string) => string): Capped {
  try {
    return capPart(part, caps, redact);
  } catch (error) {
    if (part.name === "") throw error;
    return omitWhole(`/${part.name}`, part.json);
  }
}

function capPart({ name, json }: LinePart, caps: LineCaps, redact: (json: string) => string): Capped {
  const pointer = name === "" ? "" : `/${name}`;
  if (name === "casted_response" && Buffer.byteLength(json) > CAST_MAX_BYTES) return omitWhole(pointer, redact(json));
  const media = omitMedia(json, pointer);
  const clean = redact(media?.json ?? json);
  const cuts = media?.cuts ?? [];
  if (clean.length * 3 <= caps.maxBodyBytes || Buffer.byteLength(clean) <= caps.maxBodyBytes)
    return { json: clean, cuts };
  const short = name === "" ? cutHead(clean, caps.maxBodyBytes) : cutStrings(clean, pointer, caps.maxBodyBytes);
  return { json: short.json, cuts: [...cuts, ...short.cuts] };
}

/** A head cannot be left out as a whole: its largest members are. */
function cutHead(json: string, maxBytes: number): Capped {
  const cut = cutStrings(json, "", maxBytes);
  const whole = cut.cuts.some(({ pointer }) => pointer === "");
  const members: unknown = JSON.parse(json);
  if (!whole || !isRawObject(members)) return cut;
  const cuts: Truncation[] = [];
  const texts = Object.entries(members).map(([name, value]) => ({ name, text: JSON.stringify(value) }));
  texts.sort((first, second) => second.text.length - first.text.length);
  let excess = Buffer.byteLength(json) - maxBytes;
  for (const { name, text } of texts) {
    if (excess <= 0) break;
    const member = truncationOf(`/${name}`, text);
    members[name] = omittedOf(member);
    excess -= member.bytes;
    cuts.push(member);
  }
  return { json: JSON.stringify(members), cuts };
}
