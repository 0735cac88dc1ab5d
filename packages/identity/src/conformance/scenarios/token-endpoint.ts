import assert from 'node:assert/strict'
import {needing, type Script} from '../scenario.ts'
import type {Stage} from '../stage.ts'
import {faultOf, TOKEN_FAULTS, type TokenFault} from './faults.ts'

/** Faults of the token endpoint, with a token that has expired and with one that still serves. */
export const TOKEN_ENDPOINT: readonly Script[] = needing('refresh-token', [
  ...TOKEN_FAULTS.map((fault): Script => ({
    id: `refresh/exit-${fault.id}`,
    title: `expired, and ${fault.title}: exit ${fault.exit}`,
    clause: '4.7',
    play: (stage) => failsWith(fault, stage),
  })),
  ...['refused', 'unavailable', 'web-page', 'reset', 'client'].map((id): Script => ({
    id: `refresh/serves-in-spite-of-${id}`,
    title: `the token still serves, and the token endpoint has a fault (${faultOf(id).title}): the command works`,
    clause: '4.4',
    level: 'MUST',
    needs: ['seed'],
    async play(stage) {
      const first = await stage.machine.signedIn('due')
      await faultOf(id).prepare(stage)
      for (let run = 0; run < 2; run++) {
        const ran = await stage.machine.run()
        assert.deepEqual([ran.exit, ran.status], [0, 200], ran.problem?.message)
        assert.equal(ran.credential, first?.accessToken)
      }
    },
  })),
])

async function failsWith(fault: TokenFault, stage: Stage): Promise<void> {
  const {foreign, issuer, machine} = stage
  if (fault.id === 'unreachable') await fault.prepare(stage)
  await machine.signedIn('expired')
  if (fault.id !== 'unreachable') await fault.prepare(stage)
  const {error, exit, problem} = await machine.run()
  assert.equal(exit, fault.exit, String(problem?.message ?? error))
  assert.equal(foreign.received.length, 0, 'requests to the other server')
  // That the expired one does not go there is a scenario of its own.
  const others = issuer.apiRequests.filter(({expired}) => !expired)
  assert.equal(others.length, 0, 'requests to the API with another credential')
  assert.equal(problem?.retryable, fault.exit === 75, 'retryable')
  assert.equal(issuer.grants.replays, 0, 'replays')
}
