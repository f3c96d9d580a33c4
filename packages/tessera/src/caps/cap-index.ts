import type { CapQuery } from "../ports.ts";
import { type Cap, CAP_SCOPES, type CapScope } from "./cap.ts";

/** In the place of a cap's subject: each subject on its own. */
export const EACH = "*";

/** Finds the caps of a request. */
export class CapIndex {
  readonly #bySubject: ReadonlyMap<CapScope, ReadonlyMap<string, readonly Cap[]>>;
  /** The scopes that caps were set for. */
  readonly #scopes: readonly CapScope[];

  constructor(caps: readonly Cap[]) {
    this.#scopes = CAP_SCOPES.filter((scope) => caps.some((cap) => cap.scope === scope));
    const bySubject = new Map<CapScope, Map<string, Cap[]>>(this.#scopes.map((scope) => [scope, new Map()]));
    for (const cap of caps) {
      const ofScope = bySubject.get(cap.scope);
      ofScope?.set(cap.subject, [...(ofScope.get(cap.subject) ?? []), cap]);
    }
    this.#bySubject = bySubject;
  }

  /** The caps of a request, those for its subjects alone and those for each. */
  of(query: CapQuery): readonly Cap[] {
    const found: Cap[] = [];
    for (const scope of this.#scopes) {
      const subject = subjectOf(scope, query);
      if (subject === undefined) continue;
      const bySubject = this.#bySubject.get(scope);
      found.push(...(bySubject?.get(subject) ?? []));
      if (subject !== EACH) found.push(...(bySubject?.get(EACH) ?? []));
    }
    return found;
  }
}

/** The request's subject of a scope; `undefined` where it has none. */
export function subjectOf(scope: CapScope, query: CapQuery): string | undefined {
  switch (scope) {
    case "workload":
      return query.workload;
    case "key":
      return query.keyId;
    case "tenant":
      return query.tenant;
    case "customer_tag":
      return query.customerTag;
    case "global":
      return "";
  }
}
