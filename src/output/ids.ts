/** What `--quiet` prints: the id of each row, or the whole row as compact JSON where it has none. */
export function idsOf(rows: readonly Readonly<Record<string, unknown>>[]): string[] {
  return rows.map((row) => (typeof row['id'] === 'string' ? row['id'] : JSON.stringify(row)))
}
