/**
 * The client's half of HTTP/1.1 (RFC 9112) over sockets that are given to it: requests as text, answers read strictly.
 *
 * What opens, keeps and closes the sockets is not here.
 */
export type { AnswerHead } from "./answer-head.ts";
export { HeadReader } from "./answer-head.ts";
export { type AnswerTaker, Connection, type ConnectionKeeper } from "./connection.ts";
export { ProtocolError } from "./protocol-error.ts";
export { headOf, lengthOf, type RequestToSend, UnwritableError } from "./request-text.ts";
