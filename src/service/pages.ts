/** Which part of a list is asked for. */
export interface Page {
  readonly limit: number
  readonly offset: number
}

interface Paging {
  readonly all?: boolean | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

/** Without a limit, a page has this many: the service's own. */
export const USUAL_PAGE = 50

/**
 * One page of a list, or all pages one after the other: each is asked for when the one before it was used.
 * @param longest page that the service gives
 */
export async function* pages<Row>(
  read: (page: Page) => Promise<readonly Row[]>,
  {all = false, limit, offset = 0}: Paging,
  longest: number,
): AsyncGenerator<readonly Row[]> {
  const size = limit ?? (all ? longest : USUAL_PAGE)
  for (let start = offset; ; start += size) {
    const rows = await read({limit: size, offset: start})
    yield rows
    if (!all || rows.length < size) return
  }
}
