import type { JsonObject, RunContext } from "@tesserae/core";
import type { ChatMessage, StreamItem } from "../../messages/types.ts";

/** What a selection sees of the run. */
export interface SelectionContext {
  readonly run: RunContext;
  /** Shows something on the stream of the run. */
  emit(item: StreamItem): void;
}

/**
 * How a team chooses who speaks. This is what one kind of team adds to the common manager; it lives as long as the
 * team and is part of its state.
 */
export interface SpeakerSelection {
  /** The `type` of the manager's state, for example `RoundRobinManagerState`; `undefined` for a state without one. */
  readonly stateType: string | undefined;
  /** Throws when a run cannot start with these messages. */
  validate?(messages: readonly ChatMessage[]): void;
  /** Called for every message and event that enters the thread. */
  observe?(items: readonly StreamItem[]): void | Promise<void>;
  /** Called for each answer of a participant, after {@link observe}. */
  answered?(name: string, message: ChatMessage, context: SelectionContext): void | Promise<void>;
  /**
   * Called when a turn is over, before the condition: why the run ends because nobody is left to speak; `undefined` when
   * it goes on. Afterwards the selection is ready for another run.
   */
  completion?(): string | undefined;
  /** Who speaks next: one name, or several that speak at once. */
  select(thread: readonly StreamItem[], context: SelectionContext): Promise<readonly string[]> | readonly string[];
  reset(): void | Promise<void>;
  /** The keys of the manager's state beyond the common ones. */
  saveState(): JsonObject;
  /** Takes the state back; `thread` is the loaded thread. */
  loadState(state: JsonObject, thread: readonly StreamItem[]): void | Promise<void>;
}
