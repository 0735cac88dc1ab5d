let lines: ReadonlyMap<string, string> = new Map()

/** What the policy kept out of this run, by name: one line each, for those who ask later. */
export function pluginsLeftOut(): ReadonlyMap<string, string> {
  return lines
}

export function rememberLeftOut(found: ReadonlyMap<string, string>): void {
  lines = found
}
