import { AsyncLocalStorage } from "node:async_hooks";
import type { CallSite } from "../events/tessen-event.ts";
import type { FinishedCall, Place } from "../recorder/finished-call.ts";
import type { CastMode } from "../recorder/casted-body.ts";
import type { Recorder } from "../recorder/recorder.ts";
import { ObservedResponses } from "./body/observe-response.ts";
import { SpareBuffers } from "./body/spare-buffers.ts";
import { CallSites } from "./call-site.ts";
import { OUTSIDE, type Frame } from "./frame.ts";
import type { Guard } from "./guard.ts";
import { Addresses } from "./http/addresses.ts";
import type { HostCatalogue } from "./http/host-catalogue.ts";
import { OpenCalls } from "./open-calls.ts";
import { Redirects } from "./http/redirects.ts";
import { SdkObjects } from "./sdk/sdk-objects.ts";

/** What capture is told once. */
export interface SessionOptions {
  readonly recorder: Recorder;
  readonly guard: Guard;
  readonly hosts: HostCatalogue;
  /** Also record endpoints that are no model's. */
  readonly captureAll: boolean;
  /** Each HTTP request is an event of its own, too. */
  readonly attemptEvents: boolean;
  /** `sdk`: events wait for the object that an SDK makes of an answer. */
  readonly cast: CastMode;
  /** Of a stream's body no more is kept in memory. */
  readonly maxBodyBytes: number;
  /** A stream without news for so long is recorded as it stands. */
  readonly idleMs: number;
  /** Paths of files are shown relative to this folder. */
  readonly projectRoot: string;
}

/** One recording of one process (or worker thread): what all hooks share. */
export class Session {
  readonly frames: AsyncLocalStorage<Frame> = new AsyncLocalStorage<Frame>();
  readonly open: OpenCalls;
  readonly redirects: Redirects;
  readonly recorder: Recorder;
  readonly guard: Guard;
  readonly hosts: HostCatalogue;
  readonly captureAll: boolean;
  readonly attemptEvents: boolean;
  readonly addresses: Addresses;
  readonly callSites: CallSites;
  readonly maxBodyBytes: number;
  readonly buffers: SpareBuffers = new SpareBuffers();
  readonly responses: ObservedResponses = new ObservedResponses();
  /** Undefined where no event tells what an SDK makes of an answer. */
  readonly objects: SdkObjects | undefined;
  /**
   * The line of the user's that calls an SDK, while the SDK's method that was called runs on the same stack; null where
   * there is none, undefined while no such method runs.
   */
  siteOfCaller: CallSite | null | undefined;
  /** Requests that were seen below an SDK or the framework, and belong to what was recorded there. */
  ownedRequests = 0;

  constructor(options: SessionOptions) {
    this.recorder = options.recorder;
    this.guard = options.guard;
    this.hosts = options.hosts;
    this.captureAll = options.captureAll;
    this.attemptEvents = options.attemptEvents;
    this.maxBodyBytes = options.maxBodyBytes;
    this.objects = options.cast === "sdk" ? new SdkObjects() : undefined;
    this.addresses = new Addresses(options.hosts);
    this.callSites = new CallSites(options.projectRoot);
    this.open = new OpenCalls(options.idleMs);
    this.redirects = new Redirects(this.open);
  }

  /** What surrounds the running code. */
  get frame(): Frame {
    return this.frames.getStore() ?? OUTSIDE;
  }

  /** Takes a call that is over: one inside a model call of the framework is told there, any other is an event. */
  finish(call: FinishedCall, frame: Frame): void {
    this.guard.run("record", () => {
      if (frame.leaf !== undefined) frame.leaf.learn(call);
      else if (frame.place === undefined) this.recorder.request(call);
      else this.recorder.request({ ...call, place: this.placeOf(frame) });
    });
  }

  /** Where a call in a frame stands: below the span around it. */
  placeOf(frame: Frame): Place | undefined {
    const around = frame.place;
    if (around === undefined) return undefined;
    const { runId, agentPath, turn, spanId } = around;
    return {
      runId,
      agentPath,
      turn,
      spanId: this.recorder.base.ids.nextSpanId(),
      ...(spanId === undefined ? {} : { parentId: spanId }),
    };
  }

  /** Records open calls as they stand. */
  closeOpen(): void {
    this.guard.run("exit", () => this.open.closeAll());
  }

  /** Records what is open, and lets go of the async context. */
  close(): void {
    this.closeOpen();
    this.frames.disable();
  }
}
