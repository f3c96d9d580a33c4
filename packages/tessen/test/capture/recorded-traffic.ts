/** Recordings of real traffic; what needs them is skipped where `TESSERAE_RECORDINGS` is unset. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One exchange with a provider, as recorded. */
export interface RecordedExchange {
  readonly name: string;
  readonly url: string;
  readonly request: Record<string, unknown>;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** As it goes over the wire. */
  readonly text: string;
  readonly isStream: boolean;
}

/** The folder with recordings. */
export const RECORDINGS: string | undefined = process.env["TESSERAE_RECORDINGS"];

/** Why a test was skipped, for its name. */
export const SKIPPED = "(skipped where TESSERAE_RECORDINGS is unset)";

interface RecordingFile {
  readonly interactions: readonly {
    readonly request: { readonly url: string; readonly body: unknown };
    readonly response: { readonly status: number; readonly headers: Record<string, string>; readonly body: unknown };
  }[];
}

/** Every recorded exchange whose path ends so, and whose request is a JSON object. */
export function recordedExchanges(ending: string): RecordedExchange[] {
  if (RECORDINGS === undefined) return [];
  const root = RECORDINGS;
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap(({ name: folder }) =>
    readdirSync(join(root, folder))
      .sort()
      .flatMap((file) => {
        const recording = JSON.parse(readFileSync(join(root, folder, file), "utf8")) as RecordingFile;
        return recording.interactions.flatMap(({ request, response }, at): RecordedExchange[] => {
          const path = request.url.split("?")[0] ?? "";
          if (!path.endsWith(ending) || typeof request.body !== "object" || request.body === null) return [];
          const stream = typeof response.body === "string" ? response.body : undefined;
          return [
            {
              name: `${folder}/${file} #${at}`,
              url: request.url,
              request: request.body as Record<string, unknown>,
              status: response.status,
              headers: response.headers,
              text: stream ?? JSON.stringify(response.body),
              isStream: stream?.includes("data:") === true,
            },
          ];
        });
      }),
  );
}
