/** What a list shows to a person. JSON has all that there is. */
export interface ListView {
  /** What its rows are, in the plural, for sentences. */
  readonly noun: string
  readonly columns: readonly Column[]
  /** Columns that one copies from the screen: they are never cut short nor left out. */
  readonly keep?: readonly string[]
  /** What `--quiet` prints of a row: `id`, unless it says otherwise. */
  readonly id?: string
}

/** A key of the row, or one whose heading or value is not shown as it is. */
export type Column =
  | string
  | {
      readonly name: string
      readonly heading?: string
      /** An instant: how far away it is, or which day. A truth: a mark, where it is one. Files and scripts get the value. */
      readonly as?: 'day' | 'mark' | 'relative'
    }

export function nameOf(column: Column): string {
  return typeof column === 'string' ? column : column.name
}

/** The view with these columns alone, in this order. */
export function withFields(view: ListView, fields: readonly string[] | undefined): ListView {
  if (!fields) return view
  const columns = fields.map((field) => view.columns.find((column) => nameOf(column) === field) ?? field)
  return {...view, columns, keep: fields}
}
