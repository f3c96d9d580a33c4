import type { AsyncResource } from "node:async_hooks";
import type { Agent } from "../agents/agent.ts";
import { AgentScope } from "../agents/agent-scope.ts";
import { RuntimeError, ValueError } from "../errors/kinds.ts";
import type { AgentId } from "../identifiers/agent-id.ts";
import { checkCount } from "./check-count.ts";
import { AgentCell, UNLIMITED } from "./agent-cell.ts";
import type { AgentClass, AgentFactory, AgentRuntime } from "./agent-runtime.ts";
import { AgentNotFoundError } from "./exceptions.ts";
import type { HandlerScopes } from "./handler-scopes.ts";
import { isPromiseLike } from "./is-promise-like.ts";

/** How agents of one type come to be. */
interface Registration {
  /** `undefined` for a type whose agents are registered as instances. */
  readonly factory: AgentFactory | undefined;
  /** What the factory must make, or the class of the first instance. */
  readonly expectedClass: AgentClass | undefined;
  readonly limit: number;
}

/** An agent on its way into the world. */
interface Birth {
  readonly id: AgentId;
  readonly text: string;
  readonly registration: Registration;
  readonly scope: AgentScope;
  readonly resource: AsyncResource | undefined;
}

/** The agents of one runtime: their factories and those that exist. */
export class AgentStore {
  readonly #runtime: AgentRuntime;
  readonly #scopes: HandlerScopes;
  readonly #registrations = new Map<string, Registration>();
  readonly #cells = new Map<string, AgentCell>();
  readonly #making = new Map<string, Promise<AgentCell>>();
  /** Called with a new agent before its first message. */
  readonly #onMade: ((agent: Agent, id: AgentId) => Promise<void>) | undefined;
  #closed = false;

  constructor(runtime: AgentRuntime, scopes: HandlerScopes, onMade?: (agent: Agent, id: AgentId) => Promise<void>) {
    this.#runtime = runtime;
    this.#scopes = scopes;
    this.#onMade = onMade;
  }

  /** The agents that exist, in the order in which they were made. */
  get cells(): readonly AgentCell[] {
    return [...this.#cells.values()];
  }

  hasType(type: string): boolean {
    return this.#registrations.has(type);
  }

  /** True when agents of the type can be made, false also for types of which only instances were registered. */
  hasFactory(type: string): boolean {
    return this.#registrations.get(type)?.factory !== undefined;
  }

  registerFactory(type: string, factory: AgentFactory, expectedClass: AgentClass | undefined, limit: number): void {
    if (typeof factory !== "function") {
      throw new ValueError(`The factory of agent type ${type} must be a function, got ${typeof factory}.`);
    }
    if (this.#registrations.has(type)) {
      throw new ValueError(`Agent with type ${type} already exists.`);
    }
    this.#registrations.set(type, { factory, expectedClass, limit });
  }

  registerInstance(agent: Agent, id: AgentId, limit: number): void {
    const text = id.toString();
    if (this.#cells.has(text)) throw new ValueError(`Agent with id ${text} already exists.`);
    const registration = this.#registrations.get(id.type);
    if (registration !== undefined) {
      if (registration.factory !== undefined) {
        throw new ValueError("Agent factories and agent instances cannot be registered to the same type.");
      }
      if (classOf(agent) !== registration.expectedClass) {
        throw new ValueError("Agent instances must be the same object type.");
      }
    }
    agent.bindIdAndRuntime(id, this.#runtime);
    if (registration === undefined) {
      this.#registrations.set(id.type, { factory: undefined, expectedClass: classOf(agent), limit });
    }
    this.#cells.set(text, new AgentCell(id, agent, limit));
  }

  /** The agent when it exists. */
  cell(text: string): AgentCell | undefined {
    return this.#cells.get(text);
  }

  /** The agent, made when it is not there; concurrent callers share the making. Throws or rejects when it fails. */
  get(id: AgentId): AgentCell | Promise<AgentCell> {
    const text = id.toString();
    return this.#cells.get(text) ?? this.#making.get(text) ?? this.#make(id, text);
  }

  /** Forgets an agent without closing it. */
  remove(cell: AgentCell): void {
    const text = cell.id.toString();
    if (this.#cells.get(text) === cell) this.#cells.delete(text);
    cell.live = false;
  }

  /** Forgets a type and gives its agents. */
  unregister(type: string): readonly AgentCell[] {
    if (!this.#registrations.delete(type)) throw new AgentNotFoundError(type);
    const cells = [...this.#cells.values()].filter((cell) => cell.id.type === type);
    for (const cell of cells) this.remove(cell);
    for (const text of this.#making.keys()) if (text.startsWith(`${type}/`)) this.#making.delete(text);
    return cells;
  }

  /** Waits for agents in the making and gives all; what is made later is closed at once. */
  async closeAll(): Promise<readonly AgentCell[]> {
    this.#closed = true;
    await Promise.allSettled(this.#making.values());
    return this.cells;
  }

  #make(id: AgentId, text: string): AgentCell | Promise<AgentCell> {
    const registration = this.#registrations.get(id.type);
    if (registration === undefined) throw new AgentNotFoundError(id.type);
    const { factory } = registration;
    if (factory === undefined) {
      throw new RuntimeError(
        `Agent type ${id.type} was registered through instances, and there is none with id ${text}. ` +
          "Usual cause: a subscription maps another topic source to this type.",
      );
    }
    const runtime = this.#runtime;
    const scope = new AgentScope(id, runtime, true);
    const { made, resource } = this.#scopes.callFactory(scope, () => factory({ runtime, agentId: id }));
    const birth: Birth = { id, text, registration, scope, resource };
    if (!isPromiseLike(made) && this.#onMade === undefined) return this.#keep(made, birth);
    const making = this.#finish(made, birth).finally(() => {
      if (this.#making.get(text) === making) this.#making.delete(text);
    });
    this.#making.set(text, making);
    return making;
  }

  async #finish(made: Agent | PromiseLike<Agent>, birth: Birth): Promise<AgentCell> {
    const agent = await made;
    const { id, registration } = birth;
    check(agent, id, registration);
    if (this.#onMade !== undefined && this.#isWanted(birth)) {
      agent.bindIdAndRuntime(id, this.#runtime);
      await this.#onMade(agent, id);
    }
    if (this.#isWanted(birth)) return this.#keep(agent, birth);
    await agent.close();
    throw new AgentNotFoundError(id.type);
  }

  /** False when the type was unregistered, or the runtime closed, while the agent was being made. */
  #isWanted({ id, registration }: Birth): boolean {
    return !this.#closed && this.#registrations.get(id.type) === registration;
  }

  #keep(agent: Agent, { id, text, registration, scope, resource }: Birth): AgentCell {
    check(agent, id, registration);
    agent.bindIdAndRuntime(id, this.#runtime);
    scope.making = false;
    const cell = new AgentCell(id, agent, registration.limit, resource);
    this.#cells.set(text, cell);
    return cell;
  }
}

function check(agent: Agent, id: AgentId, registration: Registration): void {
  if (typeof agent !== "object" || agent === null || typeof agent.onMessage !== "function") {
    throw new ValueError(`The factory of agent type ${id.type} did not return an agent.`);
  }
  const { expectedClass } = registration;
  if (expectedClass !== undefined && !(agent instanceof expectedClass)) {
    throw new ValueError(
      `Factory registered using the wrong type: expected ${expectedClass.name}, got ${classOf(agent).name}`,
    );
  }
}

function classOf(agent: Agent): AgentClass {
  return agent.constructor as AgentClass;
}

/** The limit for a `concurrency` option. @throws ValueError unless it is a whole number from 1. */
export function concurrencyLimit(concurrency: number = Infinity): number {
  return Math.min(checkCount("concurrency", concurrency), UNLIMITED);
}
