const FARTHEST = 3

/** The candidate that takes the fewest typing errors to reach, if it takes few enough; of two, the one that begins alike. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined
  let least = Math.min(FARTHEST, Math.floor(word.length / 2)) + 1
  for (const candidate of candidates) {
    const errors = distance(word, candidate)
    const isAlike = errors === least && best !== undefined && candidate[0] === word[0] && best[0] !== word[0]
    if (errors >= least && !isAlike) continue
    best = candidate
    least = errors
  }

  return best
}

/** The next step of who has mistyped something, where it is known what was meant. */
export function didYouMean(meant: string | undefined): readonly string[] {
  return meant === undefined ? [] : [`Did you mean ${meant}?`]
}

/** Letters inserted, left out, changed or swapped with their neighbour (optimal string alignment). */
function distance(from: string, to: string): number {
  const rows: number[][] = [Array.from({length: to.length + 1}, (_, column) => column)]
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1]
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      current[column] = Math.min(
        at(rows, row - 1, column) + 1,
        (current[column - 1] ?? 0) + 1,
        at(rows, row - 1, column - 1) + (same ? 0 : 1),
        swapped ? at(rows, row - 2, column - 2) + 1 : Infinity,
      )
    }

    rows.push(current)
  }

  return at(rows, from.length, to.length)
}

function at(rows: readonly (readonly number[])[], row: number, column: number): number {
  return rows[row]?.[column] ?? Infinity
}
