import { SpanKind, trace, type Attributes, type Context, type Tracer } from "@opentelemetry/api";
import type {
  AgentPayload,
  ChannelOutcome,
  ChannelPlace,
  CreationPayload,
  ModelPayload,
  RunPayload,
  ToolPayload,
} from "@tesserae/wire/channels";
import { agentAttributes, placeAttributes, runAttributes, runEndAttributes } from "./agent-spans.ts";
import { modelAttributes, modelEndAttributes } from "./model-span.ts";
import { OpenScopes } from "./open-scopes.ts";
import { endSpan, startSpan } from "./span-writer.ts";
import { toolCallAttributes, toolEndAttributes } from "./tool-span.ts";
import type { Begun } from "./watch-channel.ts";

/** A payload of a channel that belongs to a run. */
type Payload = ChannelPlace & ChannelOutcome;

/** The spans of runs and of what happens in them. */
export class RunSpans {
  readonly scopes: OpenScopes = new OpenScopes();
  readonly #tracer: Tracer;
  readonly #captureContent: boolean;

  constructor(tracer: Tracer, captureContent: boolean) {
    this.#tracer = tracer;
    this.#captureContent = captureContent;
  }

  /** A run of a team or of an agent on its own. */
  run(payload: RunPayload, active: Context): Begun {
    const span = this.#begin(
      payload,
      active,
      `invoke_agent ${payload.name}`,
      SpanKind.CLIENT,
      runAttributes(payload),
      () => runEndAttributes(payload),
    );
    return this.#enter(payload, payload, span);
  }

  /** A turn of an agent, or of a team in a team. The one turn of an agent that runs on its own is that run. */
  turn(payload: AgentPayload, active: Context): Begun {
    const { name, kind, description, agentId: id } = payload;
    const agent = agentAttributes("invoke_agent", { name, description, id });
    const run = this.scopes.around(payload);
    if (run?.name === name && run.kind === kind && payload.agentPath.length === 1) {
      trace.getSpan(run.context)?.setAttributes(agent);
      return { context: this.scopes.parentOf(payload, active), end: () => undefined };
    }
    const attributes = { ...agent, ...placeAttributes(payload) };
    const span = this.#begin(payload, active, `invoke_agent ${name}`, SpanKind.CLIENT, attributes);
    return this.#enter(payload, payload, span);
  }

  /** The making of an agent. */
  creation(payload: CreationPayload, active: Context): Begun {
    const { name, description, agentId: id } = payload;
    const attributes = agentAttributes("create_agent", { name, description, id });
    return this.#begin(payload, active, `create_agent ${name}`, SpanKind.CLIENT, attributes);
  }

  /** A call of a model. */
  modelCall(payload: ModelPayload, active: Context): Begun {
    this.scopes.showTools(payload, payload.request.tools);
    const attributes = modelAttributes(payload, this.#captureContent);
    return this.#begin(payload, active, `chat ${payload.model}`, SpanKind.CLIENT, attributes, () =>
      modelEndAttributes(payload, this.#captureContent),
    );
  }

  /** A call of a tool. One that is an agent or a team has an inside with effects of its own. */
  toolCall(payload: ToolPayload, active: Context): Begun {
    const description = this.scopes.toolDescription(payload, payload.name);
    const attributes = toolCallAttributes(payload, description, this.#captureContent);
    const end = (): Attributes => toolEndAttributes(payload, this.#captureContent);
    const span = this.#begin(payload, active, `execute_tool ${payload.name}`, SpanKind.INTERNAL, attributes, end);
    return payload.address === payload.path ? this.#enter(payload, { name: payload.name, kind: "tool" }, span) : span;
  }

  #begin(
    payload: Payload,
    active: Context,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    atEnd?: () => Attributes,
  ): Begun {
    const parent = this.scopes.parentOf(payload, active);
    const { span, context } = startSpan({ tracer: this.#tracer, name, kind, parent, attributes });
    return { context, end: () => endSpan(span, payload, atEnd?.() ?? {}) };
  }

  /** What happens in a scope finds its span by its path. */
  #enter(payload: Payload, { name, kind }: { readonly name: string; readonly kind: string }, span: Begun): Begun {
    const context = this.scopes.enter(payload, { name, kind, context: span.context });
    return {
      context,
      end: () => {
        this.scopes.leave(payload, context);
        span.end();
      },
    };
  }
}
