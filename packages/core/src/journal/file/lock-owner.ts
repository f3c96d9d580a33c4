import { UNKNOWN_START, type ProcessIdentity } from "./process-identity.ts";

/** Who holds a lock. */
export interface LockOwner {
  readonly pid: number;
  readonly host: string;
  /** See {@link ProcessIdentity.startOf}. */
  readonly started: string;
}

/** This process, as the owner of a lock. */
export function ownerOf(identity: ProcessIdentity): LockOwner {
  const { pid, host } = identity;
  return { pid, host, started: identity.startOf(pid) ?? UNKNOWN_START };
}

/** True when the owner was on this machine and is gone, or its pid belongs to another process by now. */
export function isGone({ pid, host, started }: LockOwner, identity: ProcessIdentity): boolean {
  if (host !== identity.host) return false;
  const now = identity.startOf(pid);
  return now === undefined || (now !== started && now !== UNKNOWN_START && started !== UNKNOWN_START);
}

/** True when nobody here can tell whether the owner lives: only force may break such a lock. */
export function cannotBeSeen({ host, started }: LockOwner, identity: ProcessIdentity): boolean {
  return host !== identity.host || started === UNKNOWN_START;
}

/** Who writes, and what to do about it, for the text of an error. */
export function describeOwner({ pid, host }: LockOwner, identity: ProcessIdentity): string {
  return host === identity.host
    ? `the process ${pid} writes it. Wait until it has ended.`
    : `the process ${pid} on ${host} writes it. Whether it still runs cannot be seen from here: break the lock with \`force\` when you know that it does not.`;
}
