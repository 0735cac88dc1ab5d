import assert from 'node:assert/strict'
import {chmod, stat} from 'node:fs/promises'
import path from 'node:path'
import {startSandbox} from '@superset/sandbox'
import {Home} from '../support/cli.ts'
import {assertSucceeded, signIn} from '../support/signed-in.ts'
import {errorOf} from '../support/stored-key.ts'

describe('`superset doctor --fix`', () => {
  it('row 61: mends the mode that a command refused, as its message said, and says what it did', async () => {
    await using sandbox = await startSandbox()
    await using home = await Home.createResident()
    const env = await signIn(home, sandbox, 'file')
    const file = path.join(home.superset, 'config.json')
    await chmod(file, 0o644)
    const refused = await home.run(['tasks', 'list', '--json'], {env})
    assert.equal(refused.code, 74)
    assert.match(errorOf(refused).suggestions.join(' '), /`superset doctor --fix`/)
    assert.equal((await home.run(['doctor'], {env})).code, 1, 'doctor alone changes nothing')
    const doctor = await home.run(['doctor', '--fix'], {env})
    assertSucceeded(doctor)
    assert.ok(doctor.stdout.split('\n')[0]?.includes(file), doctor.stdout)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    assertSucceeded(await home.run(['tasks', 'list'], {env}))
    const again = await home.run(['doctor', '--fix', '--json'], {env})
    assert.deepEqual((JSON.parse(again.stdout) as {mended: string[]}).mended, [])
  })
})
