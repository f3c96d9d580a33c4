import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CapQuery, CapRefusal, Reservation } from "../ports.ts";
import { type Cap, CAP_WINDOWS, type CapScope } from "./cap.ts";
import { Caps, type CapsOptions } from "./caps.ts";

/** One dollar in pico-dollars. */
const DOLLAR = 1_000_000_000_000;
const MONDAY = Date.parse("2026-03-02T10:00:00Z");
const cap = (parts: Partial<Cap> = {}): Cap => ({
  scope: "workload",
  subject: "triage",
  window: "day",
  unit: "usd",
  limit: BigInt(DOLLAR),
  mode: "block",
  ...parts,
});
const query = (parts: Partial<CapQuery> = {}): CapQuery => ({
  tenant: "acme",
  keyId: "ABCDEFGH",
  workload: "triage",
  worst: 0,
  worstTokens: 0,
  at: MONDAY,
  ...parts,
});
const warnings: string[] = [];
const make = (options: CapsOptions = {}): Caps =>
  new Caps({ now: () => MONDAY, warn: (text) => warnings.push(text), ...options });

function admitted(answer: Reservation | CapRefusal): Reservation {
  if ("refused" in answer) throw new Error(`refused by the cap of the ${answer.scope}`);
  return answer;
}

function spend(caps: Caps, parts: Partial<CapQuery>): void {
  admitted(caps.reserve(query(parts))).settle(parts.worst ?? 0, parts.worstTokens ?? 0);
}

describe("a cap", () => {
  test("of a dollar of which 0.9990 are spent refuses 0.0020 and admits 0.0010", () => {
    const caps = make({ caps: [cap()] });
    spend(caps, { worst: 0.999 * DOLLAR });
    expect(caps.reserve(query({ worst: 0.002 * DOLLAR }))).toEqual({
      refused: true,
      scope: "workload",
      window: "day",
      unit: "usd",
      limit: BigInt(DOLLAR),
      spent: 999_000_000_000n,
      resetsAt: Date.parse("2026-03-03T00:00:00Z"),
    });
    expect(admitted(caps.reserve(query({ worst: 0.001 * DOLLAR }))).remaining).toBe(0n);
  });

  test("is not passed by any number of requests at once, and what they did not use comes back", () => {
    const caps = make({ caps: [cap()] });
    const answers = Array.from({ length: 200 }, () => caps.reserve(query({ worst: 0.03 * DOLLAR })));
    const open = answers.filter((answer) => !("refused" in answer)).map(admitted);
    expect(open).toHaveLength(33);
    for (const reservation of open) reservation.settle(0.01 * DOLLAR, 0);
    expect(admitted(caps.reserve(query({ worst: 0.67 * DOLLAR }))).remaining).toBe(0n);
  });

  test("a reservation is settled once", () => {
    const caps = make({ caps: [cap()] });
    const reservation = admitted(caps.reserve(query({ worst: DOLLAR })));
    reservation.settle(0, 0);
    reservation.settle(DOLLAR, 0);
    expect(caps.used(cap(), { tenant: "acme", subject: "triage" })).toBe(0n);
  });

  test("that is strict counts all that was set aside where nobody knows for certain what was spent", () => {
    const used = (strict: boolean): bigint => {
      const caps = make({ caps: [cap()], strict });
      const settle = (worst: number, isCertain?: boolean): void =>
        admitted(caps.reserve(query({ worst }))).settle(1, 1, isCertain);
      settle(10);
      settle(10, true);
      settle(10, false);
      // More than was set aside is more.
      settle(0, false);
      return caps.used(cap(), { tenant: "acme", subject: "triage" });
    };
    expect([used(false), used(true)]).toEqual([4n, 13n]);
  });

  test("counts tokens as well", () => {
    const caps = make({ caps: [cap({ unit: "tokens", limit: 100n })] });
    spend(caps, { worstTokens: 60, worst: DOLLAR });
    expect(caps.reserve(query({ worstTokens: 41 }))).toMatchObject({ refused: true, unit: "tokens", spent: 60n });
    // A cap of tokens alone says nothing of money.
    expect(admitted(caps.reserve(query({ worstTokens: 40 }))).remaining).toBeUndefined();
  });

  test("without one, nothing is counted and nothing remains to be said", () => {
    const caps = make({ caps: [cap({ subject: "other" })] });
    expect(admitted(caps.reserve(query({ worst: 100 * DOLLAR }))).remaining).toBeUndefined();
  });

  test("that only warns lets everything through and tells once in a window", () => {
    warnings.length = 0;
    const caps = make({ caps: [cap({ mode: "warn" })] });
    for (let n = 0; n < 9; n += 1) spend(caps, { worst: 0.4 * DOLLAR });
    expect(warnings).toEqual([
      expect.stringMatching(
        /cap of \$1\.00 a day for the workload triage has \$0\.20 left: .* \$0\.40 was let through/,
      ),
      expect.stringMatching(/cap of \$1\.00 a day for the workload triage is reached: requests are let through until/),
    ]);
    expect(admitted(caps.reserve(query())).remaining).toBe(0n);
  });

  test("tells apart that it is reached, that little is left, and that one request alone is more than it", () => {
    warnings.length = 0;
    const told = (worst: number): string | undefined => {
      for (let n = 0; n < 2; n += 1) expect(caps.reserve(query({ worst }))).toMatchObject({ refused: true });
      return warnings.splice(0).join();
    };
    const caps = make({ caps: [cap()] });
    // Nothing was spent: the cap is not reached.
    expect(told(2 * DOLLAR)).toBe(
      "A request was refused that may cost $2.00 by itself: more than the cap of $1.00 a day for the workload triage, " +
        "of which $0.00 are used. A lower max_tokens makes it smaller.",
    );
    expect(told(Number.MAX_SAFE_INTEGER)).toMatch(
      /^A request was refused whose cost has no bound: .* cannot hold for it/,
    );
    spend(caps, { worst: 0.9 * DOLLAR });
    expect(told(0.2 * DOLLAR)).toBe(
      "The cap of $1.00 a day for the workload triage has $0.10 left: a request that may cost $0.20 was refused, " +
        "as are all that may cost more than what is left, until 2026-03-03 00:00 UTC.",
    );
    spend(caps, { worst: 0.1 * DOLLAR });
    expect(told(1)).toBe(
      "The cap of $1.00 a day for the workload triage is reached: further requests are refused until 2026-03-03 00:00 UTC.",
    );
    // The next day all of them may be told again.
    expect(caps.reserve(query({ worst: 2 * DOLLAR, at: MONDAY + 86_400_000 }))).toMatchObject({ refused: true });
    expect(warnings).toHaveLength(1);
  });

  test("tells once of requests without a price that it refuses", () => {
    warnings.length = 0;
    const caps = make({ caps: [cap()] });
    for (let n = 0; n < 3; n += 1) caps.reserve(query({ worst: undefined }));
    expect(warnings).toEqual([expect.stringContaining("whose price is not known was refused")]);
  });

  test("in dollars refuses what has no known price, unless that is allowed; a cap of tokens does not", () => {
    expect(make({ caps: [cap()] }).reserve(query({ worst: undefined }))).toMatchObject({ refused: true });
    admitted(make({ caps: [cap()], allowUnpriced: true }).reserve(query({ worst: undefined })));
    admitted(make({ caps: [cap({ unit: "tokens" })] }).reserve(query({ worst: undefined })));
    admitted(make({ caps: [cap({ mode: "warn" })] }).reserve(query({ worst: undefined })));
  });
});

describe("scopes", () => {
  test.each<[CapScope, string, Partial<CapQuery>, Partial<CapQuery>]>([
    ["workload", "triage", {}, { workload: "other" }],
    ["key", "ABCDEFGH", { workload: "other" }, { keyId: "OTHERKEY" }],
    ["tenant", "acme", { keyId: "OTHERKEY" }, { tenant: "other" }],
    ["customer_tag", "c1", { customerTag: "c1" }, { customerTag: "c2" }],
    ["customer_tag", "c1", { customerTag: "c1" }, {}],
  ])("of a %s: its own requests count, others do not", (scope, subject, own, other) => {
    const caps = make({ caps: [cap({ scope, subject })] });
    spend(caps, { ...own, worst: DOLLAR });
    expect(caps.reserve(query({ ...own, worst: 1 }))).toMatchObject({ refused: true, scope });
    admitted(caps.reserve(query({ ...other, worst: 1 })));
  });

  test("of all requests together", () => {
    const caps = make({ caps: [cap({ scope: "global", subject: "" })] });
    spend(caps, { tenant: "a", keyId: "A", workload: "a", worst: DOLLAR });
    expect(caps.reserve(query({ worst: 1 }))).toMatchObject({ refused: true, scope: "global" });
  });

  test("a star is each subject on its own; workloads of two tenants are two subjects", () => {
    const caps = make({ caps: [cap({ subject: "*" })] });
    spend(caps, { worst: DOLLAR });
    admitted(caps.reserve(query({ workload: "b", worst: DOLLAR })));
    admitted(caps.reserve(query({ tenant: "other", worst: DOLLAR })));
    expect(caps.reserve(query({ worst: 1 }))).toMatchObject({ refused: true });
  });

  test("every cap must hold; of several that do not, the one that is reset last is named, and nothing is set aside", () => {
    const weekly = cap({ scope: "tenant", subject: "acme", window: "week" });
    const caps = make({ caps: [cap(), weekly, cap({ scope: "key", subject: "*", limit: BigInt(9 * DOLLAR) })] });
    spend(caps, { worst: DOLLAR });
    expect(caps.reserve(query({ worst: 1 }))).toMatchObject({ scope: "tenant", window: "week" });
    expect(caps.used(weekly, { tenant: "acme", subject: "acme" })).toBe(BigInt(DOLLAR));
  });

  test("a key's monthly quota of tokens is a cap", () => {
    const caps = make({ quotaOf: (id) => (id === "ABCDEFGH" ? 100 : undefined) });
    spend(caps, { worstTokens: 90 });
    expect(caps.reserve(query({ worstTokens: 11 }))).toMatchObject({ scope: "key", window: "month", limit: 100n });
    admitted(caps.reserve(query({ worstTokens: 11, keyId: "OTHERKEY" })));
  });
});

describe("windows", () => {
  test.each(CAP_WINDOWS)("a new %s begins with nothing spent", (window) => {
    const caps = make({ caps: [cap({ window })] });
    spend(caps, { worst: DOLLAR });
    const refusal = caps.reserve(query({ worst: 1 }));
    if (!("refused" in refusal)) throw new Error("admitted");
    expect(caps.reserve(query({ worst: 1, at: refusal.resetsAt - 1 }))).toMatchObject({ refused: true });
    admitted(caps.reserve(query({ worst: DOLLAR, at: refusal.resetsAt })));
  });

  test("what was set aside in one is spent in it, also when the request ends in the next", () => {
    const caps = make({ caps: [cap()] });
    const late = admitted(caps.reserve(query({ worst: DOLLAR })));
    const next = query({ worst: DOLLAR, at: MONDAY + 86_400_000 });
    late.settle(DOLLAR, 0);
    admitted(caps.reserve(next));
  });
});

describe("a new start", () => {
  const history: NonNullable<CapsOptions["history"]> = (scope, since) => {
    expect(since).toBeLessThanOrEqual(MONDAY);
    if (scope === "global") return [{ tenant: "", subject: "", spent: 5n, tokens: 5n }];
    if (scope === "customer_tag") return [{ tenant: "acme", subject: "hash-c1", spent: 7n, tokens: 0n }];
    if (scope === "key") return [{ tenant: "acme", subject: "ABCDEFGH", spent: 0n, tokens: 80n }];
    return [
      { tenant: "acme", subject: "triage", spent: BigInt(DOLLAR), tokens: 0n },
      { tenant: "acme", subject: "other", spent: 1n, tokens: 0n },
    ];
  };

  test("begins with what the ledger says was spent in the open windows", () => {
    const caps = make({
      history,
      caps: [cap(), cap({ scope: "customer_tag", subject: "c1", limit: 10n })],
      nameOfTag: (tag) => `hash-${tag}`,
    });
    expect(caps.reserve(query({ worst: 1 }))).toMatchObject({ refused: true, spent: BigInt(DOLLAR) });
    expect(caps.reserve(query({ workload: "x", customerTag: "c1", worst: 4 }))).toMatchObject({ spent: 7n });
    admitted(caps.reserve(query({ workload: "x", customerTag: "c1", worst: 3 })));
  });

  test("quotas as well", () => {
    const caps = make({ history, quotaOf: () => 100 });
    expect(caps.reserve(query({ worstTokens: 21 }))).toMatchObject({ refused: true, spent: 80n });
  });

  test("a cap that is set later begins with the history; one that held before goes on counting", () => {
    const caps = make({ history, caps: [cap({ subject: "*", limit: BigInt(9 * DOLLAR) })] });
    spend(caps, { worst: DOLLAR });
    const global = cap({ scope: "global", subject: "" });
    caps.replace([cap({ subject: "*", limit: BigInt(3 * DOLLAR) }), global]);
    expect(caps.used(cap(), { tenant: "acme", subject: "triage" })).toBe(BigInt(2 * DOLLAR));
    expect(caps.used(global, { tenant: "acme", subject: "" })).toBe(5n);
    // Taken away and set again: what was spent in between was not counted, the ledger knows it.
    caps.replace([]);
    caps.replace([cap()]);
    expect(caps.used(cap(), { tenant: "acme", subject: "triage" })).toBe(BigInt(DOLLAR));
  });
});

test("what a request in flight spends counts for caps that were set in the meantime, and once for those that held", () => {
  const held = cap({ limit: BigInt(9 * DOLLAR) });
  const of = { tenant: "acme", subject: "triage" };
  const global = cap({ scope: "global", subject: "" });
  const caps = make({ caps: [held] });
  const free = admitted(caps.reserve(query({ workload: "other" })));
  const open = admitted(caps.reserve(query({ worst: DOLLAR })));
  caps.replace([held, global]);
  free.settle(5, 1);
  open.settle(7, 1);
  expect(caps.used(global, { tenant: "acme", subject: "" })).toBe(12n);
  expect(caps.used(held, of)).toBe(7n);
});

describe("reservations in any order", () => {
  type Step =
    | readonly ["reserve", number]
    | readonly ["settle", number, number]
    | readonly ["lose", number]
    | readonly ["wait", number];
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.tuple(fc.constant("reserve" as const), fc.integer({ min: 0, max: 60 })),
    fc.tuple(fc.constant("settle" as const), fc.nat(20), fc.integer({ min: 0, max: 100 })),
    fc.tuple(fc.constant("lose" as const), fc.nat(20)),
    fc.tuple(fc.constant("wait" as const), fc.integer({ min: 1, max: 16 })),
  );

  test("never pass the cap, and leave nothing set aside when all are settled or lost", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let now = MONDAY;
        const dead = new Set<object>();
        const watch = (reservation: object) => (): boolean => !dead.has(reservation);
        const one = cap({ limit: 100n, window: "month" });
        const caps = make({ caps: [one], now: () => now, watch });
        const open: { reservation: Reservation; worst: number }[] = [];
        let lost: { worst: number; until: number }[] = [];
        let spent = 0;
        for (const [what, first, second] of steps) {
          const aside = [...open, ...lost].reduce((sum, { worst }) => sum + worst, 0);
          if (what === "reserve") {
            const answer = caps.reserve(query({ worst: first, at: now }));
            expect("refused" in answer).toBe(spent + aside + first > 100);
            if (!("refused" in answer)) open.push({ reservation: answer, worst: first });
          } else if (what === "settle") {
            const [taken] = open.splice(first % Math.max(1, open.length), 1);
            // Never more than was set aside, which is the promise of a worst case.
            const actual = Math.floor(((taken?.worst ?? 0) * (second ?? 0)) / 100);
            taken?.reservation.settle(actual, 0);
            spent += actual;
          } else if (what === "lose") {
            const [taken] = open.splice(first % Math.max(1, open.length), 1);
            if (taken !== undefined) {
              dead.add(taken.reservation);
              lost.push({ worst: taken.worst, until: 0 });
            }
          } else {
            // A minute a step: those that can still be settled are renewed each time.
            for (let minute = 0; minute < first; minute += 1) {
              now += 60_000;
              caps.sweep();
            }
            lost = lost.map((one) => ({ ...one, until: one.until + first }));
            const used = Number(caps.used(one, { tenant: "acme", subject: "triage" }));
            // Renewed up to a minute before it was lost: given back after 15 or 16 minutes.
            const certain = [...open, ...lost.filter(({ until }) => until < 15)].reduce(
              (sum, { worst }) => sum + worst,
              spent,
            );
            const most = [...open, ...lost.filter(({ until }) => until < 17)].reduce(
              (sum, { worst }) => sum + worst,
              spent,
            );
            expect(used >= certain && used <= most).toBe(true);
            lost = lost.filter(({ until }) => until < 15);
          }
          expect(spent <= 100).toBe(true);
        }
        for (const { reservation } of open) reservation.settle(0, 0);
        for (let minute = 0; minute < 16; minute += 1) {
          now += 60_000;
          caps.sweep();
        }
        expect(caps.used(one, { tenant: "acme", subject: "triage" })).toBe(BigInt(spent));
      }),
    );
  });

  test("one that was given up as lost and is settled after all counts as spent, and gives nothing back twice", () => {
    let now = MONDAY;
    const caps = make({ caps: [cap({ window: "month" })], now: () => now, watch: () => () => false });
    const late = admitted(caps.reserve(query({ worst: 10 })));
    now += 15 * 60_000;
    caps.sweep();
    const of = { tenant: "acme", subject: "triage" };
    expect(caps.used(cap({ window: "month" }), of)).toBe(0n);
    late.settle(7, 0);
    expect(caps.used(cap({ window: "month" }), of)).toBe(7n);
  });
});
