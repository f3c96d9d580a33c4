/** The version of this package, as `package.json` has it; a test keeps both equal. */
export const VERSION: string = "0.1.0";
