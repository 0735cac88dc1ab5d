/** How many there are of each, the most frequent first. */
export function countBy(rows, keyOf) {
  const groups = Object.entries(Object.groupBy(rows, keyOf))
  return Object.fromEntries(groups.map(([key, {length}]) => [key, length]).toSorted(([, a], [, b]) => b - a))
}
