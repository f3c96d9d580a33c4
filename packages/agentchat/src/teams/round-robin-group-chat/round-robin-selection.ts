import type { JsonObject } from "@tesserae/core";
import type { SpeakerSelection } from "../group-chat/speaker-selection.ts";

/** One after the other, over and over. */
export class RoundRobinSelection implements SpeakerSelection {
  readonly stateType = "RoundRobinManagerState";
  readonly #participants: readonly string[];
  #next = 0;

  constructor(participants: readonly string[]) {
    this.#participants = participants;
  }

  select(): readonly string[] {
    const speaker = this.#participants[this.#next % this.#participants.length];
    this.#next = (this.#next + 1) % this.#participants.length;
    return speaker === undefined ? [] : [speaker];
  }

  reset(): void {
    this.#next = 0;
  }

  saveState(): JsonObject {
    return { next_speaker_index: this.#next };
  }

  loadState(state: JsonObject): void {
    const next = state["next_speaker_index"];
    this.#next = typeof next === "number" ? next : 0;
  }
}
