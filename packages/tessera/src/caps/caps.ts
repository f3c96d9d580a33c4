import type { CapQuery, CapRefusal, Reservation, SpendCaps } from "../ports.ts";
import { CapIndex, EACH, subjectOf } from "./cap-index.ts";
import { capWarning } from "./cap-warning.ts";
import { windowAt, type WindowSpan } from "./cap-window.ts";
import { type Cap, capName, type CapScope, type CapWindow } from "./cap.ts";
import { type Applied, refusalOf, remainingOf } from "./applied-cap.ts";
import { HeldReservation, Hold } from "./hold.ts";
import { OpenHolds } from "./open-holds.ts";
import { Tally } from "./tally.ts";

/** So many names of tags are remembered; they come from outside, so there must be an end. */
const REMEMBERED = 1000;

/** What was spent by one subject since a moment. */
export interface SpentSum {
  /** Empty for `global`. */
  readonly tenant: string;
  /** As in {@link Cap}, never `*`. */
  readonly subject: string;
  /** In pico-dollars. */
  readonly spent: bigint;
  readonly tokens: bigint;
}

/** Gives what was spent since a moment (milliseconds since 1970), by the subjects of a scope: the ledger's sums. */
export type SpendHistory = (scope: CapScope, since: number) => Iterable<SpentSum>;

/** How spending is limited. */
export interface CapsOptions {
  readonly caps?: readonly Cap[];
  /** What was spent before this object was made. Default: nothing. */
  readonly history?: SpendHistory;
  /** The tokens that a key may use in a month; `undefined`: any number. */
  readonly quotaOf?: (keyId: string) => number | undefined;
  /** What a customer's tag is called in the history. Default: as it is. */
  readonly nameOfTag?: (tag: string) => string;
  /** Requests without a known price are refused under a cap in dollars, unless this is true. */
  readonly allowUnpriced?: boolean;
  /** Where it is not certain what a request cost, all that was set aside for it counts. Default false. */
  readonly strict?: boolean;
  /** Gets what an operator should know, a sentence each. Default: a warning of the process. */
  readonly warn?: (text: string) => void;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
  /** Watches a reservation: gives a function that says whether anybody can still settle it. Default: by a weak reference. */
  readonly watch?: (reservation: object) => () => boolean;
}

/** What holds for all caps. */
type CapRules = Pick<CapsOptions, "allowUnpriced" | "strict">;

/**
 * Spend caps: what a request can cost at most is set aside before it is sent, and replaced by what it did cost. A request
 * is admitted only if all that is spent and set aside stays within every cap that blocks, so that any number of requests
 * at once cannot pass one. Counting begins with the history of the windows that are open.
 */
export class Caps implements SpendCaps {
  readonly #history: SpendHistory;
  readonly #quotaOf: (keyId: string) => number | undefined;
  readonly #nameOfTag: (tag: string) => string;
  #rules: CapRules;
  readonly #warn: (text: string) => void;
  readonly #now: () => number;
  readonly #tallies = new Map<string, Tally>();
  readonly #spans = new Map<CapWindow, WindowSpan>();
  readonly #open: OpenHolds;
  /** Of requests that no cap is for. */
  readonly #nothing = new Hold([], 0n, 0n);
  readonly #tagNames = new Map<string, string>();
  readonly #quotas = new Map<string, Cap | undefined>();
  #caps: readonly Cap[] = [];
  #index = new CapIndex([]);

  constructor(options: CapsOptions = {}) {
    this.#history = options.history ?? (() => []);
    this.#quotaOf = options.quotaOf ?? (() => undefined);
    this.#nameOfTag = options.nameOfTag ?? ((tag) => tag);
    this.#rules = options;
    this.#warn = options.warn ?? ((text) => process.emitWarning(text, { code: "TESSERA_CAPS" }));
    this.#now = options.now ?? Date.now;
    this.#open = new OpenHolds(options.watch ?? watchWeakly);
    this.#seedQuotas();
    this.replace(options.caps ?? []);
  }

  reserve(query: CapQuery): Reservation | CapRefusal {
    const applied = this.#appliedTo(query);
    const index = this.#index;
    const countLate = (hold: Hold, actual: bigint, tokens: bigint): void => {
      if (this.#index !== index) this.#countLate(query, hold, actual, tokens);
    };
    if (applied.length === 0) return new HeldReservation(this.#nothing, undefined, false, countLate);
    let last: Applied | undefined;
    for (const one of applied) {
      // Of several caps the one that is reset last: to come back before that is in vain.
      const isLater = last === undefined || one.tally.span.end > last.tally.span.end;
      if (this.#isPassed(one, query) && isLater) last = one;
    }
    if (last !== undefined) return refusalOf(last);
    const hold = new Hold(talliesOf(applied), BigInt(query.worst ?? 0), BigInt(query.worstTokens));
    const isStrict = this.#rules.strict === true;
    const reservation = new HeldReservation(hold, remainingOf(applied), isStrict, (_, actual, tokens) => {
      this.#open.remove(open);
      countLate(hold, actual, tokens);
    });
    const open = this.#open.add(hold, reservation, query.at);
    return reservation;
  }

  /** The caps that hold, in the order in which they were set. */
  get caps(): readonly Cap[] {
    return this.#caps;
  }

  /** What counts toward a cap now. Of a cap for each subject, the one of `subject` counts. */
  used(cap: Cap, { tenant, subject }: { readonly tenant: string; readonly subject: string }): bigint {
    return (
      this.#tallies.get(placeOf(cap, this.#spanAt(cap.window, this.#now()), tenant, subject))?.used(cap.unit) ?? 0n
    );
  }

  /**
   * Sets all caps anew. What counts toward a cap that held before stays; a new one begins with the history. The rules stay
   * as they are where nothing is said.
   */
  replace(caps: readonly Cap[], rules: CapRules = this.#rules): void {
    this.#rules = rules;
    const before = new Set(this.#caps.map(seedName));
    this.#caps = [...new Map(caps.map((cap) => [capName(cap), cap])).values()];
    this.#index = new CapIndex(this.#caps);
    this.#quotas.clear();
    const names = new Set(this.#caps.map(seedName));
    // What nobody counts any more would be wrong when its cap is set again.
    const gone = [...before].filter((name) => !names.has(name));
    if (gone.length > 0) this.#dropUncounted();
    for (const cap of this.#caps) if (!before.has(seedName(cap))) this.#seed(cap);
  }

  /**
   * To be called about once a minute: gives back what requests have set aside that nobody can settle any more, 15
   * minutes after they were last seen, and forgets windows that are over.
   */
  sweep(): void {
    const now = this.#now();
    this.#open.sweep(now);
    for (const [place, { span }] of this.#tallies) if (span.end <= now) this.#tallies.delete(place);
  }

  #appliedTo(query: CapQuery): readonly Applied[] {
    const quota = this.#quota(query.keyId);
    const caps = this.#index.of(query);
    if (caps.length === 0 && quota === undefined) return NONE;
    const all = quota === undefined ? caps : [...caps, quota];
    return all.map((cap) => ({ cap, tally: this.#tallyOf(cap, query) }));
  }

  /** Counts what a request spent for caps that were set while it was in flight: their history was without it. */
  #countLate(query: CapQuery, hold: Hold, actual: bigint, tokens: bigint): void {
    for (const tally of talliesOf(this.#appliedTo(query))) {
      if (hold.has(tally)) continue;
      tally.spent += actual;
      tally.spentTokens += tokens;
    }
  }

  #isPassed({ cap, tally }: Applied, query: CapQuery): boolean {
    if (cap.unit === "usd" && query.worst === undefined) {
      if (cap.mode !== "block" || this.#rules.allowUnpriced === true) return false;
      this.#tellUnpriced(tally);
      return true;
    }
    const worst = BigInt(cap.unit === "usd" ? (query.worst ?? 0) : query.worstTokens);
    if (tally.used(cap.unit) + worst <= cap.limit) return false;
    this.#tell({ cap, tally }, worst);
    return cap.mode === "block";
  }

  /** Each kind of warning once in a window. */
  #tell({ cap, tally }: Applied, worst: bigint): void {
    const { kind, text } = capWarning(cap, tally, worst);
    const name = `${kind} ${capName(cap)}`;
    if (tally.told.has(name)) return;
    tally.told.add(name);
    this.#warn(text);
  }

  #tellUnpriced(tally: Tally): void {
    if (tally.told.has("unpriced")) return;
    tally.told.add("unpriced");
    this.#warn(
      "A request whose price is not known was refused, as a cap in dollars holds for it. " +
        "Set caps.unpriced to allow if such requests are to go on uncounted.",
    );
  }

  #tallyOf(cap: Cap, query: CapQuery): Tally {
    const subject = this.#nameIn(cap.scope, subjectOf(cap.scope, query) ?? "");
    const span = this.#spanAt(cap.window, query.at);
    const place = placeOf(cap, span, query.tenant, subject);
    const known = this.#tallies.get(place);
    if (known !== undefined) return known;
    const tally = new Tally(span, 0n, 0n);
    this.#tallies.set(place, tally);
    return tally;
  }

  #quota(keyId: string): Cap | undefined {
    if (this.#quotas.has(keyId)) return this.#quotas.get(keyId);
    const tokens = this.#quotaOf(keyId);
    const cap = tokens === undefined ? undefined : quota(keyId, BigInt(tokens));
    this.#quotas.set(keyId, cap);
    return cap;
  }

  /** Begins the counting of a cap with what was spent in its window before. */
  #seed(cap: Cap): void {
    const span = this.#spanAt(cap.window, this.#now());
    for (const sum of this.#history(cap.scope, span.start)) {
      if (this.#isCountedBy(cap, sum.subject)) this.#begin(cap, span, sum);
    }
  }

  #seedQuotas(): void {
    const cap = quota("*", 0n);
    const span = this.#spanAt(cap.window, this.#now());
    for (const sum of this.#history(cap.scope, span.start)) {
      if (this.#quotaOf(sum.subject) !== undefined) this.#begin(cap, span, sum);
    }
  }

  #begin(cap: Cap, span: WindowSpan, { tenant, subject, spent, tokens }: SpentSum): void {
    const place = placeOf(cap, span, tenant, subject);
    if (!this.#tallies.has(place)) this.#tallies.set(place, new Tally(span, spent, tokens));
  }

  /** `subject` is named as in the history. */
  #isCountedBy(cap: Cap, subject: string): boolean {
    return cap.subject === EACH || this.#nameIn(cap.scope, cap.subject) === subject;
  }

  #spanAt(window: CapWindow, at: number): WindowSpan {
    const known = this.#spans.get(window);
    if (known !== undefined && known.start <= at && at < known.end) return known;
    const span = windowAt(window, at);
    this.#spans.set(window, span);
    return span;
  }

  #nameIn(scope: CapScope, subject: string): string {
    if (scope !== "customer_tag") return subject;
    const known = this.#tagNames.get(subject);
    if (known !== undefined) return known;
    if (this.#tagNames.size >= REMEMBERED) this.#tagNames.clear();
    const name = this.#nameOfTag(subject);
    this.#tagNames.set(subject, name);
    return name;
  }

  #dropUncounted(): void {
    for (const place of this.#tallies.keys()) {
      const { scope, window, subject } = placeParts(place);
      const caps = this.#caps.filter((cap) => cap.scope === scope && cap.window === window);
      const isQuota = scope === "key" && window === "month" && this.#quotaOf(subject) !== undefined;
      if (!isQuota && !caps.some((cap) => this.#isCountedBy(cap, subject))) this.#tallies.delete(place);
    }
  }
}

const NONE: readonly Applied[] = [];

function quota(subject: string, limit: bigint): Cap {
  return { scope: "key", subject, window: "month", unit: "tokens", limit, mode: "block" };
}

/** Caps of dollars and of tokens share their counting. */
function seedName({ scope, subject, window }: Cap): string {
  return JSON.stringify([scope, subject, window]);
}

/** Where the counting of a subject in a window is kept. Keys, tenants and the whole are not of one tenant. */
function placeOf({ scope, window }: Cap, { start }: WindowSpan, tenant: string, subject: string): string {
  const owner = scope === "workload" || scope === "customer_tag" ? tenant : "";
  return `${scope} ${window} ${start} ${owner.length} ${owner}${subject}`;
}

function placeParts(place: string): { readonly scope: string; readonly window: string; readonly subject: string } {
  const [, scope = "", window = "", length = "", rest = ""] = PLACE.exec(place) ?? [];
  return { scope, window, subject: rest.slice(Number(length)) };
}

const PLACE = /^(\S+) (\S+) -?\d+ (\d+) (.*)$/s;

/** Each once: caps of dollars and of tokens may count together. */
function talliesOf(applied: readonly Applied[]): readonly Tally[] {
  const tallies: Tally[] = [];
  for (const { tally } of applied) if (!tallies.includes(tally)) tallies.push(tally);
  return tallies;
}

function watchWeakly(reservation: object): () => boolean {
  const reference = new WeakRef(reservation);
  return () => reference.deref() !== undefined;
}
