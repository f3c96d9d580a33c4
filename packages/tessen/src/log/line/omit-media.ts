import { stringsInJson, type StringInJson } from "./strings-in-json.ts";
import { omittedOf, truncationOf, type Capped, type Truncation } from "./truncation.ts";

/** Media with fewer characters stay. */
export const MEDIA_MIN_LENGTH = 8192;

const DATA_URL = /^data:(?<type>[^;,]{0,200})(?:;[^;,]{0,200}){0,8},/;
const BASE64 = /^[\w+/-]+={0,2}$/;
const TYPE_NAMES = ["media_type", "mimeType", "mime_type", "format"];
/** Members that hold media in the providers' formats, where no type is beside them. */
const MEDIA_NAMES = new Set(["data", "b64_json", "file_data", "image", "images", "audio", "bytes"]);

/** Leaves media out of JSON text: base64 and `data:` URLs; `undefined` where there are none. */
export function omitMedia(json: string, pointer: string): Capped | undefined {
  if (!hasLongString(json)) return undefined;
  const value: unknown = JSON.parse(json);
  const cuts: Truncation[] = [];
  for (const place of stringsInJson(value, MEDIA_MIN_LENGTH, pointer)) {
    const media = mediaOf(place);
    if (media === undefined) continue;
    const cut = truncationOf(place.pointer, media.bytes);
    cuts.push(cut);
    place.replace(omittedOf(cut, media.type));
  }
  return cuts.length === 0 ? undefined : { json: JSON.stringify(value), cuts };
}

/** Whether there are so many characters without a quote among them. Looks at one place in as many characters. */
function hasLongString(json: string): boolean {
  for (let quote = json.indexOf('"'); quote !== -1 && quote + MEDIA_MIN_LENGTH < json.length;) {
    const next = json.lastIndexOf('"', quote + MEDIA_MIN_LENGTH);
    if (next === quote) return true;
    quote = next;
  }
  return false;
}

function mediaOf({ text, name, siblings }: StringInJson): { bytes: Uint8Array; type?: string } | undefined {
  const url = DATA_URL.exec(text);
  if (url !== null) {
    const content = text.slice(url[0].length);
    const bytes = Buffer.from(content, url[0].endsWith(";base64,") ? "base64" : "utf8");
    const type = url.groups?.["type"];
    return type === undefined || type === "" ? { bytes } : { bytes, type };
  }
  const type = TYPE_NAMES.map((member) => siblings[member]).find((found) => typeof found === "string");
  if (type === undefined && !MEDIA_NAMES.has(name)) return undefined;
  if (!BASE64.test(text.replace(/[\r\n]/g, ""))) return undefined;
  const bytes = Buffer.from(text, "base64");
  return typeof type === "string" ? { bytes, type } : { bytes };
}
