import { VOTED_FIELDS, type PriceSource, type SourcePrice, type VotedField } from "./price-source.ts";

/** What one source says of a field, in pico-dollars a token. */
export interface Vote {
  readonly source: string;
  readonly value: number;
}

/** A model on whose price two sources agree. */
export interface AgreedPrice {
  readonly provider: string;
  readonly model: string;
  /** The fields that are agreed upon: input and output always. */
  readonly rates: Readonly<Partial<Record<VotedField, number>>> & { readonly input: number; readonly output: number };
}

/** A field on which the sources do not agree, or of which only one speaks. */
export interface StagedPrice {
  readonly provider: string;
  readonly model: string;
  readonly field: VotedField;
  readonly votes: readonly Vote[];
}

/** Sources that differ by no more than this part say the same. */
const SAME = 0.01;

/** The value on which at least two sources agree; `undefined` where they do not, or as many say another. */
export function agreedValue(votes: readonly Vote[]): number | undefined {
  const groups = votes.map(({ value }) => ({ value, size: votes.filter((vote) => areSame(vote.value, value)).length }));
  const most = Math.max(0, ...groups.map(({ size }) => size));
  const largest = groups.filter(({ size }) => size === most);
  const [first] = largest;
  if (first === undefined || most < 2) return undefined;
  if (!largest.every(({ value }) => areSame(value, first.value))) return undefined;
  // Of values that are nearly the same the one that most sources name.
  const named = (value: number): number => votes.filter((vote) => vote.value === value).length;
  return largest.reduce((best, { value }) => (named(value) > named(best) ? value : best), first.value);
}

function areSame(a: number, b: number): boolean {
  return Math.abs(a - b) <= SAME * Math.max(a, b);
}

/** Lets sources vote on every model that any of them has. */
export function voteOnPrices(sources: readonly PriceSource[]): {
  readonly agreed: readonly AgreedPrice[];
  readonly staged: readonly StagedPrice[];
} {
  const agreed: AgreedPrice[] = [];
  const staged: StagedPrice[] = [];
  for (const { provider, model, votes } of ballotsOf(sources)) {
    const rates: Partial<Record<VotedField, number>> = {};
    const open: StagedPrice[] = [];
    for (const field of VOTED_FIELDS) {
      const value = agreedValue(votes[field]);
      if (value !== undefined) rates[field] = value;
      else if (votes[field].length > 0) open.push({ provider, model, field, votes: votes[field] });
    }
    const { input, output } = rates;
    if (input !== undefined && output !== undefined)
      agreed.push({ provider, model, rates: { ...rates, input, output } });
    staged.push(...open);
  }
  return { agreed, staged };
}

interface Ballot {
  readonly provider: string;
  readonly model: string;
  readonly votes: Readonly<Record<VotedField, Vote[]>>;
}

function ballotsOf(sources: readonly PriceSource[]): Iterable<Ballot> {
  const ballots = new Map<string, Ballot>();
  // OpenRouter writes some names in a way of its own: those of the others are what requests name.
  const ordered = sources.toSorted((a, b) => Number(a.source === "openrouter") - Number(b.source === "openrouter"));
  for (const { source, prices } of ordered) {
    for (const price of prices) {
      const name = ballotName(price);
      const ballot = ballots.get(name) ?? { ...price, votes: { input: [], output: [], cacheRead: [], cacheWrite: [] } };
      ballots.set(name, ballot);
      for (const field of VOTED_FIELDS) {
        const value = price.rates[field];
        // One source has one vote, however often it names a model.
        const isFirst = !ballot.votes[field].some((vote) => vote.source === source);
        if (value !== undefined && isFirst) ballot.votes[field].push({ source, value });
      }
    }
  }
  return ballots.values();
}

function ballotName({ provider, model }: SourcePrice): string {
  return `${provider}/${model.toLowerCase().replaceAll(".", "-")}`;
}
