import assert from 'node:assert/strict'
import type {ServerResponse} from 'node:http'
import {isProblem, type Problem} from '@superset/identity'
import {connect} from '../../../src/service/client.ts'
import {answering, sessionAt, trpcError} from './answering.ts'

describe('answers that are not as they should be', () => {
  let server: Awaited<ReturnType<typeof answering>> | undefined
  afterEach(async () => {
    await server?.close()
    server = undefined
  })

  async function refusal(work: Promise<unknown>): Promise<Problem> {
    const error: unknown = await work.then(
      () => assert.fail('was accepted'),
      (fault: unknown) => fault,
    )
    assert.ok(isProblem(error), String(error))
    return error
  }

  for (const [name, issues] of Object.entries({
    'a path that is no list': [{path: 'title', message: 'is wrong'}],
    'a path of objects': [{path: [{toString: 'x'}, 'title'], message: 'is wrong'}],
    'a message that is no text': [{path: ['title'], message: {toString: null}}],
    'thousands of them': Array.from({length: 5000}, () => ({path: ['title'], message: 'x'.repeat(5)})),
  }))
    it(`row 95: issues with ${name}`, async () => {
      server = await answering(trpcError(400, 'BAD_REQUEST', JSON.stringify(issues)))
      const service = await connect({session: sessionAt(server.origin), version: '1'})
      const {code, exit, message} = await refusal(service.mutate('task.create', {}))
      assert.deepEqual([code, exit], ['SERVICE_INVALID', 2])
      assert.ok(message.length < 30_000)
    })

  it('row 104: an answer without end is read up to a limit, and not asked for again', async () => {
    const endless = (response: ServerResponse): void => {
      response.writeHead(200, {'content-type': 'application/json'})
      const part = 'x'.repeat(1024 * 1024)
      const go = (): void => {
        while (!response.destroyed && response.write(part));
        if (!response.destroyed) response.once('drain', go)
      }
      go()
    }
    server = await answering(endless)
    const session = sessionAt(server.origin)
    // However slow this machine is, the limit is what ends it.
    const service = await connect({session, version: '1', timeoutMs: 600_000, wait: async () => undefined})
    const {code, exit, message} = await refusal(service.query('task.list'))
    assert.deepEqual([code, exit, server.received.length], ['SERVICE_TOO_LARGE', 75, 1])
    assert.match(message, /^127\.0\.0\.1:\d+ sent more than 32 MB\.$/)
    const mutation = await refusal(service.mutate('task.create', {}, 'superset tasks list'))
    assert.match(mutation.message, /sent more than 32 MB\. The change may or may not have been made\.$/)
  })
})
