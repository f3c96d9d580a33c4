import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { isRawObject, WireError, type RawObject } from "@tesserae/wire";

/** One exchange of HTTP traffic, as recorded. */
export interface RecordedExchange {
  /** File and place in it: `openai/one.json #2`. */
  readonly name: string;
  readonly method: string;
  /** Without host and query. */
  readonly path: string;
  /** Parsed JSON, or text, or bytes as `{ "$base64": … }`. */
  readonly request: unknown;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** As `request`. */
  readonly response: unknown;
}

/** Reads the recordings in a folder and the folders below, or in one file. Throws `ERR_INVALID_ARGUMENT`. */
export function readRecordings(path: string): readonly RecordedExchange[] {
  let files: readonly string[];
  try {
    files = statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, encoding: "utf8" })
          .filter((name) => name.endsWith(".json"))
          .sort()
          .map((name) => join(path, name))
      : [path];
  } catch (error) {
    throw invalid(`The recordings ${path} cannot be read: ${messageOf(error)}`);
  }
  const exchanges = files.flatMap((file) => readFile(file, file === path ? file : relative(path, file)));
  if (exchanges.length === 0) throw invalid(`There are no recordings in ${path}.`);
  return exchanges;
}

function readFile(file: string, name: string): readonly RecordedExchange[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw invalid(`The recording ${file} cannot be read: ${messageOf(error)}`);
  }
  const interactions = isRawObject(parsed) ? parsed["interactions"] : undefined;
  if (!Array.isArray(interactions)) throw invalid(`The recording ${file} has no list "interactions".`);
  return interactions.map((interaction: unknown, place) => {
    const exchange = readExchange(interaction, `${name.replaceAll("\\", "/")} #${place}`);
    if (exchange !== undefined) return exchange;
    throw invalid(
      `The recording ${file} at /interactions/${place} must be ` +
        "{ request: { method, url, body }, response: { status, headers, body } }.",
    );
  });
}

function readExchange(interaction: unknown, name: string): RecordedExchange | undefined {
  const { request, response } = objectOf(interaction);
  const { method, url, body } = objectOf(request);
  const { status, headers, body: answer } = objectOf(response);
  if (typeof method !== "string" || typeof url !== "string" || typeof status !== "number") return undefined;
  return {
    name,
    method: method.toUpperCase(),
    path: pathOf(url),
    request: body,
    status,
    headers: textsOf(headers),
    response: answer,
  };
}

function pathOf(url: string): string {
  return (url.replace(/^[a-z]+:\/\/[^/?#]*/i, "").split(/[?#]/, 1)[0] ?? "") || "/";
}

function textsOf(headers: unknown): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(objectOf(headers))) {
    if (typeof value === "string") texts[name.toLowerCase()] = value;
  }
  return texts;
}

function objectOf(value: unknown): RawObject {
  return isRawObject(value) ? value : {};
}

function invalid(message: string): WireError {
  return new WireError("ERR_INVALID_ARGUMENT", message);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
