import type { ChannelOutcome, ChannelPlace, EffectSource } from "@tesserae/wire/channels";
import type { OpenLeaf } from "../journal/open-leaf.ts";
import type { TraceChannel } from "./channels.ts";

/** A payload while its publisher fills it in. */
export type Draft<P> = { -readonly [key in keyof P]: P[key] };

/** Where a leaf stands, for the payload of its channel. */
export interface LeafPlace extends ChannelPlace {
  readonly address: string | null;
  readonly source: EffectSource;
}

/** What a leaf of one kind publishes on the channel of that kind. */
export interface LeafChannel<T> {
  readonly name: TraceChannel;
  /** The payload at the start. Called only when someone listens. */
  start(place: LeafPlace): Draft<ChannelPlace & ChannelOutcome>;
  /** Adds what is known at the end of a call that did not throw. */
  end(payload: Draft<ChannelPlace & ChannelOutcome>, value: T, leaf: OpenLeaf): void;
}
