import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RequestKey } from "../key/request-key.ts";
import { Coalescer } from "./coalescer.ts";
import type { FlightResult, Follower, FollowerSink, Leader } from "./parties.ts";

const key = (given: Partial<RequestKey> = {}): RequestKey => ({
  key: "a".repeat(64),
  temperature: 0,
  form: "sse",
  asksUsage: false,
  ...given,
});
const HEAD = { status: 200, headers: { "content-type": "text/event-stream" } };
const RESULT: FlightResult = { usage: null, finish: "stop", model: "m" };

function leader(joined: Leader | Follower | undefined): Leader {
  if (joined?.role !== "leader") throw new Error("This one does not lead.");
  return joined;
}
function follower(joined: Leader | Follower | undefined): Follower {
  if (joined?.role !== "follower") throw new Error("This one does not follow.");
  return joined;
}

/** A follower's client, which writes down all that it gets. */
class Client implements FollowerSink {
  readonly seen: string[] = [];
  text = "";
  isSlow = false;
  leads: Leader | undefined;

  onHead(head: { status: number }): void {
    this.seen.push(`head ${head.status}`);
  }
  onChunk(chunk: Buffer): boolean {
    this.text += chunk.toString();
    return !this.isSlow;
  }
  onEnd({ finish }: FlightResult): void {
    this.seen.push(`end ${finish}`);
  }
  onLead(next: Leader): void {
    this.seen.push("lead");
    this.leads = next;
  }
  onFailure(reason: string): void {
    this.seen.push(reason);
  }
}

function following(coalescer: Coalescer, given?: Partial<RequestKey>): Client & { readonly follower: Follower } {
  const joined = follower(coalescer.join(key(given)));
  const client = Object.assign(new Client(), { follower: joined });
  joined.follow(client);
  return client;
}

describe("joining", () => {
  test("50 identical requests at temperature 0 are one; at temperature 1 they are 50, unless any will do", () => {
    const roles = (coalescer: Coalescer, temperature: number | undefined) =>
      Array.from({ length: 50 }, () => coalescer.join(key({ temperature }))?.role);
    expect(roles(new Coalescer(), 0)).toEqual(["leader", ...Array<string>(49).fill("follower")]);
    expect(roles(new Coalescer(), 1)).toEqual(Array(50).fill(undefined));
    expect(roles(new Coalescer(), undefined)).toEqual(Array(50).fill(undefined));
    expect(roles(new Coalescer({ anyTemperature: true }), 1).filter((role) => role === "leader")).toHaveLength(1);
  });

  test("another key, and another form of the same, are flights of their own", () => {
    const coalescer = new Coalescer();
    for (const given of [{}, { key: "b" }, { form: "json" as const }, { asksUsage: true }]) {
      expect(coalescer.join(key(given))?.role).toBe("leader");
    }
  });

  test("no more than 64 follow; the next goes its own way", () => {
    const coalescer = new Coalescer();
    coalescer.join(key());
    for (let count = 0; count < 64; count += 1) following(coalescer);
    expect(coalescer.join(key())).toBeUndefined();
    expect(coalescer.stats()).toEqual({ flights: 1, followers: 64, promoted: 0 });
  });

  test("who comes late gets what came before, then what comes; after the end there is a new flight", () => {
    const coalescer = new Coalescer();
    const leading = leader(coalescer.join(key()));
    const early = following(coalescer);
    expect(leading.head(HEAD)).toBe(true);
    leading.push(Buffer.from("one "));
    const late = following(coalescer);
    leading.push(Buffer.from("two"));
    leading.end(RESULT);
    for (const client of [early, late]) {
      expect([client.seen, client.text]).toEqual([["head 200", "end stop"], "one two"]);
    }
    expect(coalescer.join(key())?.role).toBe("leader");
  });

  test("an answer that outgrows the buffer cannot be joined any more, and those who follow get it whole", () => {
    const coalescer = new Coalescer({ maxBufferBytes: 10 });
    const leading = leader(coalescer.join(key()));
    const client = following(coalescer);
    leading.head(HEAD);
    for (const text of ["01234", "56789", "abcde"]) leading.push(Buffer.from(text));
    expect(coalescer.join(key())).toBeUndefined();
    leading.end(RESULT);
    expect([client.text, client.seen.at(-1)]).toEqual(["0123456789abcde", "end stop"]);
  });
});

describe("slow followers", () => {
  test("take what came when they can, and hold up nobody", () => {
    const coalescer = new Coalescer();
    const leading = leader(coalescer.join(key()));
    const slow = following(coalescer);
    const fast = following(coalescer);
    slow.isSlow = true;
    leading.head(HEAD);
    for (const text of ["a", "b", "c"]) leading.push(Buffer.from(text));
    leading.end(RESULT);
    expect([slow.text, fast.text, fast.seen.at(-1)]).toEqual(["a", "abc", "end stop"]);
    slow.follower.resume();
    expect(slow.text).toBe("ab");
    slow.isSlow = false;
    slow.follower.resume();
    expect([slow.text, slow.seen.at(-1)]).toEqual(["abc", "end stop"]);
  });

  test("are let go when what they need is no longer kept", () => {
    const coalescer = new Coalescer({ maxBufferBytes: 2 });
    const leading = leader(coalescer.join(key()));
    const slow = following(coalescer);
    slow.isSlow = true;
    leading.head(HEAD);
    for (const text of ["a", "b", "c", "d"]) leading.push(Buffer.from(text));
    expect([slow.text, slow.seen]).toEqual(["a", ["head 200", "behind"]]);
    expect(leading.followers).toBe(0);
  });
});

describe("when the leader's client goes", () => {
  test("the answer goes on for those who follow, and they get it whole", () => {
    const coalescer = new Coalescer();
    const leading = leader(coalescer.join(key()));
    const client = following(coalescer);
    expect(leading.abandon(() => expect.unreachable())).toBe(false);
    leading.head(HEAD);
    leading.push(Buffer.from("whole"));
    leading.end(RESULT);
    expect([client.seen, client.text]).toEqual([["head 200", "end stop"], "whole"]);
  });

  test("the upstream is left at once when nobody follows, else when the last one goes too", () => {
    const coalescer = new Coalescer();
    expect(leader(coalescer.join(key())).abandon(() => expect.unreachable())).toBe(true);
    expect(coalescer.stats().flights).toBe(0);
    const leading = leader(coalescer.join(key()));
    const clients = [following(coalescer), following(coalescer)];
    let deserted = 0;
    leading.abandon(() => (deserted += 1));
    clients[0]?.follower.leave();
    expect(deserted).toBe(0);
    clients[1]?.follower.leave();
    expect([deserted, coalescer.stats().flights]).toEqual([1, 0]);
    leading.push(Buffer.from("x"));
    expect(clients.map(({ text }) => text)).toEqual(["", ""]);
  });
});

describe("when the leader fails", () => {
  test("before the answer began, one follower leads and the others follow it", () => {
    const coalescer = new Coalescer();
    const leading = leader(coalescer.join(key()));
    const [gone, next, other] = [following(coalescer), following(coalescer), following(coalescer)];
    gone.follower.leave();
    leading.fail();
    expect([gone.seen, next.seen, other.seen]).toEqual([[], ["lead"], []]);
    leading.push(Buffer.from("of no use"));
    next.leads?.head(HEAD);
    next.leads?.push(Buffer.from("good"));
    next.leads?.end(RESULT);
    expect([other.seen, other.text]).toEqual([["head 200", "end stop"], "good"]);
    expect(next.text).toBe("");
    expect(coalescer.stats()).toEqual({ flights: 0, followers: 3, promoted: 1 });
  });

  test("with an error of the server, likewise; with one of the request, all get it", () => {
    const coalescer = new Coalescer();
    for (const status of [500, 503, 529, 429, 408]) {
      const leading = leader(coalescer.join(key()));
      const client = following(coalescer);
      expect(leading.head({ ...HEAD, status })).toBe(false);
      expect(client.seen).toEqual(["lead"]);
      client.leads?.abandon(() => {});
    }
    const leading = leader(coalescer.join(key()));
    const client = following(coalescer);
    expect(leading.head({ ...HEAD, status: 400 })).toBe(true);
    leading.push(Buffer.from("{}"));
    leading.end({ ...RESULT, finish: null });
    expect(client.seen).toEqual(["head 400", "end null"]);
  });

  test("in mid-answer, the followers get what came and the failure", () => {
    const coalescer = new Coalescer();
    const leading = leader(coalescer.join(key()));
    const client = following(coalescer);
    leading.head(HEAD);
    leading.push(Buffer.from("half"));
    leading.fail();
    expect([client.seen, client.text]).toEqual([["head 200", "failed"], "half"]);
    expect(coalescer.join(key())?.role).toBe("leader");
  });

  test("with nobody left, the flight is over", () => {
    const coalescer = new Coalescer();
    leader(coalescer.join(key())).fail();
    expect(coalescer.stats().flights).toBe(0);
  });
});

describe("whatever happens in whatever order", () => {
  interface Flown {
    leader: Leader;
    hasHead: boolean;
    isOver: boolean;
    sent: string;
  }
  type Flying = ReturnType<typeof following> & { flight: Flown; hasLeft: boolean };
  const step = fc.oneof(
    fc.constantFrom("join", "join", "head", "push", "push", "end", "fail", "refuse", "abandon").map((name) => ({
      name,
      who: 0,
    })),
    fc.record({ name: fc.constantFrom("leave", "slow", "resume"), who: fc.nat(6) }),
  );

  /** Plays the steps that make sense; gives all who followed. */
  function play(steps: readonly { readonly name: string; readonly who: number }[]): Flying[] {
    const coalescer = new Coalescer({ maxBufferBytes: 12, maxFollowers: 4 });
    const clients: Flying[] = [];
    let flight: Flown = { leader: leader(coalescer.join(key())), hasHead: false, isOver: false, sent: "" };
    const join = (): void => {
      const joined = coalescer.join(key());
      if (joined?.role === "leader") flight = { leader: joined, hasHead: false, isOver: false, sent: "" };
      if (joined?.role !== "follower") return;
      const client = Object.assign(new Client(), { follower: joined, flight, hasLeft: false });
      joined.follow(client);
      clients.push(client);
    };
    const does: Record<string, (client: Flying | undefined, at: number) => void> = {
      join,
      head: () => {
        if (!flight.hasHead) flight.leader.head(HEAD);
        flight.hasHead = true;
      },
      push: (_, at) => {
        if (!flight.hasHead || flight.isOver) return;
        flight.leader.push(Buffer.from(`${at};`));
        flight.sent += `${at};`;
      },
      end: () => {
        if (flight.hasHead) flight.leader.end(RESULT);
        flight.isOver ||= flight.hasHead;
      },
      fail: () => {
        flight.leader.fail();
        flight.isOver ||= flight.hasHead;
      },
      refuse: () => {
        if (!flight.hasHead) flight.leader.head({ ...HEAD, status: 503 });
      },
      abandon: () => flight.leader.abandon(() => {}),
      leave: (client) => {
        if (client !== undefined) client.hasLeft = true;
        client?.follower.leave();
      },
      slow: (client) => {
        if (client !== undefined) client.isSlow = true;
      },
      resume: (client) => {
        if (client !== undefined) client.isSlow = false;
        client?.follower.resume();
      },
    };
    const known = new Set<Leader>();
    for (const [at, { name, who }] of steps.entries()) {
      does[name]?.(clients[who], at);
      const next = clients.find(({ leads }) => leads !== undefined && !known.has(leads));
      if (next?.leads === undefined) continue;
      known.add(next.leads);
      next.flight.leader = next.leads;
      flight = next.flight;
    }
    // All that is still open ends, so that everybody must have got an end of some kind.
    for (const client of clients) client.isSlow = false;
    for (const { flight: flown } of clients) {
      if (flown.isOver) continue;
      if (!flown.hasHead) flown.leader.head(HEAD);
      flown.hasHead = true;
      flown.leader.end(RESULT);
    }
    for (const client of clients) client.follower.resume();
    return clients;
  }

  test("each follower that stays gets one whole answer, one turn to lead, or one failure", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        for (const { seen, text, flight, hasLeft } of play(steps)) {
          const ends = seen.filter((word) => !word.startsWith("head"));
          const end = ends[0];
          expect(ends.length).toBe(hasLeft ? Math.min(ends.length, 1) : 1);
          expect(flight.sent.startsWith(text)).toBe(true);
          if (end === "lead") expect(seen).toEqual(["lead"]);
          if (end === "end stop") expect(text).toBe(flight.sent);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
