import { tracingChannel } from "node:diagnostics_channel";
import type { TracingChannel } from "node:diagnostics_channel";
import type {
  AgentPayload,
  ChannelName,
  ChannelPayloads,
  MessagePayload,
  ModelPayload,
  RunPayload,
  ToolPayload,
} from "@tesserae/wire/channels";
import type { Place } from "../../recorder/finished-call.ts";
import { agentRecord, messageRecord, runRecord, toolRecord } from "../../recorder/framework-records.ts";
import type { Frame } from "../frame.ts";
import type { Session } from "../session.ts";
import { finishedModelCall } from "./finished-model-call.ts";
import { ModelLeaf } from "./model-leaf.ts";
import { OpenModelCall } from "./open-model-call.ts";

/** What is remembered of a payload between its start and its end. */
interface Opened {
  readonly place: Place;
  readonly leaf: ModelLeaf | undefined;
  /** A call of a model, for as long as it is under way. */
  readonly call?: OpenModelCall;
}

/** The channels that have an inside, in which other things happen. */
type Enclosing = Exclude<ChannelName, "tesserae:message" | "tesserae:effect">;

/**
 * Listens to the channels of the framework: what happens inside of a run, a turn, a tool or a model call knows where it
 * is, and each of them is an event when it is over. Gives what ends it.
 */
export function subscribeToFramework(session: Session): (() => void)[] {
  const { recorder, guard } = session;
  const opened = new WeakMap<object, Opened>();
  const ended =
    <Name extends ChannelName>(record: (payload: ChannelPayloads[Name], open: Opened) => void) =>
    (payload: ChannelPayloads[Name]): void => {
      guard.run("framework", () => record(payload, opened.get(payload) ?? open(session, payload, false)));
    };

  return [
    enclose(
      session,
      opened,
      "tesserae:run",
      ended<"tesserae:run">((payload: RunPayload, { place }) => {
        if (payload.mode !== "replay") recorder.framework(runRecord, payload, place);
      }),
    ),
    enclose(
      session,
      opened,
      "tesserae:agent",
      ended<"tesserae:agent">((payload: AgentPayload, { place }) => {
        recorder.framework(agentRecord, payload, place);
      }),
    ),
    enclose(
      session,
      opened,
      "tesserae:tool",
      ended<"tesserae:tool">((payload: ToolPayload, { place }) => {
        if (payload.source === "world") recorder.framework(toolRecord, payload, place);
      }),
    ),
    enclose(
      session,
      opened,
      "tesserae:model",
      ended<"tesserae:model">((payload: ModelPayload, { place, leaf, call }) => {
        call?.over();
        if (payload.source === "world") recorder.request(finishedModelCall(payload, place, leaf?.settle()));
      }),
    ),
    listen(
      "tesserae:message",
      ended<"tesserae:message">((payload: MessagePayload, { place }) => {
        recorder.framework(messageRecord, payload, place);
      }),
    ),
  ];
}

function enclose<Name extends Enclosing>(
  session: Session,
  opened: WeakMap<object, Opened>,
  name: Name,
  ended: (payload: ChannelPayloads[Name]) => void,
): () => void {
  const channel: TracingChannel<unknown, ChannelPayloads[Name]> = tracingChannel(name);
  const enter = (payload: ChannelPayloads[Name]): Frame => {
    const around = session.frame;
    const made = session.guard.run("framework", () => {
      const place = open(session, payload, name === "tesserae:model");
      return isModelCall(name, payload)
        ? { ...place, call: new OpenModelCall(session, payload, place.place, place.leaf) }
        : place;
    });
    if (made === undefined) return around;
    opened.set(payload, made);
    return { ...around, place: made.place, leaf: made.leaf ?? around.leaf };
  };
  channel.start.bindStore(session.frames, enter);
  const stop = listen(name, ended);
  return () => {
    channel.start.unbindStore(session.frames);
    stop();
  };
}

/** A call that asks a model: what a journal answers is none. */
function isModelCall(name: ChannelName, payload: ChannelPayloads[ChannelName]): payload is ModelPayload {
  return name === "tesserae:model" && "source" in payload && payload.source === "world";
}

function listen<Name extends ChannelName>(name: Name, ended: (payload: ChannelPayloads[Name]) => void): () => void {
  const { asyncEnd } = tracingChannel<unknown, ChannelPayloads[Name]>(name);
  const take = (payload: unknown): void => {
    if (isPayload<Name>(payload)) ended(payload);
  };
  asyncEnd.subscribe(take);
  return () => {
    asyncEnd.unsubscribe(take);
  };
}

/** The channels carry what `@tesserae/wire/channels` says; anything else is passed over. */
function isPayload<Name extends ChannelName>(value: unknown): value is ChannelPayloads[Name] {
  return typeof value === "object" && value !== null && "startedAt" in value && "agentPath" in value;
}

function open(session: Session, payload: ChannelPayloads[ChannelName], isModel: boolean): Opened {
  const around = session.frame;
  const effect = "address" in payload && payload.address !== null ? payload.address : undefined;
  const parentId = around.place?.spanId;
  const place: Place = {
    runId: payload.runId,
    agentPath: payload.agentPath,
    turn: payload.turn,
    spanId: session.recorder.base.ids.nextSpanId(),
    ...(parentId === undefined ? {} : { parentId }),
    ...(effect === undefined ? {} : { effect }),
  };
  return { place, leaf: isModel && around.leaf === undefined ? new ModelLeaf() : undefined };
}
