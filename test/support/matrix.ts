let isFull = false

/** From now on each case runs. Called by `in-full.ts`, which the files of the thorough tier import before a suite. */
export function runInFull(): void {
  isFull = true
}

/** The cases of a table: all of them in the thorough tier; in `npm test` those that stand for a kind. */
export function few<T>(all: readonly T[], standsForKind: (one: T) => boolean): readonly T[] {
  const chosen = all.filter((one) => standsForKind(one))
  if (chosen.length === 0) throw new Error('No case stands for this table in `npm test`.')
  return isFull ? all : chosen
}

/** How many, or how often: `full` in the thorough tier, `few` in `npm test`. */
export function times({full, few: some}: {readonly full: number; readonly few: number}): number {
  return isFull ? full : some
}

/** A test of the thorough tier alone: of a kind that another test of the same suite stands for in `npm test`. */
export function itInFull(title: string, test: (this: Mocha.Context) => Promise<void> | void): void {
  if (isFull) it(title, test)
}
