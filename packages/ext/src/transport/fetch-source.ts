import type { BodySink, BodySource } from "./response-body.ts";
import { connectionError } from "./transport-error.ts";

/** The body of a `fetch` response, read chunk by chunk while nobody asks to pause. */
export class FetchSource implements BodySource {
  readonly #response: Response;
  readonly #controller: AbortController;
  readonly #url: string;
  #stopped = false;
  #paused: { readonly over: Promise<void>; readonly end: () => void } | undefined;

  constructor(response: Response, controller: AbortController, url: string) {
    this.#response = response;
    this.#controller = controller;
    this.#url = url;
  }

  start(sink: BodySink): void {
    this.#pump(sink).then(
      () => sink.end(),
      (error: unknown) => sink.fail(connectionError(error, this.#url, true)),
    );
  }

  pause(): void {
    if (this.#paused !== undefined) return;
    let end = (): void => {};
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#paused = { over, end };
  }

  resume(): void {
    this.#paused?.end();
    this.#paused = undefined;
  }

  destroy(): void {
    this.#stopped = true;
    this.resume();
    this.#controller.abort();
  }

  async #pump(sink: BodySink): Promise<void> {
    const { body } = this.#response;
    if (body === null) return;
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || this.#stopped) return;
      sink.data(value);
      if (this.#paused !== undefined) await this.#paused.over;
    }
  }
}
