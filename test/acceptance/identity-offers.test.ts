import assert from 'node:assert/strict'
import path from 'node:path'
import {CLI, Home} from '../support/cli.ts'
import {ANSWERS, BROKEN, identityPlugin, writePackage} from '../support/identity-plugin.ts'
import {itInFull} from '../support/matrix.ts'
import {HUMAN} from '../support/modes.ts'
import {skip} from '../support/skip.ts'
import {Terminal, terminalMissing} from '../support/terminal.ts'

const SSO = '@acme/superset-sso'

describe('an identity plugin that is installed and removed', () => {
  let home: Home
  let folder: string
  beforeEach(async () => {
    home = await Home.createResident()
    folder = path.join(home.path, 'sso')
    await writePackage(folder, identityPlugin(SSO, {hook: ANSWERS}))
  })
  afterEach(() => home[Symbol.asyncDispose]())

  const env = {...HUMAN, SUPERSET_API_URL: 'http://127.0.0.1:9'}
  const run = async (line: string) => {
    const {code, stderr, stdout} = await home.run(line.split(' '), {env})
    assert.equal(code, 0, stdout + stderr)
    return stderr
  }

  async function inTerminal(line: string, steps: ReadonlyArray<readonly [RegExp, string]>) {
    const set = {...process.env, ...env, CLAUDECODE: '', HOME: home.path}
    await using terminal = new Terminal([process.execPath, CLI, ...line.split(' ')], {env: set, columns: 200})
    for (const [wanted, answer] of steps) {
      await terminal.see(wanted)
      terminal.type(answer)
    }

    return {exit: await terminal.ended, screen: terminal.screen}
  }

  it('is named as the next step, where nobody can be asked, and missed before it goes', async () => {
    const next = new RegExp(`^Next: \`superset identity use ${SSO}\`, so that it signs people in\\.$`, 'm')
    assert.match(await run(`plugins link ${folder}`), next)
    await run(`identity use ${SSO}`)
    assert.match(
      await run(`plugins uninstall ${SSO}`),
      new RegExp(`${SSO} is the chosen identity plugin of all profiles: .*identity reset`),
    )
  })

  itInFull('is chosen by a yes at the terminal, and kept by a no', async function () {
    const missing = terminalMissing()
    if (missing) skip(this, missing)
    const chosen = await inTerminal(`plugins link ${folder}`, [[/Shall .* sign people in .*\[y\/N\] /, 'y\r']])
    assert.equal(chosen.exit, 0)
    assert.match(chosen.screen, new RegExp(`Chosen: ${SSO}\\.`))
    const kept = await inTerminal(`plugins uninstall ${SSO}`, [[/Remove it all the same\? \[y\/N\] /, '\r']])
    assert.equal(kept.exit, 1)
    assert.match((await home.run(['identity', 'list', '--quiet'], {env})).stdout, new RegExp(`^${SSO}$`, 'm'))
  })

  itInFull('stays installed where it is chosen and does not answer', async function () {
    const missing = terminalMissing()
    if (missing) skip(this, missing)
    await writePackage(folder, identityPlugin(SSO, {hook: BROKEN}))
    const {exit, screen} = await inTerminal(`plugins link ${folder}`, [[/\[y\/N\] /, 'y\r']])
    assert.equal(exit, 0)
    assert.match(screen, /is installed, but was not chosen: .*cannot be imported/)
  })
})
