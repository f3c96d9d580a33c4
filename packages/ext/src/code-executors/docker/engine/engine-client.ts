import type { IncomingMessage } from "node:http";
import { isObject, RuntimeError, type JsonObject } from "@tesserae/core";
import { engineTarget, showAddress, type DockerAddress } from "./engine-address.ts";

/** How long an engine may take to answer a ping, in milliseconds. */
const PING_MS = 2000;

/** An answer of the engine that is a refusal, in its own words. */
export class EngineError extends RuntimeError {
  /** The HTTP status of the answer. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "EngineError";
    this.status = status;
  }
}

/** What a request to the engine may have. */
export interface EngineRequest {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
  readonly signal?: AbortSignal;
}

async function readText(response: IncomingMessage): Promise<string> {
  response.setEncoding("utf8");
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return text;
}

function messageOf(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    if (isObject(body) && typeof body["message"] === "string") return body["message"];
  } catch {
    // A proxy in front of an engine answers in its own way.
  }
  return text.trim();
}

/**
 * A Docker engine, or one that speaks its protocol (Podman), by its HTTP API
 * (https://docs.docker.com/reference/api/engine/). The paths name no version: each engine then takes its own.
 */
export class DockerEngine {
  readonly address: DockerAddress;

  constructor(address: DockerAddress) {
    this.address = address;
  }

  /** True if an engine answers within two seconds. */
  async ping(signal?: AbortSignal): Promise<boolean> {
    const deadline = AbortSignal.timeout(PING_MS);
    try {
      const both = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
      const response = await this.#send("GET", "/_ping", { signal: both });
      response.on("error", () => {});
      response.resume();
      // Any other server on that port answers something else than the engine's header.
      return response.statusCode === 200 && response.headers["api-version"] !== undefined;
    } catch {
      // Nobody there, or certificates that cannot be read.
      return false;
    }
  }

  /**
   * The answer as JSON; undefined for an empty one.
   *
   * @throws {EngineError} for a refusal.
   * @throws {RuntimeError} for an engine that cannot be reached, or breaks off, or says what is no JSON.
   */
  async call(method: string, path: string, request: EngineRequest = {}): Promise<unknown> {
    const response = await this.stream(method, path, request);
    try {
      const text = await readText(response);
      return text.trim() === "" ? undefined : JSON.parse(text);
    } catch (error) {
      throw this.#unreachable(error);
    }
  }

  /** The answer as it comes. Throws as `call` does. */
  async stream(method: string, path: string, request: EngineRequest = {}): Promise<IncomingMessage> {
    let response: IncomingMessage;
    try {
      response = await this.#send(method, path, request);
    } catch (error) {
      throw this.#unreachable(error);
    }
    const { statusCode: status = 0 } = response;
    if (status < 400) return response;
    const message = messageOf(await readText(response).catch(() => ""));
    throw new EngineError(status, message || `The container engine answered ${status}.`);
  }

  #unreachable(error: unknown): RuntimeError {
    const reason = error instanceof Error ? error.message : String(error);
    const address = showAddress(this.address);
    return new RuntimeError(`The container engine at ${address} does not answer: ${reason}`, { cause: error });
  }

  #send(method: string, path: string, { query, body, signal }: EngineRequest): Promise<IncomingMessage> {
    const { request } = process.getBuiltinModule(
      this.address.type === "tcp" && this.address.tls ? "node:https" : "node:http",
    );
    const target = engineTarget(this.address);
    const text = body === undefined ? undefined : JSON.stringify(body);
    const length =
      text === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(text) };
    const search = query === undefined ? "" : `?${new URLSearchParams(query).toString()}`;
    return new Promise((resolve, reject) => {
      const options = {
        ...target,
        method,
        path: path + search,
        agent: false,
        headers: { ...target.headers, ...length },
        ...(signal === undefined ? {} : { signal }),
      };
      const call = request(options, resolve);
      call.on("error", reject);
      call.end(text);
    });
  }
}
