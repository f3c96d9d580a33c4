import { isObject, type Json, type JsonObject } from "@tesserae/core";
import { activationOf, groupOf, startNodes, type Activation, type DiGraph, type DiGraphEdge } from "./di-graph.ts";

/** The edges to one node that are counted together. */
interface Group {
  readonly activation: Activation;
  /** How many there are. */
  readonly size: number;
  /** How many must still fire: of a group of which any is enough, nothing is counted. */
  remaining: number;
  /** Any was enough, and one has fired. */
  enqueued: boolean;
}

/** Where the execution of a graph stands: which nodes are ready, and what the others wait for. */
export class GraphExecution {
  readonly #graph: DiGraph;
  readonly #groups = new Map<string, Map<string, Group>>();
  /** The groups because of which a node is ready. */
  readonly #triggered = new Map<string, Set<string>>();
  #ready: string[] = [];

  constructor(graph: DiGraph) {
    this.#graph = graph;
    for (const { edges } of Object.values(graph.nodes)) for (const edge of edges) this.#add(edge);
    this.restart();
  }

  get isReady(): boolean {
    return this.#ready.length > 0;
  }

  /** Back to the start nodes. */
  restart(): void {
    for (const [target, groups] of this.#groups) for (const group of groups.keys()) this.#restore(target, group);
    this.#triggered.clear();
    this.#ready = [...startNodes(this.#graph)];
  }

  /** Everything that is ready, which begins now: what led to it is counted anew. */
  takeReady(): readonly string[] {
    const ready = this.#ready;
    this.#ready = [];
    this.#begin(ready);
    return ready;
  }

  /** What is ready because any edge of a group was enough: those of them that may begin before the others. */
  takeEarly(may: (name: string) => boolean): readonly string[] {
    const early = this.#ready.filter((name) => may(name) && this.#isReadyByAny(name));
    this.#ready = this.#ready.filter((name) => !early.includes(name));
    this.#begin(early);
    return early;
  }

  /** An edge has fired. */
  fire(edge: DiGraphEdge): void {
    const name = groupOf(edge);
    const group = this.#groups.get(edge.target)?.get(name);
    if (group === undefined) return;
    if (group.activation === "any") {
      if (group.enqueued) return;
      group.enqueued = true;
    } else {
      group.remaining -= 1;
      if (group.remaining !== 0) return;
    }
    this.#trigger(edge.target, name);
  }

  /** The nodes that some, but not enough edges of a group have led to. */
  starved(): readonly string[] {
    return Array.from(this.#groups)
      .filter(([, groups]) =>
        Array.from(groups.values()).some(
          ({ activation, remaining, size }) => activation === "all" && remaining > 0 && remaining < size,
        ),
      )
      .map(([target]) => target);
  }

  /** As AutoGen writes it, and why nodes are ready, which AutoGen forgets. */
  save(): JsonObject {
    return {
      remaining: this.#table(({ remaining }) => remaining),
      enqueued_any: this.#table(({ enqueued }) => enqueued),
      ready: [...this.#ready],
      triggered_activation_groups: Object.fromEntries(
        Array.from(this.#triggered, ([target, groups]) => [target, [...groups]]),
      ),
    };
  }

  /** Takes back what {@link GraphExecution.save} gave, here or in Python. */
  load(state: JsonObject): void {
    this.restart();
    const { ready, triggered_activation_groups: triggered } = state;
    for (const [target, groups] of this.#groups) {
      for (const [name, group] of groups) {
        const remaining = at(state["remaining"], target, name);
        if (typeof remaining === "number") group.remaining = remaining;
        group.enqueued = at(state["enqueued_any"], target, name) === true;
      }
    }
    if (Array.isArray(ready)) this.#ready = ready.filter((name): name is string => typeof name === "string");
    if (isObject(triggered)) {
      for (const [target, groups] of Object.entries(triggered))
        if (Array.isArray(groups)) this.#triggered.set(target, new Set(groups.map(String)));
    } else this.#repair();
  }

  /** A state of Python's does not say which groups led to a node that is ready, nor which nodes were running. */
  #repair(): void {
    const nothingReady = this.#ready.length === 0;
    for (const [target, groups] of this.#groups) {
      for (const [name, group] of groups) {
        const hasFired = group.activation === "any" ? group.enqueued : group.remaining <= 0;
        if (!hasFired) continue;
        if (nothingReady || this.#ready.includes(target)) this.#trigger(target, name);
        else this.#restore(target, name);
      }
    }
  }

  #add(edge: DiGraphEdge): void {
    const groups = this.#groups.get(edge.target) ?? new Map<string, Group>();
    const size = (groups.get(groupOf(edge))?.size ?? 0) + 1;
    groups.set(groupOf(edge), { activation: activationOf(edge), size, remaining: size, enqueued: false });
    this.#groups.set(edge.target, groups);
  }

  /** Two groups may lead to a node at once: it runs once. */
  #trigger(target: string, group: string): void {
    const groups = this.#triggered.get(target);
    if (groups === undefined) this.#triggered.set(target, new Set([group]));
    else groups.add(group);
    if (!this.#ready.includes(target)) this.#ready.push(target);
  }

  #begin(names: readonly string[]): void {
    for (const name of names) {
      for (const group of this.#triggered.get(name) ?? []) this.#restore(name, group);
      this.#triggered.delete(name);
    }
  }

  #isReadyByAny(name: string): boolean {
    const triggered = this.#triggered.get(name) ?? [];
    return [...triggered].some((group) => this.#groups.get(name)?.get(group)?.activation === "any");
  }

  #restore(target: string, name: string): void {
    const group = this.#groups.get(target)?.get(name);
    if (group === undefined) return;
    group.remaining = group.size;
    group.enqueued = false;
  }

  #table(value: (group: Group) => number | boolean): JsonObject {
    return Object.fromEntries(
      Array.from(this.#groups, ([target, groups]) => [
        target,
        Object.fromEntries(Array.from(groups, ([name, group]) => [name, value(group)])),
      ]),
    );
  }
}

function at(table: Json | undefined, target: string, group: string): Json | undefined {
  const groups = isObject(table) ? table[target] : undefined;
  return isObject(groups) ? groups[group] : undefined;
}
