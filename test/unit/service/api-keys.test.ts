import assert from 'node:assert/strict'
import {isProblem} from '@superset/identity'
import {connect} from '../../../src/service/client.ts'
import {answering, sessionAt, trpcError} from './answering.ts'

describe('an API key that the service does not take', () => {
  for (const [said, told] of [
    ['API Key is disabled', 'is disabled.'],
    ['API Key has expired', 'has expired.'],
    ['API Key has reached its usage limit', 'has reached its usage limit.'],
    ['API Key not found', 'is not valid. It may have been revoked.'],
  ] as const) {
    it(`row 90b: "${said}" with a 500 is no fault of the service, and nothing was done`, async () => {
      const server = await answering(trpcError(500, 'INTERNAL_SERVER_ERROR', said))
      const session = sessionAt(server.origin, {scheme: 'api-key', source: 'env:SUPERSET_API_KEY'})
      const api = await connect({session, version: '1.2.3', wait: async () => {}})
      for (const work of [() => api.query('user.me'), () => api.mutate('task.create', {})]) {
        const before = server.received.length
        await assert.rejects(work, (error) => {
          assert.ok(isProblem(error))
          const {code, exit, message, retryable} = error
          assert.deepEqual([code, exit, retryable], ['AUTH_API_KEY_INVALID', 4, false])
          assert.equal(message, `The API key (from SUPERSET_API_KEY) ${told}`)
          return true
        })
        assert.equal(server.received.length - before, 1, 'asked once')
      }

      await server.close()
    })
  }
})
