/** A page of `superset help <name>`; `npm run docs` writes it to docs as well. Text is plain, with `code` as in Markdown. */
export interface ManualPage {
  /** What one types after `superset help`, and the name of the file in docs. */
  readonly name: string
  readonly title: string
  /** One line, for the list of pages. */
  readonly summary: string
  readonly sections: readonly ManualSection[]
}

export interface ManualSection {
  readonly heading: string
  readonly text?: readonly string[]
  /** A term and what it means. */
  readonly rows?: ReadonlyArray<readonly [string, string]>
  /** What the first column of the rows is. */
  readonly of?: string
  /** Commands, as one types them. */
  readonly example?: readonly string[]
}
