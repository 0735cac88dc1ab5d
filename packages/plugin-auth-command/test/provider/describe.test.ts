import assert from 'node:assert/strict'
import {chmod, copyFile, mkdir} from 'node:fs/promises'
import path from 'node:path'
import identity from '../../src/hooks/identity.ts'
import {COMMAND, NOISE, problemOf} from '../support/command.ts'
import {Stage} from '../support/stage.ts'

let stage: Stage
before(async () => (stage = await Stage.open()))
after(() => stage[Symbol.asyncDispose]())

describe('what is known of a credential command without running it', () => {
  it('`auth status` names the command and runs nothing', async () => {
    await stage.answers.are({version: 1, token: 'one'})
    const given = stage.request({...stage.inTurn(), issuer: 'https://login.acme.test'})
    const described = await (await identity({request: given})).describe(given)
    const {notes, ...rest} = described
    assert.deepEqual(rest, {
      ...{profile: 'default', apiUrl: stage.url, hides: [], signedIn: true, source: 'command', renewable: true},
      issuer: 'https://login.acme.test',
    })
    assert.match(notes.join(), new RegExp(`^${process.execPath} is asked .* nothing is stored`))
    assert.deepEqual(await stage.answers.asked(), [])
  })

  it('`auth status` describes faulty settings, and what is hidden', async () => {
    const faulty = stage.request({command: 'no-such-command-anywhere'})
    const provider = await identity({request: faulty})
    assert.equal((await provider.describe(faulty)).problem?.code, 'AUTH_COMMAND_MISSING')
    const hidden = await provider.describe({...faulty, secrets: {token: 'tok'}})
    assert.deepEqual([hidden.source, hidden.hides], ['env:SUPERSET_TOKEN', ['command']])
  })

  it('signing in and out is offered where there are programs for it', async () => {
    const plain = await identity({request: stage.request(stage.inTurn())})
    assert.deepEqual([plain.capabilities, plain.login, plain.logout], [['organization'], undefined, undefined])
    const able = await identity({request: stage.request({...stage.inTurn(), login: ['in'], logout: ['out']})})
    assert.deepEqual(able.capabilities, ['organization', 'login', 'logout'])
    const given = stage.request({...stage.inTurn(), login: [process.execPath], logout: ['out']})
    const {login} = await identity({request: given})
    assert.ok(login)
    await problemOf(login(given, {}), 'AUTH_COMMAND_TERMINAL', 4)
    await problemOf(login(given, {apiKey: NOISE}), 'AUTH_NOT_SUPPORTED', 78)
  })

  it('signing out runs the program for it, and says what it said', async () => {
    const signOut = (code: string) => {
      const given = stage.request({...stage.inTurn(), logout: [process.execPath, COMMAND, 'exit', code]})
      return identity({request: given}).then((provider) => provider.logout!(given))
    }
    assert.equal((await signOut('0')).signedOut, true)
    assert.equal((await signOut('4')).signedOut, false)
    await problemOf(signOut('75'), 'AUTH_COMMAND_UNAVAILABLE', 75)
  })

  it('`doctor` says whether it can be run, and whether others can change it', async () => {
    const safe = path.join(stage.folder, 'safe')
    await mkdir(safe, {mode: 0o700})
    const command = path.join(safe, 'command')
    await copyFile(COMMAND, command)
    const outcomes = async () => {
      const given = stage.request({command, login: [command], logout: [command]})
      const checks = (await (await identity({request: given})).diagnose?.(given)) ?? []
      return checks.map(({outcome}) => outcome)
    }
    await chmod(command, 0o600)
    assert.deepEqual(await outcomes(), ['fail'])
    await chmod(command, 0o755)
    assert.deepEqual(await outcomes(), ['pass', 'pass'])
    await chmod(command, 0o757)
    assert.deepEqual(await outcomes(), ['pass', 'fail'])
    await chmod(command, 0o755)
    await chmod(safe, 0o777)
    assert.deepEqual(await outcomes(), ['pass', 'fail'])
  })
})
