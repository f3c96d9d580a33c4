import { isObject, plainContext, RuntimeError, ValueError, type CreateOptions } from "@tesserae/core";
import { ModelClientError } from "../../../models/model-client-error.ts";
import { idOf, wordOf, type AssistantsApi } from "./assistants-api.ts";
import type { AssistantThread } from "./assistant-thread.ts";

/** Milliseconds between two looks at files that are being embedded. */
const POLL_MS = 1000;

/** The files and the vector store that an agent has put at the service. */
export class Uploads {
  readonly #api: AssistantsApi;
  readonly #thread: AssistantThread;
  /** Set by who loads a state. */
  vectorStoreId: string | undefined;
  fileIds: readonly string[] = [];

  constructor(api: AssistantsApi, thread: AssistantThread) {
    this.#api = api;
    this.#thread = thread;
  }

  /** Uploads files for the code interpreter: they are put into the thread. */
  async forCodeInterpreter(paths: readonly string[], options: CreateOptions): Promise<void> {
    const { threadId } = await this.#thread.open(plainContext({ signal: options.signal }));
    const ids = await this.#upload(paths, options);
    const { tool_resources: given } = await this.#api.get(`/threads/${threadId}`, options);
    const resources = isObject(given) ? given : {};
    const interpreter = isObject(resources["code_interpreter"]) ? resources["code_interpreter"] : {};
    const before: readonly unknown[] = Array.isArray(interpreter["file_ids"]) ? interpreter["file_ids"] : [];
    const files = [...before.filter((id) => typeof id === "string"), ...ids];
    const { file_search: search = null } = resources;
    const body = { tool_resources: { code_interpreter: { file_ids: files }, file_search: search } };
    await this.#api.post(`/threads/${threadId}`, body, options);
  }

  /** Uploads files to be searched: into a vector store, which is made with the first one. */
  async forFileSearch(paths: readonly string[], options: CreateOptions): Promise<void> {
    const { assistantId } = await this.#thread.open(plainContext({ signal: options.signal }));
    if (this.vectorStoreId === undefined) {
      const id = idOf(await this.#api.post("/vector_stores", {}, options));
      this.vectorStoreId = id;
      const body = { tool_resources: { file_search: { vector_store_ids: [id] } } };
      await this.#api.post(`/assistants/${assistantId}`, body, options);
    }
    const ids = await this.#upload(paths, options);
    const batches = `/vector_stores/${this.vectorStoreId}/file_batches`;
    const batch = idOf(await this.#api.post(batches, { file_ids: ids }, options));
    for (;;) {
      const { status } = await this.#api.get(`${batches}/${batch}`, options);
      if (status === "completed") return;
      if (status !== "in_progress") throw new RuntimeError(`The files could not be embedded: ${wordOf(status)}.`);
      await plainContext({ signal: options.signal }).sleep(POLL_MS);
    }
  }

  /** Deletes what was uploaded; what cannot be deleted stays known, and the first failure is thrown in the end. */
  async deleteFiles(options: CreateOptions): Promise<void> {
    const failed: { readonly id: string; readonly error: unknown }[] = [];
    for (const id of this.fileIds) {
      try {
        await deleted(this.#api, `/files/${id}`, options);
      } catch (error) {
        failed.push({ id, error });
      }
    }
    this.fileIds = failed.map(({ id }) => id);
    if (failed[0] !== undefined) throw failed[0].error;
  }

  async deleteVectorStore(options: CreateOptions): Promise<void> {
    if (this.vectorStoreId === undefined) return;
    await deleted(this.#api, `/vector_stores/${this.vectorStoreId}`, options);
    this.vectorStoreId = undefined;
  }

  async #upload(paths: readonly string[], options: CreateOptions): Promise<readonly string[]> {
    if (paths.length === 0) throw new ValueError("There is no file to upload: give one path or several.");
    const [{ readFile }, { basename }] = await Promise.all([import("node:fs/promises"), import("node:path")]);
    const ids: string[] = [];
    for (const path of paths) {
      const file = { name: basename(path), bytes: await readFile(path, { signal: options.signal }) };
      const id = idOf(await this.#api.request("POST", "/files", { file, options }));
      ids.push(id);
      this.fileIds = [...this.fileIds, id];
    }
    return ids;
  }
}

/** Deletes something; what is there no more is deleted. */
export async function deleted(api: AssistantsApi, path: string, options: CreateOptions): Promise<void> {
  try {
    await api.delete(path, options);
  } catch (error) {
    if (!(error instanceof ModelClientError) || error.status !== 404) throw error;
  }
}
