import assert from 'node:assert/strict'
import nock from 'nock'

/**
 * For a suite about answers that no real server gives: nothing leaves this process, and every answer that nock holds
 * ready for a test must have been asked for when the test ends.
 */
export function withoutNetwork(): void {
  before(() => {
    if (!nock.isActive()) nock.activate()
    nock.disableNetConnect()
  })
  afterEach(() => {
    const unused = nock.pendingMocks()
    nock.cleanAll()
    assert.deepEqual(unused, [], 'nobody asked for it')
  })
  after(() => {
    nock.enableNetConnect()
    nock.restore()
  })
}
