import assert from 'node:assert/strict'
import {createHmac} from 'node:crypto'
import {hostIdOf, thisHostId} from '../../../src/service/targets/machine.ts'

describe('the id of this machine among hosts', () => {
  it('is the same as for the programs that register it', async () => {
    const machine = '3d1219c7c4c5404aaa1f6d2a48adfda4'
    // As the previous client was recorded with, on a machine of this id.
    assert.equal(hostIdOf(machine), 'fed1ea074cc1a0c42e3959f07c63c176')
    assert.equal(
      createHmac('sha256', 'superset-desktop-device-id-v1').update(machine).digest('hex').slice(0, 32),
      hostIdOf(machine),
    )
  })

  it('does not change from one question to the next', async () => {
    assert.match(await thisHostId(), /^[\da-f]{32}$/)
    assert.equal(await thisHostId(), await thisHostId())
  })
})
