import { isObject, type JsonObject } from "@tesserae/core";
import { lowerCase } from "./connection.ts";

/**
 * What the version 2023-06-01 of the API wanted to be told before it takes files by their ids; it has been let be without
 * since, and gateways that are older still ask (https://docs.anthropic.com/en/docs/build-with-claude/files).
 */
const FILES_BETA = "files-api-2025-04-14";
const HEADER = "anthropic-beta";

/** The headers of a call, with what a file by its id needs. What the caller says in the same header stays. */
export function withFilesBeta(
  body: JsonObject,
  headers: Readonly<Record<string, string>>,
  defaults: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  if (!hasFileId(body["messages"])) return headers;
  const said = headers[HEADER] ?? lowerCase(defaults ?? {})[HEADER];
  if (said === undefined) return { ...headers, [HEADER]: FILES_BETA };
  return said.includes(FILES_BETA) ? headers : { ...headers, [HEADER]: `${said},${FILES_BETA}` };
}

function hasFileId(messages: unknown): boolean {
  if (!Array.isArray(messages)) return false;
  return messages.some((message: unknown) => {
    const content = isObject(message) ? message["content"] : undefined;
    return Array.isArray(content) && content.some(isById);
  });
}

function isById(block: unknown): boolean {
  if (!isObject(block)) return false;
  const { source } = block;
  return (isObject(source) && source["type"] === "file") || block["type"] === "container_upload";
}
