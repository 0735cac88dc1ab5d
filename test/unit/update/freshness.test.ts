import assert from 'node:assert/strict'
import {demandFresh} from '../../../src/update/freshness.ts'

const NOW = Date.UTC(2030, 0, 1)
const dated = (serial: number, endsIn: number) => ({serial, expiresAt: new Date(NOW + endsIn).toISOString()})

describe('what a channel points to', () => {
  for (const [title, given, seen, code] of [
    ['is believed when nothing was seen before', dated(5, 1), undefined, undefined],
    ['is believed when it is the one that was seen', dated(5, 1), 5, undefined],
    ['is believed when it is newer', dated(6, 1), 5, undefined],
    ['is not believed when a newer one was seen', dated(5, 1), 6, 'UPDATE_REPLAYED'],
    ['is not believed from its end on', dated(5, 0), undefined, 'UPDATE_EXPIRED'],
    ['is not believed after its end, were it the newest', dated(7, -1), 6, 'UPDATE_EXPIRED'],
    ['is first of all an older one', dated(5, -1), 6, 'UPDATE_REPLAYED'],
  ] as const)
    it(title, () => {
      const look = () => demandFresh(given, seen, NOW, 'it')
      if (code === undefined) look()
      else assert.throws(look, {code, exit: 1})
    })
})
