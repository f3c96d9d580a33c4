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
import { endSpan, startSpan, type SpanError } from "./span-writer.ts";
import { toolCallAttributes, toolEndAttributes, toolError } from "./tool-span.ts";
import type { Begun } from "./watch-channel.ts";

/** A payload of a channel that belongs to a run. */
type Payload = ChannelPlace & ChannelOutcome;

/** One span of a run: what it says when it begins, and when it ends. */
interface SpanParts {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  readonly atEnd?: () => Attributes;
  /** Default: the error of the payload. */
  readonly error?: () => SpanError | undefined;
}

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
    const begun = this.#begin(payload, active, {
      name: `invoke_agent ${payload.name}`,
      kind: SpanKind.CLIENT,
      attributes: runAttributes(payload),
      atEnd: () => runEndAttributes(payload),
    });
    return this.#enter(payload, payload, begun);
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
    const begun = this.#begin(payload, active, {
      name: `invoke_agent ${name}`,
      kind: SpanKind.CLIENT,
      attributes: { ...agent, ...placeAttributes(payload) },
    });
    return this.#enter(payload, payload, begun);
  }

  /** The making of an agent. */
  creation(payload: CreationPayload, active: Context): Begun {
    const { name, description, agentId: id } = payload;
    return this.#begin(payload, active, {
      name: `create_agent ${name}`,
      kind: SpanKind.CLIENT,
      attributes: agentAttributes("create_agent", { name, description, id }),
    });
  }

  /** A call of a model. */
  modelCall(payload: ModelPayload, active: Context): Begun {
    this.scopes.showTools(payload, payload.request.tools);
    return this.#begin(payload, active, {
      name: `chat ${payload.model}`,
      kind: SpanKind.CLIENT,
      attributes: modelAttributes(payload, this.#captureContent),
      atEnd: () => modelEndAttributes(payload, this.#captureContent),
    });
  }

  /** A call of a tool. One that is an agent or a team has an inside with effects of its own. */
  toolCall(payload: ToolPayload, active: Context): Begun {
    const { name, address, path } = payload;
    const begun = this.#begin(payload, active, {
      name: `execute_tool ${name}`,
      kind: SpanKind.INTERNAL,
      attributes: toolCallAttributes(payload, this.scopes.toolDescription(payload, name), this.#captureContent),
      atEnd: () => toolEndAttributes(payload, this.#captureContent),
      error: () => toolError(payload, this.#captureContent),
    });
    return address === path ? this.#enter(payload, { name, kind: "tool" }, begun) : begun;
  }

  #begin(payload: Payload, active: Context, { atEnd, error, ...parts }: SpanParts): Begun {
    const parent = this.scopes.parentOf(payload, active);
    const { span, context } = startSpan({ tracer: this.#tracer, parent, ...parts });
    const errorAtEnd = error ?? (() => payload.error);
    return { context, end: () => endSpan(span, errorAtEnd(), atEnd?.()) };
  }

  /** What happens in a scope finds its span by its path. */
  #enter(payload: Payload, { name, kind }: { readonly name: string; readonly kind: string }, begun: Begun): Begun {
    const context = this.scopes.enter(payload, { name, kind, context: begun.context });
    return {
      context,
      end: () => {
        this.scopes.leave(payload, context);
        begun.end();
      },
    };
  }
}
