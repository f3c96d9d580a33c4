import { AgentId, TopicId, TypePrefixSubscription, TypeSubscription } from "@tesserae/core";
import {
  GrpcWorkerAgentRuntime,
  GrpcWorkerAgentRuntimeHost,
  type GrpcWorkerAgentRuntimeHostOptions,
  type GrpcWorkerAgentRuntimeOptions,
} from "@tesserae/ext/runtimes/grpc";
import { Actor, Answer, Ask } from "./actor.ts";
import { Heard, type HostPeer, type WorkerPeer } from "./peers.ts";

/** A host of this process. */
export async function startHost(
  options: GrpcWorkerAgentRuntimeHostOptions = {},
  address: string = "127.0.0.1:0",
): Promise<HostPeer> {
  const host = new GrpcWorkerAgentRuntimeHost(address, options);
  await host.start();
  return host;
}

/** A worker of this process. */
export class TypeScriptWorker implements WorkerPeer {
  readonly heard: Heard = new Heard();
  readonly runtime: GrpcWorkerAgentRuntime;

  private constructor(runtime: GrpcWorkerAgentRuntime) {
    this.runtime = runtime;
  }

  static async start(
    hostAddress: string,
    options: Omit<GrpcWorkerAgentRuntimeOptions, "hostAddress"> = {},
  ): Promise<TypeScriptWorker> {
    const runtime = new GrpcWorkerAgentRuntime({ requestTimeoutMs: 50_000, ...options, hostAddress });
    runtime.addMessageSerializer([...Ask.serializers, ...Answer.serializers]);
    await runtime.start();
    return new TypeScriptWorker(runtime);
  }

  async register(type: string): Promise<void> {
    await Actor.register(this.runtime, type, () => new Actor(this.heard.tell));
  }

  async subscribe(topic: string, type: string, prefix: boolean = false): Promise<string> {
    const subscription = prefix ? new TypePrefixSubscription(topic, type) : new TypeSubscription(topic, type);
    await this.runtime.addSubscription(subscription);
    return subscription.id;
  }

  async unsubscribe(id: string): Promise<void> {
    await this.runtime.removeSubscription(id);
  }

  async send(to: string, content: string): Promise<string> {
    const answer: unknown = await this.runtime.sendMessage(Ask({ content }), AgentId.fromString(to));
    return Answer.is(answer) ? answer.content : String(answer);
  }

  async publish(topic: string, content: string): Promise<void> {
    await this.runtime.publishMessage(Ask({ content }), TopicId.fromString(topic));
  }

  async stop(): Promise<void> {
    await this.runtime.stop();
    await this.runtime.close();
  }

  async kill(): Promise<void> {
    await this.runtime.close();
  }
}
