/** How the data plane behaves. Everything has a default. */
export interface GatewaySettings {
  /** Passes on paths below `/v1/` that the gateway does not know. Default false: they are 404. */
  readonly passthroughUnknown?: boolean;
  /** Asks for the usage at the end of chat streams where the caller did not, and takes the chunk out again. Default true. */
  readonly injectUsage?: boolean;
  /** `strict`: the upstream gets nothing that the caller did not send. Default `normal`. */
  readonly fidelity?: "normal" | "strict";
  /** Holds JSON answers until they are whole, so that their cost can be told in the headers. Default true. */
  readonly costHeaders?: boolean;
  /** The status of a refusal by a spend cap. Default 402. */
  readonly capStatus?: 402 | 429;
  /** The output in tokens that is set aside for a request that has no limit of its own. Default 8192. */
  readonly reserveOutput?: number;
  /** Answers from the cache though a cap is used up. Default true. */
  readonly serveHitsWhenBlocked?: boolean;
  /** What becomes of the upstream's answer when the caller goes: `drain` reads it to its end. Default `abort`. */
  readonly onClientAbort?: "abort" | "drain";
  /** In bytes. Default 32 MiB. */
  readonly maxBodyBytes?: number;
  /** JSON answers up to this size are held. In bytes, default 4 MiB. */
  readonly maxHeldBytes?: number;
  readonly timeouts?: GatewayTimeouts;
  /** Gets one line of JSON for each request, without a secret. Default: nothing is logged. */
  readonly log?: (line: string) => void;
}

/** In milliseconds. */
export interface GatewayTimeouts {
  /** Until a connection to an upstream is there. Default 10 s. */
  readonly connect?: number;
  /** Until an upstream begins to answer. Default 600 s. */
  readonly headers?: number;
  /** Between two parts of an answer. Default 600 s. */
  readonly idle?: number;
  /** For a caller that does not take what is sent to it. Default 120 s. */
  readonly stall?: number;
  /** For the headers of a request, and for its body. Default 15 s and 120 s. */
  readonly requestHeaders?: number;
  readonly requestBody?: number;
  /** For requests in flight when the gateway is closed. Default 10 s. */
  readonly drain?: number;
}

/** Settings with every default filled in. */
export type FullSettings = Required<Omit<GatewaySettings, "log" | "timeouts">> & {
  readonly timeouts: Required<GatewayTimeouts>;
  readonly log: ((line: string) => void) | undefined;
};

/** Fills in the defaults. */
export function fullSettings(settings: GatewaySettings): FullSettings {
  return {
    passthroughUnknown: settings.passthroughUnknown ?? false,
    injectUsage: settings.injectUsage ?? true,
    fidelity: settings.fidelity ?? "normal",
    costHeaders: settings.costHeaders ?? true,
    capStatus: settings.capStatus ?? 402,
    reserveOutput: settings.reserveOutput ?? 8192,
    serveHitsWhenBlocked: settings.serveHitsWhenBlocked ?? true,
    onClientAbort: settings.onClientAbort ?? "abort",
    maxBodyBytes: settings.maxBodyBytes ?? 32 * MEBIBYTE,
    maxHeldBytes: settings.maxHeldBytes ?? 4 * MEBIBYTE,
    timeouts: {
      connect: settings.timeouts?.connect ?? 10_000,
      headers: settings.timeouts?.headers ?? 600_000,
      idle: settings.timeouts?.idle ?? 600_000,
      stall: settings.timeouts?.stall ?? 120_000,
      requestHeaders: settings.timeouts?.requestHeaders ?? 15_000,
      requestBody: settings.timeouts?.requestBody ?? 120_000,
      drain: settings.timeouts?.drain ?? 10_000,
    },
    log: settings.log,
  };
}

const MEBIBYTE = 1024 * 1024;
