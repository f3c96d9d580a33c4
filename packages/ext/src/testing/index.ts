export {
  readRecording,
  recordingsFolder,
  startRecordedServer,
  type RecordedInteraction,
  type RecordedServer,
  type RecordedServerOptions,
  type Recording,
} from "./recorded-server.ts";
export {
  events,
  json,
  type BodyReply,
  type CutReply,
  type EventsReply,
  type GarbageReply,
  type ResetReply,
  type StallReply,
  type StreamReply,
  type TestEvent,
  type TestReply,
  type TestStream,
} from "./test-reply.ts";
export {
  startTestServer,
  type TestHandler,
  type TestRequest,
  type TestServer,
  type TestServerOptions,
} from "./test-server.ts";
