/** What `--quiet` prints: the id of each row, or the whole row as compact JSON where it has none. */
export function idsOf(rows: readonly object[]): string[] {
  return rows.map((row) => ('id' in row && typeof row.id === 'string' ? row.id : JSON.stringify(row)))
}
