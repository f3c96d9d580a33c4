/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The process's environment, where there is one. */
export function processEnvironment(): Environment {
  return globalThis.process?.env ?? {};
}

/** The value of a variable; an empty one counts as not set. */
export function readVariable(environment: Environment, name: string): string | undefined {
  return environment[name] || undefined;
}
