/** An upstream that does not speak HTTP as it should. */
export class ProtocolError extends Error {
  readonly code = "EPROTO";
}
