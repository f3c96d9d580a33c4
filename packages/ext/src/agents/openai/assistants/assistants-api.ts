import { isObject, type CreateOptions, type JsonObject } from "@tesserae/core";
import { malformedError } from "@tesserae/wire/errors";
import { ModelClientError } from "../../../models/model-client-error.ts";
import { joinUrl } from "../../../models/shared/secret-url.ts";
import type { OpenAIConnection } from "../connection/openai-client.ts";
import { multipart } from "./multipart.ts";

/** What a request may have. */
export interface AssistantsRequest {
  readonly body?: JsonObject | undefined;
  /** A file to be uploaded, in place of a body. */
  readonly file?: { readonly name: string; readonly bytes: Uint8Array } | undefined;
  /** The effect that the request is made in, and its signal. */
  readonly options?: CreateOptions | undefined;
}

const VERSION = { "openai-beta": "assistants=v2" };

/** Requests of the Assistants API and of what belongs to it: files and vector stores. */
export class AssistantsApi {
  readonly connection: OpenAIConnection;

  constructor(connection: OpenAIConnection) {
    this.connection = connection;
  }

  get(path: string, options?: CreateOptions): Promise<JsonObject> {
    return this.request("GET", path, { options });
  }

  post(path: string, body: JsonObject, options?: CreateOptions): Promise<JsonObject> {
    return this.request("POST", path, { body, options });
  }

  delete(path: string, options?: CreateOptions): Promise<JsonObject> {
    return this.request("DELETE", path, { options });
  }

  /** All entries of a list, page by page. */
  async list(path: string, options?: CreateOptions): Promise<readonly JsonObject[]> {
    const entries: JsonObject[] = [];
    let after = "";
    for (;;) {
      const page = await this.get(`${path}?${after}limit=100&order=asc`, options);
      const data = dataOf(page);
      entries.push(...data);
      const last = data.at(-1);
      if (page["has_more"] !== true || last === undefined) return entries;
      after = `after=${encodeURIComponent(idOf(last))}&`;
    }
  }

  /** Sends a request. @throws ModelClientError for what the service refuses, after all tries. */
  async request(method: string, path: string, { body, file, options = {} }: AssistantsRequest): Promise<JsonObject> {
    const { service, endpoint } = this.connection;
    const form = file === undefined ? undefined : multipart({ purpose: "assistants" }, file);
    const headers = { ...(await service.headers()), ...VERSION, ...form?.headers };
    const request = {
      method,
      url: joinUrl(service.url, path),
      headers,
      body: form?.body ?? (body === undefined ? undefined : JSON.stringify(body)),
    };
    const text = await endpoint.post(request, options, (response) => response.text());
    const json = parsed(text);
    if (json !== undefined) return json;
    const error = malformedError(`it is no JSON object but ${JSON.stringify(text.slice(0, 80))}`);
    throw new ModelClientError(error, endpoint.context);
  }
}

/** The entries of a page. */
export function dataOf({ data }: JsonObject): readonly JsonObject[] {
  const list: readonly unknown[] = Array.isArray(data) ? data : [];
  return list.filter((entry): entry is JsonObject => isObject(entry));
}

/** The id of whatever the service has; `""` where it has none. */
export function idOf({ id }: JsonObject): string {
  return typeof id === "string" ? id : "";
}

/** A text as it is, and everything else as JSON: for errors. */
export function wordOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

function parsed(text: string): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) ? (json as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
