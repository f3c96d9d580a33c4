import { CallWatch } from "./call-watch.ts";
import { FetchSource } from "./fetch-source.ts";
import { requestHeaders } from "./headers.ts";
import { ReceivedResponse } from "./received-response.ts";
import { MAX_REDIRECTS, redirected } from "./redirect.ts";
import { ResponseBody } from "./response-body.ts";
import { connectionError } from "./transport-error.ts";
import type { FetchFunction, HttpRequest, HttpResponse } from "./types.ts";

/** What an exchange by `fetch` needs of its transport. */
export interface FetchExchangeOptions {
  readonly fetch: FetchFunction;
  readonly maxBodyBytes: number;
}

/** Sends one request by an injected `fetch`, with the same timeouts, aborts and bodies as over sockets. */
export function exchangeOverFetch(request: HttpRequest, options: FetchExchangeOptions): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    let body: ResponseBody | undefined;
    const watch = new CallWatch(request, (error) => {
      if (body !== undefined) body.abort(error);
      else reject(error);
      controller.abort(error);
    });
    const run = async (): Promise<void> => {
      const { response, url } = await follow(request, options.fetch, controller.signal);
      if (controller.signal.aborted) {
        await response.body?.cancel();
        return;
      }
      watch.headersArrived();
      const source = new FetchSource(response, controller, url);
      body = new ResponseBody(source, watch, url, options.maxBodyBytes);
      resolve(
        new ReceivedResponse(response.status, response.headers, () => Object.fromEntries(response.headers), body),
      );
    };
    run().catch((error: unknown) => watch.fire(connectionError(error, request.url, false)));
  });
}

async function follow(
  first: HttpRequest,
  fetch: FetchFunction,
  signal: AbortSignal,
): Promise<{ response: Response; url: string }> {
  let request = first;
  for (let redirects = 0; ; redirects += 1) {
    const { url, body } = request;
    const response = await fetch(url, {
      method: request.method ?? (body === undefined ? "GET" : "POST"),
      headers: pairs(requestHeaders(request, false)),
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : Uint8Array.from(body) }),
      redirect: "manual",
      signal,
    });
    const again = redirected(request, response.status, response.headers.get("location") ?? undefined);
    if (again === undefined || redirects >= MAX_REDIRECTS) return { response, url };
    await response.body?.cancel();
    request = again;
  }
}

function pairs(flat: readonly string[]): [string, string][] {
  return flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? ""]] : []));
}
