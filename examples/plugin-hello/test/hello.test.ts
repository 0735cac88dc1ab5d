import assert from 'node:assert/strict'
import {isProblem} from '@superset/identity'
import HelloAnybody from '../src/commands/hello/anybody.ts'
import HelloMe from '../src/commands/hello/me.ts'
import {type Asked, configWith} from './fake-session.ts'

describe('hello', () => {
  it('me: greets by name, for the organization of the session', async () => {
    const asked: Asked[] = []
    const config = await configWith({'user.me': {name: 'Ada'}, 'user.myOrganization': {name: 'Acme'}}, asked)
    assert.deepEqual(await new HelloMe(['--json'], config).run(), {
      name: 'Ada',
      organization: 'Acme',
      apiUrl: 'https://api.example',
    })
    assert.deepEqual([...new Set(asked.map(({organization}) => organization))], ['org-1'])
  })

  for (const [status, expected] of [
    [403, 'SERVICE_REFUSED 1'],
    [503, 'SERVICE_UNAVAILABLE 75'],
  ] as const) {
    it(`me: the API answers ${status}: ${expected}`, async () => {
      const config = await configWith({'user.me': status})
      const error: unknown = await new HelloMe(['--json'], config).run().catch((reason: unknown) => reason)
      assert.ok(isProblem(error))
      assert.equal(`${error.code} ${error.exit}`, expected)
    })
  }

  it('anybody: greets by account, and strangers too', async () => {
    assert.deepEqual(await new HelloAnybody(['--json'], await configWith({})).run(), {account: 'ada@acme.example'})
    assert.deepEqual(await new HelloAnybody(['--json'], await configWith()).run(), {account: null})
  })
})
