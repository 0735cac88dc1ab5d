import assert from 'node:assert/strict'
import {EXIT, Problem} from '@superset/identity'
import {OUTCOME_UNKNOWN} from '../../../src/service/outage.ts'
import {createOrFind} from '../../../src/service/targets/late-create.ts'

describe('row 101: what was to be created, and whose answer was lost', () => {
  const problem = (code: string) => new Problem({code, message: code, exit: EXIT.temporary})
  const fails = (code: string) => async (): Promise<string> => {
    throw problem(code)
  }

  async function lookedFor(
    finds: ReadonlyArray<string | Problem | undefined>,
    code = OUTCOME_UNKNOWN,
    lookForMs = 10_000,
  ) {
    const waits: number[] = []
    let tries = 0
    const outcome = await createOrFind(
      fails(code),
      async () => {
        const found = finds[Math.min(tries++, finds.length - 1)]
        if (found instanceof Problem) throw found
        return found
      },
      {lookForMs, wait: async (milliseconds) => waits.push(milliseconds)},
    ).catch((error: unknown) => (error as Problem).code)
    return {outcome, tries, waited: waits.reduce((sum, one) => sum + one, 0)}
  }

  it('is not looked for where it is there, or where it surely is not', async () => {
    assert.equal(await createOrFind(async () => 'made', fails('NEVER')), 'made')
    assert.deepEqual(await lookedFor(['x'], 'SERVICE_REFUSED'), {outcome: 'SERVICE_REFUSED', tries: 0, waited: 0})
  })

  it('is found at once, or once the host is done', async () => {
    assert.deepEqual(await lookedFor(['x']), {outcome: 'x', tries: 1, waited: 0})
    assert.deepEqual(await lookedFor([undefined, undefined, 'x']), {outcome: 'x', tries: 3, waited: 1500})
  })

  it('is given up after a while, with what was known before', async () => {
    const {outcome, tries, waited} = await lookedFor([undefined])
    assert.equal(outcome, OUTCOME_UNKNOWN)
    assert.deepEqual((await lookedFor([undefined], OUTCOME_UNKNOWN, 501)).tries, 3)
    assert.ok(tries > 3 && waited >= 10_000 && waited < 16_000, `${tries} tries in ${waited} ms`)
  })

  it('is given up where nobody can be asked', async () => {
    assert.deepEqual(await lookedFor([problem('HOST_OFFLINE')]), {outcome: OUTCOME_UNKNOWN, tries: 1, waited: 0})
  })
})
