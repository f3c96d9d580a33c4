import {
  MASKED_SECRET,
  ValueError,
  isObject,
  isTesseraeError,
  type ComponentIssue,
  type JsonObject,
} from "@tesserae/core";
import {
  SseServerParams,
  StdioServerParams,
  StreamableHttpServerParams,
  type McpServerParams,
} from "./server-params.ts";

const NULLABLE_TEXT = { anyOf: [{ type: "string" }, { type: "null" }] };
const NULLABLE_OBJECT = { anyOf: [{ type: "object" }, { type: "null" }] };

/** The JSON Schema of the parameters in a component file. */
export const SERVER_PARAMS_SCHEMA: JsonObject = {
  type: "object",
  properties: {
    type: { enum: ["StdioServerParams", "SseServerParams", "StreamableHttpServerParams"] },
    command: { type: "string" },
    args: { type: "array", items: { type: "string" } },
    env: NULLABLE_OBJECT,
    cwd: NULLABLE_TEXT,
    encoding: { type: "string" },
    encoding_error_handler: { enum: ["strict", "ignore", "replace"] },
    read_timeout_seconds: { type: "number" },
    url: { type: "string" },
    headers: NULLABLE_OBJECT,
    timeout: { type: "number" },
    sse_read_timeout: { type: "number" },
    terminate_on_close: { type: "boolean" },
  },
  required: ["type"],
};

/** The parameters as AutoGen writes them. The values of headers and variables are masked unless secrets are asked for. */
export function serverParamsToJson(params: McpServerParams, includeSecrets: boolean): JsonObject {
  if (params.type === "StdioServerParams") {
    return {
      type: params.type,
      command: params.command,
      args: params.args.slice(),
      ...(params.env === undefined ? {} : { env: maskedUnless(includeSecrets, params.env) }),
      ...(params.cwd === undefined ? {} : { cwd: params.cwd }),
      encoding: params.encoding,
      encoding_error_handler: params.encodingErrorHandler,
      read_timeout_seconds: params.readTimeoutSeconds,
    };
  }
  return {
    type: params.type,
    url: params.url,
    ...(params.headers === undefined ? {} : { headers: maskedUnless(includeSecrets, params.headers) }),
    timeout: params.timeout,
    sse_read_timeout: params.sseReadTimeout,
    ...(params.type === "StreamableHttpServerParams" ? { terminate_on_close: params.terminateOnClose } : {}),
  };
}

/**
 * Reads the parameters of a component file.
 *
 * @throws ValueError with the place in front.
 */
export function serverParamsFromJson(json: JsonObject): McpServerParams {
  // What each value must be is checked where parameters are made.
  const given = Object.fromEntries(
    Object.entries(json)
      .filter(([key, value]) => value !== null && key !== "type")
      .map(([key, value]) => [camelCase(key), value]),
  ) as never;
  try {
    if (json["type"] === "StdioServerParams") return StdioServerParams(given);
    return json["type"] === "SseServerParams" ? SseServerParams(given) : StreamableHttpServerParams(given);
  } catch (error) {
    if (isTesseraeError(error)) throw new ValueError(`/server_params${error.message}`, { cause: error });
    throw error;
  }
}

/** The masked headers and variables of a config: nobody's secret is sent as asterisks. */
export function maskedServerSecrets(config: JsonObject): readonly ComponentIssue[] {
  const params = config["server_params"];
  if (!isObject(params)) return [];
  return ["env", "headers"].flatMap((key) => {
    const values = params[key];
    return Object.entries(isObject(values) ? values : {})
      .filter(([, value]) => value === MASKED_SECRET)
      .map(([name]) => ({
        pointer: `/server_params/${key}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`,
        message:
          `the secret is masked (${MASKED_SECRET}). Put the real value there, or "$env:NAME" to read it from the ` +
          "environment, or leave the key out",
      }));
  });
}

function maskedUnless(includeSecrets: boolean, values: { readonly [name: string]: string }): JsonObject {
  if (includeSecrets) return { ...values };
  return Object.fromEntries(Object.keys(values).map((name) => [name, MASKED_SECRET]));
}

function camelCase(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
