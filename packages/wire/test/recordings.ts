import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One exchange with a provider, as recorded. */
export interface RecordedExchange {
  /** File and place in it, to find it again. */
  readonly name: string;
  readonly url: string;
  readonly request: unknown;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, or the text of a stream. */
  readonly body: unknown;
}

interface RecordingFile {
  readonly interactions: readonly {
    readonly request: { readonly url: string; readonly body: unknown };
    readonly response: {
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: unknown;
    };
  }[];
}

/** The folder with recordings of real traffic; tests that need it are skipped when the variable is unset. */
export const RECORDINGS: string | undefined = process.env["TESSERAE_RECORDINGS"];

/** Why a test was skipped, for its name. */
export const SKIPPED = "(skipped where TESSERAE_RECORDINGS is unset)";

/** Every recorded exchange whose URL, without its query, passes the test. */
export function recordedExchanges(matches: (path: string) => boolean): RecordedExchange[] {
  if (RECORDINGS === undefined) return [];
  const found: RecordedExchange[] = [];
  for (const folder of readdirSync(RECORDINGS, { withFileTypes: true })) {
    if (!folder.isDirectory()) continue;
    for (const file of readdirSync(join(RECORDINGS, folder.name)).sort()) {
      const path = join(RECORDINGS, folder.name, file);
      const recording = JSON.parse(readFileSync(path, "utf8")) as RecordingFile;
      recording.interactions.forEach(({ request, response }, place) => {
        if (!matches(request.url.split("?")[0] ?? "")) return;
        found.push({
          name: `${folder.name}/${file} #${place}`,
          url: request.url,
          request: request.body,
          status: response.status,
          headers: response.headers,
          body: response.body,
        });
      });
    }
  }
  return found;
}

/** Whether the body is a stream of server-sent events. */
export function isStream(exchange: RecordedExchange): exchange is RecordedExchange & { readonly body: string } {
  return typeof exchange.body === "string" && exchange.body.includes("data:");
}

/** The data of every event of a stream by the plainest possible means, to compare our parser with. */
export function dataOfStream(text: string): string[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice(5).trim());
}

/** The parsed events of a stream, without `[DONE]`. */
export function eventsOfStream(text: string): Record<string, unknown>[] {
  return dataOfStream(text)
    .filter((data) => data !== "[DONE]")
    .map((data) => JSON.parse(data) as Record<string, unknown>);
}
