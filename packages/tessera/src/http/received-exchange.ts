import type { IncomingHttpHeaders } from "node:http";
import type { Protocol } from "@tesserae/wire";
import type { Dialect, Endpoint, Exchange, RunPlace, Upstream } from "../exchange.ts";
import type { KeyRecord } from "../keys/key-record.ts";
import type { KeyDirectory } from "../ports.ts";
import type { Workload } from "../workloads/workload.ts";

/** What an exchange is made of. */
export interface ExchangeParts {
  readonly id: string;
  readonly callerId: string | undefined;
  readonly receivedAt: number;
  readonly dialect: Dialect;
  readonly endpoint: Endpoint;
  readonly protocol: Protocol;
  readonly upstream: Upstream;
  readonly path: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly model: string;
  readonly stream: boolean;
  readonly key: KeyRecord;
  readonly workload: Workload;
  readonly keys: KeyDirectory;
  readonly credential: string | undefined;
  readonly featureTag: string | undefined;
  readonly customerTag: string | undefined;
  readonly place: RunPlace;
}

/** An exchange as the server makes it: what costs something is made when it is asked for. */
export class ReceivedExchange implements Exchange {
  readonly id: string;
  readonly callerId?: string;
  readonly receivedAt: number;
  readonly dialect: Dialect;
  readonly endpoint: Endpoint;
  readonly protocol: Protocol;
  readonly upstream: Upstream;
  readonly path: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly model: string;
  readonly stream: boolean;
  readonly key: KeyRecord;
  readonly workload: Workload;
  readonly featureTag?: string;
  readonly customerTag?: string;
  readonly place: RunPlace;
  readonly #keys: KeyDirectory;
  readonly #credential: string | undefined;
  #controller: AbortController | undefined;
  #isGone = false;

  constructor(parts: ExchangeParts) {
    this.id = parts.id;
    if (parts.callerId !== undefined) this.callerId = parts.callerId;
    this.receivedAt = parts.receivedAt;
    this.dialect = parts.dialect;
    this.endpoint = parts.endpoint;
    this.protocol = parts.protocol;
    this.upstream = parts.upstream;
    this.path = parts.path;
    this.method = parts.method;
    this.headers = parts.headers;
    this.body = parts.body;
    this.model = parts.model;
    this.stream = parts.stream;
    this.key = parts.key;
    this.workload = parts.workload;
    if (parts.featureTag !== undefined) this.featureTag = parts.featureTag;
    if (parts.customerTag !== undefined) this.customerTag = parts.customerTag;
    this.place = parts.place;
    this.#keys = parts.keys;
    this.#credential = parts.credential;
  }

  get credentialFingerprint(): string {
    return this.#credential === undefined ? "-" : this.#keys.fingerprint(this.#credential);
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#isGone) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  /** The caller has gone. */
  abort(): void {
    this.#isGone = true;
    this.#controller?.abort();
  }
}
