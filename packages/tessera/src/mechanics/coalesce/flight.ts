import type { FlightHead, FlightResult, Follower, FollowerSink, Leader } from "./parties.ts";

/** What a flight tells the place that keeps it. */
export interface FlightOptions {
  readonly maxBufferBytes: number;
  readonly onOver: () => void;
  readonly onPromoted: () => void;
}

type State = "open" | "ended" | "failed";

/** One request on its way to an upstream, and those who wait for the same. */
export class Flight {
  readonly #options: FlightOptions;
  readonly #followers = new Set<FlightFollower>();
  readonly #chunks: Buffer[] = [];
  /** The number of the first chunk that is still kept. */
  #first = 0;
  #bytes = 0;
  #head: FlightHead | undefined;
  #result: FlightResult | undefined;
  #state: State = "open";
  /** False once bytes were given up: then nobody can begin any more. */
  #isWhole = true;
  #leader: FlightLeader;

  constructor(options: FlightOptions) {
    this.#options = options;
    this.#leader = new FlightLeader(this);
  }

  get leader(): Leader {
    return this.#leader;
  }

  get followers(): number {
    return this.#followers.size;
  }

  get canJoin(): boolean {
    return this.#state === "open" && this.#isWhole;
  }

  join(): Follower {
    const follower = new FlightFollower(this);
    this.#followers.add(follower);
    return follower;
  }

  isLedBy(leader: FlightLeader): boolean {
    return this.#state === "open" && this.#leader === leader;
  }

  begin(head: FlightHead): boolean {
    if (!isShared(head.status)) {
      this.fail();
      return false;
    }
    this.#head = head;
    this.#deliver();
    return true;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    this.#deliver();
    if (this.#bytes > this.#options.maxBufferBytes) this.#giveUp();
  }

  end(result: FlightResult): void {
    this.#result = result;
    this.#close("ended");
  }

  /** Before anything was sent the next one leads; after it nobody can begin anew. */
  fail(): void {
    if (this.#head !== undefined) {
      this.#close("failed");
      return;
    }
    for (const follower of this.#followers) {
      this.#followers.delete(follower);
      const leader = new FlightLeader(this);
      this.#leader = leader;
      if (!follower.lead(leader)) continue;
      return;
    }
    this.#close("failed");
  }

  leave(follower: FlightFollower): void {
    if (!this.#followers.delete(follower) || this.#followers.size > 0 || this.#state !== "open") return;
    if (this.#leader.isAbandoned) {
      this.#close("failed");
      this.#leader.desert();
    }
  }

  abandon(): boolean {
    if (this.#followers.size > 0) return false;
    this.#close("failed");
    return true;
  }

  headFor(): FlightHead | undefined {
    return this.#head;
  }

  /** The chunk of this number; `undefined` before it came. */
  chunk(number: number): Buffer | undefined {
    return this.#chunks[number - this.#first];
  }

  /** How the flight is over for one who has had everything; `undefined` where more is to come. */
  outcome(): FlightResult | "failed" | undefined {
    return this.#state === "failed" ? "failed" : this.#result;
  }

  #deliver(): void {
    for (const follower of this.#followers) follower.drain();
  }

  #close(state: State): void {
    this.#state = state;
    this.#options.onOver();
    this.#deliver();
  }

  /** Keeps no more than the limit: what all have had goes first, then those who are furthest behind. */
  #giveUp(): void {
    this.#isWhole = false;
    while (this.#bytes > this.#options.maxBufferBytes) {
      const chunk = this.#chunks.shift();
      if (chunk === undefined) return;
      this.#bytes -= chunk.length;
      this.#first += 1;
    }
    for (const follower of this.#followers) {
      if (follower.next < this.#first) follower.fallBehind();
    }
  }

  promoted(): void {
    this.#options.onPromoted();
  }
}

class FlightLeader implements Leader {
  readonly role = "leader";
  readonly #flight: Flight;
  #onDeserted: (() => void) | undefined;

  constructor(flight: Flight) {
    this.#flight = flight;
  }

  get followers(): number {
    return this.#flight.isLedBy(this) ? this.#flight.followers : 0;
  }

  get isAbandoned(): boolean {
    return this.#onDeserted !== undefined;
  }

  head(head: FlightHead): boolean {
    return this.#flight.isLedBy(this) && this.#flight.begin(head);
  }

  push(chunk: Buffer): void {
    if (this.#flight.isLedBy(this)) this.#flight.push(chunk);
  }

  end(result: FlightResult): void {
    if (this.#flight.isLedBy(this)) this.#flight.end(result);
  }

  fail(): void {
    if (this.#flight.isLedBy(this)) this.#flight.fail();
  }

  abandon(onDeserted: () => void): boolean {
    if (!this.#flight.isLedBy(this) || this.#flight.abandon()) return true;
    this.#onDeserted = onDeserted;
    return false;
  }

  desert(): void {
    this.#onDeserted?.();
  }
}

class FlightFollower implements Follower {
  readonly role = "follower";
  readonly #flight: Flight;
  #sink: FollowerSink | undefined;
  #hasHead = false;
  #isPaused = false;
  #isDraining = false;
  /** The number of the chunk that is sent next. */
  next = 0;

  constructor(flight: Flight) {
    this.#flight = flight;
  }

  follow(sink: FollowerSink): void {
    this.#sink = sink;
    this.drain();
  }

  resume(): void {
    this.#isPaused = false;
    this.drain();
  }

  leave(): void {
    this.#sink = undefined;
    this.#flight.leave(this);
  }

  /** Makes this one the leader; `false` where it is no longer there. */
  lead(leader: Leader): boolean {
    const sink = this.#sink;
    if (sink === undefined) return false;
    this.#sink = undefined;
    this.#flight.promoted();
    sink.onLead(leader);
    return true;
  }

  fallBehind(): void {
    this.#finish((sink) => sink.onFailure("behind"));
  }

  /** Hands on what came, as far as it is taken. */
  drain(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    this.#handOn();
    this.#isDraining = false;
  }

  #handOn(): void {
    const head = this.#flight.headFor();
    if (head !== undefined && !this.#hasHead) {
      this.#hasHead = true;
      this.#sink?.onHead(head);
    }
    while (this.#sink !== undefined && !this.#isPaused) {
      const chunk = this.#flight.chunk(this.next);
      if (chunk === undefined) break;
      this.next += 1;
      this.#isPaused = !this.#sink.onChunk(chunk);
    }
    if (this.#isPaused) return;
    const outcome = this.#flight.outcome();
    if (outcome === "failed") this.#finish((sink) => sink.onFailure("failed"));
    else if (outcome !== undefined) this.#finish((sink) => sink.onEnd(outcome));
  }

  #finish(tell: (sink: FollowerSink) => void): void {
    const sink = this.#sink;
    if (sink === undefined) return;
    this.#sink = undefined;
    this.#flight.leave(this);
    tell(sink);
  }
}

/** Errors that the next request may not meet are no answer for others; those of the request itself are. */
function isShared(status: number): boolean {
  return status < 500 && status !== 408 && status !== 409 && status !== 425 && status !== 429;
}
