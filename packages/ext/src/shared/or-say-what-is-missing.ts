import { RuntimeError, isObject } from "@tesserae/core";

/**
 * What `load` gives.
 *
 * @throws RuntimeError `ERR_PACKAGE_MISSING` that says how to install the package when it is not there.
 */
export async function orSayWhatIsMissing<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    if (!isObject(cause) || cause["code"] !== "ERR_MODULE_NOT_FOUND") throw cause;
    const message = `The package ${name} is not installed, or a package that it needs is not. Run: npm install ${name}`;
    throw new RuntimeError(message, { code: "ERR_PACKAGE_MISSING", cause });
  }
}
