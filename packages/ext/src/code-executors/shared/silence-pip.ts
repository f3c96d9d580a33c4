import type { LanguageName } from "./languages.ts";

const INSTALL_IN_PYTHON = /^! ?pip install/gm;
const INSTALL_IN_SHELL = /^pip install/gm;

/** Adds `-qqq` to the lines that install packages with pip and lack it: progress bars are noise to a model. */
export function silencePip(code: string, language: LanguageName): string {
  if (language === "javascript" || language === "typescript") return code;
  const install = language === "python" ? INSTALL_IN_PYTHON : INSTALL_IN_SHELL;
  return code.replaceAll(install, (command, at: number) => {
    const end = code.indexOf("\n", at);
    return code.slice(at, end < 0 ? undefined : end).includes("-qqq") ? command : `${command} -qqq`;
  });
}
