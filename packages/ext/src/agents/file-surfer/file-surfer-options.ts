import {
  UnboundedChatCompletionContext,
  ValueError,
  isObject,
  type ChatCompletionClient,
  type ChatCompletionContext,
  type ToolPolicy,
} from "@tesserae/core";
import type { ModelClientLike } from "@tesserae/agentchat";
import { toolCallingModel } from "../../models/tool-calling-model.ts";

const DEFAULT_DESCRIPTION =
  "Reads files and folders of this machine: opens them, turns their pages, and searches in them.";

/** What makes a `FileSurfer`. */
export interface FileSurferOptions {
  readonly name: string;
  /** A model that calls tools. */
  readonly modelClient: ModelClientLike;
  readonly description?: string | undefined;
  /** The folder whose files may be read; nothing outside of it is. Default: the current folder. */
  readonly basePath?: string | undefined;
  /** Bytes that a file may have. Default 20,000,000. */
  readonly maxFileBytes?: number | undefined;
  /** What is remembered of the conversation. Default: everything. */
  readonly modelContext?: ChatCompletionContext | undefined;
  /** Decides about the calls of tools, after the policy of the run. */
  readonly toolPolicy?: ToolPolicy | undefined;
}

/** The options of a file surfer, checked and completed. */
export interface FileSurferSettings {
  /** The options as they were given. */
  readonly given: FileSurferOptions;
  readonly name: string;
  readonly modelClient: ChatCompletionClient;
  readonly description: string;
  readonly basePath: string;
  readonly maxFileBytes: number;
  readonly modelContext: ChatCompletionContext;
  readonly toolPolicy: ToolPolicy | undefined;
}

/** Checks the options and completes them. */
export function fileSurferSettings(options: FileSurferOptions): FileSurferSettings {
  const given: unknown = options;
  if (!isObject(given) || given["name"] === undefined || given["modelClient"] === undefined) {
    throw new ValueError("FileSurfer takes an object with its options, at least { name, modelClient }.");
  }
  const modelClient = toolCallingModel(options.modelClient, "FileSurfer");
  const maxFileBytes = options.maxFileBytes ?? 20_000_000;
  if (!Number.isInteger(maxFileBytes) || maxFileBytes < 1) {
    throw new ValueError(`maxFileBytes must be a whole number above 0, got ${maxFileBytes}.`);
  }
  return {
    given: options,
    name: options.name,
    modelClient,
    description: options.description ?? DEFAULT_DESCRIPTION,
    basePath: options.basePath ?? process.cwd(),
    maxFileBytes,
    modelContext: options.modelContext ?? new UnboundedChatCompletionContext(),
    toolPolicy: options.toolPolicy,
  };
}
