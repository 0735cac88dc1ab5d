/** What `--quiet` prints of a row: its id, or all of it as compact JSON where it has none. */
export function idOf(row: object, key = 'id'): string {
  const id: unknown = Reflect.get(row, key)
  return typeof id === 'string' ? id : JSON.stringify(row)
}
