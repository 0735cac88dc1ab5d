import {boundFetch, type Session} from '@superset/identity'

/** A bearer token that can be had anew. */
export interface RenewalContext<Held> {
  readonly apiUrl: string
  readonly current: () => Promise<Held>
  readonly tokenOf: (held: Held) => string
  /** How to replace one that the API refused; `undefined`: there will be no other. */
  readonly renewal: (refused: Held) => (() => Promise<Held>) | undefined
}

/** After a 401 the token is replaced and the request sent once more (row 89). */
export function fetchRenewing<Held>({apiUrl, current, renewal, tokenOf}: RenewalContext<Held>): Session['fetch'] {
  return boundFetch({
    apiUrl,
    current,
    headers: (held) => ({authorization: `Bearer ${tokenOf(held)}`}),
    replace: async (refused) => renewal(refused)?.(),
  })
}
