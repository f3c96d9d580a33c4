import type { IncomingHttpHeaders } from "node:http";
import type { Usage } from "@tesserae/wire/usage";

/** The beginning of an answer. */
export interface FlightHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** What is known of an answer when it is over. */
export interface FlightResult {
  readonly usage: Usage | null;
  readonly finish: string | null;
  readonly model: string;
}

/** Who waits for another's answer. After `onEnd`, `onLead` or `onFailure` nothing is called any more. */
export interface FollowerSink {
  onHead(head: FlightHead): void;
  /** Bytes as the leader sent them to its own client. `false` asks for a pause until {@link Follower.resume}. */
  onChunk(chunk: Buffer): boolean;
  onEnd(result: FlightResult): void;
  /** The leader has failed, and nothing was sent to this one: it goes to the upstream itself, with those who are left. */
  onLead(leader: Leader): void;
  /** `failed`: the answer broke off; `behind`: this one reads so slowly that what it needs next is no longer kept. */
  onFailure(reason: "failed" | "behind"): void;
}

/** The one whose request is sent. */
export interface Leader {
  readonly role: "leader";
  /** How many follow now. */
  readonly followers: number;
  /**
   * The beginning of the answer. `false` where it is none to be shared, such as an error of the server: that counts as
   * {@link fail}, and the leader goes on for itself alone.
   */
  head(head: FlightHead): boolean;
  push(chunk: Buffer): void;
  /** The answer is whole. To be called after it was stored, so that whoever comes next finds it there. */
  end(result: FlightResult): void;
  /** There will be no answer, or no more of it. */
  fail(): void;
  /**
   * The leader's own client has gone. `true`: nobody follows, so the upstream can be left. `false`: the answer is still
   * wanted; `onDeserted` is called when nobody wants it any more.
   */
  abandon(onDeserted: () => void): boolean;
}

/** One who waits for the leader's answer. */
export interface Follower {
  readonly role: "follower";
  /** Begins: what came until now at once, then what comes. To be called once, right after joining. */
  follow(sink: FollowerSink): void;
  /** Goes on after a pause. */
  resume(): void;
  /** The follower's client has gone. */
  leave(): void;
}
