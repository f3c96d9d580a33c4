import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"];

/**
 * The Chromium of this machine, or a browser made of it: the variable `CHROMIUM_PATH`, else the first on `PATH`, else where
 * such browsers are usually put. `undefined` where there is none.
 */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const given = environment["CHROMIUM_PATH"];
  if (given !== undefined && given !== "") return given;
  const suffix = process.platform === "win32" ? ".exe" : "";
  const folders = (environment["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const onPath = folders.flatMap((folder) => NAMES.map((name) => join(folder, `${name}${suffix}`)));
  return [...onPath, ...usualPlaces(environment)].find((path) => isProgram(path));
}

function usualPlaces(environment: NodeJS.ProcessEnv): readonly string[] {
  switch (process.platform) {
    case "darwin":
      return ["", homedir()].flatMap((root) =>
        ["Google Chrome", "Chromium", "Microsoft Edge"].map((name) =>
          join(root === "" ? "/" : root, "Applications", `${name}.app`, "Contents", "MacOS", name),
        ),
      );
    case "win32":
      return ["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"].flatMap((variable) => {
        const root = environment[variable];
        return root === undefined
          ? []
          : [
              join(root, "Google", "Chrome", "Application", "chrome.exe"),
              join(root, "Chromium", "Application", "chrome.exe"),
              join(root, "Microsoft", "Edge", "Application", "msedge.exe"),
            ];
      });
    default:
      return ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/snap/bin/chromium", "/opt/google/chrome/chrome"];
  }
}

/** True for a file that can be run. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
