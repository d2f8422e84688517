/** Puts a program, by its path in the repository, into one file below `.lab`; resolves with that. */
export function bundleTest(
  source: string,
  options?: { readonly name?: string; readonly plugins?: readonly object[] },
): Promise<string>;
