/**
 * @param texts by file name below `root`
 * @param options the command that writes them, and which of their kind are there
 */
export function writeGenerated(
  root: string,
  texts: ReadonlyMap<string, string>,
  options: {readonly command: string; readonly written?: readonly string[]},
): void
