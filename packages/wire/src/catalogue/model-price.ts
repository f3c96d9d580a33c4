/** What a model costs: pico-dollars (1e-12 US dollars) a token, whole numbers. $2.50 for a million tokens are 2,500,000. */
export interface ModelPrice {
  readonly input: number;
  readonly output: number;
  /** Input that comes from the provider's cache; absent: as `input`. */
  readonly cacheRead?: number;
  /** Input that is written to the cache (for five minutes, where there is a choice); absent: as `input`. */
  readonly cacheWrite?: number;
  /** Input that is written to the cache for an hour; absent: as `cacheWrite`. */
  readonly cacheWrite1h?: number;
  /** Audio input; absent: as `input`. */
  readonly inputAudio?: number;
  /** Audio input from the cache; absent: as `cacheRead`. */
  readonly cacheReadAudio?: number;
  /** Audio output; absent: as `output`. */
  readonly outputAudio?: number;
  /** Image output; absent: as `output`. */
  readonly outputImage?: number;
  /** Reasoning, where it is not billed as `output`. */
  readonly outputReasoning?: number;
  /** One search of the web, in pico-dollars; absent: free. */
  readonly webSearch?: number;
  /** Each request, in pico-dollars, beside its tokens; absent: nothing. */
  readonly request?: number;
  /** Prices that hold for the whole request when its input is larger than `above` tokens; the last that fits counts. */
  readonly tiers?: readonly PriceTier[];
}

/** The prices that differ for large inputs. */
export interface PriceTier extends Partial<Omit<ModelPrice, "tiers">> {
  /** The tier holds for more input tokens than this. */
  readonly above: number;
}
