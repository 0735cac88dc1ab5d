import assert from 'node:assert/strict'
import {approve, startSandbox, type Sandbox} from '@superset/sandbox'
import {CLI, Home} from '../support/cli.ts'
import {few, itInFull} from '../support/matrix.ts'
import {skip} from '../support/skip.ts'
import {sandboxEnvironment, STORAGE_KEY} from '../support/signed-in.ts'
import {Terminal, terminalMissing} from '../support/terminal.ts'

interface Shell {
  readonly name: string
  readonly command: readonly string[]
  readonly status: string
}

const SHELLS: readonly Shell[] = [
  {name: 'bash', command: ['bash', '--norc', '--noprofile', '-i'], status: '$?'},
  {name: 'zsh', command: ['zsh', '-f', '-i'], status: '$?'},
  {name: 'fish', command: ['fish', '--no-config', '-i'], status: '$status'},
]

/** fish, at this bridge, does not always show what it was typed; these were seen to work by hand. */
const notDriven = (shell: string): string | undefined =>
  shell === 'fish' ? 'fish is not driven reliably through a pseudo-terminal yet; tried by hand' : undefined

/** What fish is sent before it has shown its own is lost. */
const PROMPT = /[#$%>]/

describe('a terminal with job control', () => {
  let sandbox: Sandbox
  let home: Home
  let env: NodeJS.ProcessEnv

  before(async () => {
    sandbox = await startSandbox()
  })
  after(() => sandbox?.close())
  beforeEach(async () => {
    home = await Home.create()
    env = {
      ...{...process.env, HOME: home.path, PS1: 'prompt> ', ...sandboxEnvironment(sandbox)},
      ...{BROWSER: 'none', SUPERSET_STORAGE_KEY: STORAGE_KEY},
    }
  })
  afterEach(() => home?.[Symbol.asyncDispose]())

  const superset = (args: string): string => `'${process.execPath}' '${CLI}' ${args}`

  for (const {name, command, status} of few(SHELLS, (one) => one.name !== 'zsh')) {
    for (const columns of few([80, 40], (one) => one === 80)) {
      it(`row 115: ${name}, ${columns} columns: Ctrl-Z at a question, and after fg it asks again`, async function () {
        const missing = terminalMissing(name) ?? notDriven(name)
        if (missing !== undefined) skip(this, missing)
        await using terminal = new Terminal(command, {columns, env})
        await terminal.see(PROMPT)
        terminal.type(`${superset('auth login --with-api-key')}\r`)
        await terminal.see(/API key: $/)
        terminal.type('\u001A')
        await terminal.see(/stopped|suspended/i)
        terminal.type('echo shell-4""2\r')
        await terminal.see(/shell-42/)
        terminal.type('fg\r')
        await terminal.see(/API key: $/)
        // What is typed goes to the question, not to the shell.
        terminal.type('ab')
        await terminal.see(/\*\*/)
        terminal.type('\u0003')
        await terminal.see(/AUTH_CANCELLED/)
        terminal.type(`echo code-""${status}\r`)
        await terminal.see(/code-130/)
      })
    }

    it(`row 115: ${name}: started in the background it goes on while the person types at the shell`, async function () {
      const missing = terminalMissing(name) ?? notDriven(name)
      if (missing !== undefined) skip(this, missing)
      await using terminal = new Terminal(command, {columns: 200, env})
      await terminal.see(PROMPT)
      terminal.type(`${superset('auth login')} &\r`)
      const [address] = await terminal.see(/http:\S+redirect_uri=http%3A%2F%2F127\S+%2Fcallback&\S+/)
      terminal.type('echo shell-4""2\r')
      await terminal.see(/shell-42/)
      terminal.type('jobs\r')
      await terminal.see(/running/i)
      await approve(address)
      await terminal.see(/Signed in as/)
    })
  }

  for (const columns of few([80, 40], (one) => one === 40)) {
    it(`row 116: ${columns} columns: an address of 5000 characters, in lines and in quotes, is read whole`, async function () {
      const missing = terminalMissing()
      if (missing !== undefined) skip(this, missing)
      await using terminal = new Terminal([process.execPath, CLI, 'auth', 'login'], {columns, env})
      const address = await shownAddress(terminal)
      const {redirect} = await approve(address, {follow: false})
      redirect.searchParams.set('session_state', 'x'.repeat(5000))
      const lines = redirect.href.match(/.{1,1000}/g) ?? []
      terminal.type(`"${lines.join('\n')}" \r`)
      await terminal.see(/Signed in as/)
      assert.equal(await terminal.ended, 0, terminal.screen)
    })
  }

  itInFull('row 116: 64 KB', async function (this: Mocha.Context) {
    const missing = terminalMissing()
    if (missing !== undefined) skip(this, missing)
    await using terminal = new Terminal([process.execPath, CLI, 'auth', 'login'], {env})
    const {redirect} = await approve(await shownAddress(terminal), {follow: false})
    redirect.searchParams.set('session_state', 'x'.repeat(64 * 1024))
    terminal.type(`${redirect.href}\r`)
    await terminal.see(/Signed in as/)
  })

  it('row 85: Ctrl-C at the paste says that nothing was changed', async function () {
    const missing = terminalMissing()
    if (missing !== undefined) skip(this, missing)
    await using terminal = new Terminal([process.execPath, CLI, 'auth', 'login'], {env})
    await shownAddress(terminal)
    terminal.type('\u0003')
    await terminal.see(/Cancelled; previous session unchanged\./)
    assert.equal(await terminal.ended, 130)
  })

  async function shownAddress(terminal: Terminal): Promise<string> {
    const [address] = await terminal.see(/http:\S+redirect_uri=http%3A%2F%2F127\S+%2Fcallback&\S+(?=\s)/)
    return address
  }
})
