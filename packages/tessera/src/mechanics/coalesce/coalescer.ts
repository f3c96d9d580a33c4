import type { RequestKey } from "../key/request-key.ts";
import { Flight } from "./flight.ts";
import type { Follower, Leader } from "./parties.ts";

/** How requests in flight are joined. */
export interface CoalescerOptions {
  /** How many may follow one leader. Default 64. */
  readonly maxFollowers?: number;
  /** How much of an answer is kept for those who come late or read slowly. Default 1 MiB. */
  readonly maxBufferBytes?: number;
  /** Joins requests of any temperature: their callers get the same sample. Default false: of temperature 0 alone. */
  readonly anyTemperature?: boolean;
}

/** What was joined until now. */
export interface CoalescerStats {
  /** Requests in flight that others can join. */
  readonly flights: number;
  readonly followers: number;
  /** Followers that had to lead. */
  readonly promoted: number;
}

/**
 * Joins requests in flight (M4): of requests with the same key, in the same form, one is sent, and the others get its answer
 * as it comes. A leader whose client has gone leads on while others follow; when a leader fails before its answer has begun,
 * one of the followers leads.
 */
export class Coalescer {
  readonly #maxFollowers: number;
  readonly #maxBufferBytes: number;
  readonly #anyTemperature: boolean;
  readonly #flights = new Map<string, Flight>();
  #followed = 0;
  #promoted = 0;

  constructor(options: CoalescerOptions = {}) {
    this.#maxFollowers = options.maxFollowers ?? 64;
    this.#maxBufferBytes = options.maxBufferBytes ?? 1024 * 1024;
    this.#anyTemperature = options.anyTemperature ?? false;
  }

  /**
   * Joins a request that the exact cache has a key for. `undefined`: it goes its own way, since it draws a sample of its own,
   * or since the flight is full or too far on. A leader must end in `end`, `fail` or `abandon`, whatever happens.
   */
  join(key: RequestKey): Leader | Follower | undefined {
    if (key.temperature !== 0 && !this.#anyTemperature) return undefined;
    // What is shared are bytes, so the form is part of what is the same.
    const place = `${key.key} ${key.form}${key.asksUsage ? " usage" : ""}`;
    const flight = this.#flights.get(place);
    if (flight === undefined) return this.#begin(place);
    if (!flight.canJoin || flight.followers >= this.#maxFollowers) return undefined;
    this.#followed += 1;
    return flight.join();
  }

  stats(): CoalescerStats {
    return { flights: this.#flights.size, followers: this.#followed, promoted: this.#promoted };
  }

  #begin(place: string): Leader {
    const flight = new Flight({
      maxBufferBytes: this.#maxBufferBytes,
      onOver: () => this.#flights.delete(place),
      onPromoted: () => {
        this.#promoted += 1;
      },
    });
    this.#flights.set(place, flight);
    return flight.leader;
  }
}
