import { isObject, type Json, ValueError } from "@tesserae/core";
import type { TestReply } from "./test-reply.ts";
import { startTestServer, type TestRequest, type TestServer } from "./test-server.ts";

/** One request and its response, as recorded. */
export interface RecordedInteraction {
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Json;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    /** Parsed JSON, or text as it was sent, or bytes as `{ "$base64": … }`. */
    readonly body: Json;
  };
}

/** HTTP traffic with a provider, as a file holds it. */
export interface Recording {
  readonly recording: string;
  readonly interactions: readonly RecordedInteraction[];
}

/** A server that answers as recorded. */
export interface RecordedServer extends TestServer {
  readonly recording: Recording;
  /** Interactions that nobody has asked for yet. */
  readonly remaining: readonly RecordedInteraction[];
  /** Requests for which the recording holds no (further) answer; they got 404. */
  readonly unexpected: readonly TestRequest[];
}

/** Options of {@link startRecordedServer}. */
export interface RecordedServerOptions {
  /** Sends every body in pieces of this many bytes: splits events and characters anywhere. */
  readonly chunkBytes?: number | undefined;
}

/** The folder with recordings, named by the environment variable `TESSERAE_RECORDINGS`; tests without it are skipped. */
export function recordingsFolder(): string | undefined {
  return process.env["TESSERAE_RECORDINGS"] || undefined;
}

/** Reads and checks a recording; `ValueError` says what is wrong with it. */
export async function readRecording(file: string): Promise<Recording> {
  const text = await process.getBuiltinModule("node:fs").promises.readFile(file, "utf8");
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new ValueError(`The recording ${file} is not JSON.`, { cause });
  }
  if (!isRecording(parsed)) {
    throw new ValueError(`The recording ${file} must be { recording, interactions: [{ request, response }] }.`);
  }
  return parsed;
}

/**
 * Serves a recording at the recorded paths. Each answer is given once; requests with the same method and path get
 * theirs in the recorded order. Host and query are not compared: a client under test has another base URL.
 */
export async function startRecordedServer(
  source: string | Recording,
  options: RecordedServerOptions = {},
): Promise<RecordedServer> {
  const recording = typeof source === "string" ? await readRecording(source) : source;
  const remaining = [...recording.interactions];
  const unexpected: TestRequest[] = [];
  const server = await startTestServer((request) => {
    const key = keyOf(request.method, new URL(request.path, "http://loopback"));
    const index = remaining.findIndex(({ request: other }) => keyOf(other.method, new URL(other.url)) === key);
    const [interaction] = index === -1 ? [] : remaining.splice(index, 1);
    if (interaction !== undefined) return replyOf(interaction, options);
    unexpected.push(request);
    const left = remaining.map(({ request: other }) => keyOf(other.method, new URL(other.url)));
    const message = `The recording ${recording.recording} has no further answer to ${key}. Left: ${left.join(", ") || "none"}.`;
    return { type: "body", status: 404, body: { error: { type: "not_recorded", message } } };
  });
  return Object.assign(server, { recording, remaining, unexpected });
}

/** Proxies and clients differ in what they escape. */
function keyOf(method: string, url: URL): string {
  return `${method.toUpperCase()} ${decodeURIComponent(url.pathname)}`;
}

function replyOf({ response }: RecordedInteraction, { chunkBytes }: RecordedServerOptions): TestReply {
  const { status, body } = response;
  const headers = Object.fromEntries(
    Object.entries(response.headers).filter(([name]) => !FRAMING_HEADERS.has(name.toLowerCase())),
  );
  return { type: "body", status, headers, body: bodyOf(body), ...(chunkBytes === undefined ? {} : { chunkBytes }) };
}

/** They describe bytes that are framed and encoded anew here. */
const FRAMING_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "transfer-encoding",
]);

function bodyOf(body: Json): string | Uint8Array {
  if (typeof body === "string") return body;
  const base64 = isObject(body) ? body["$base64"] : undefined;
  return typeof base64 === "string" ? Buffer.from(base64, "base64") : JSON.stringify(body);
}

function isRecording(value: unknown): value is Recording {
  if (!isObject(value) || typeof value["recording"] !== "string" || !Array.isArray(value["interactions"])) return false;
  return value["interactions"].every((interaction: unknown) => {
    if (!isObject(interaction) || !isObject(interaction["request"]) || !isObject(interaction["response"])) return false;
    const { method, url } = interaction["request"];
    const { status, headers } = interaction["response"];
    return typeof method === "string" && typeof url === "string" && typeof status === "number" && isObject(headers);
  });
}
