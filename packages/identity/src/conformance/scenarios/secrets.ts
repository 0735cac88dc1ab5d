import assert from 'node:assert/strict'
import {readdir, readFile, stat} from 'node:fs/promises'
import path from 'node:path'
import {EXIT_MEANINGS} from '../../exit-codes.ts'
import {isProblem} from '../../problem.ts'
import {json} from '../issuer/faults.ts'
import type {Script} from '../scenario.ts'
import type {Stage} from '../stage.ts'
import {TOKEN_FAULTS} from './faults.ts'

/** What is said when something goes wrong, and what is never said. */
export const SECRETS: readonly Script[] = [
  {
    id: 'problems/shape',
    title: 'whatever is thrown is a Problem: a stable code, an exit number of the table, a next step',
    clause: '7.1',
    needs: ['renewal'],
    async play(stage) {
      for (const error of await failures(stage)) {
        assert.ok(isProblem(error), `a Problem, not ${String(error)}`)
        assert.match(error.code, /^[A-Z]+(_[A-Z\d]+)+$/, 'a code AREA_REASON')
        assert.ok(error.exit in EXIT_MEANINGS, `exit ${error.exit} is not in the table`)
        assert.ok(error.exit !== 0 && error.message.length > 0 && !error.message.includes('\n'), 'one line of words')
        assert.ok(Array.isArray(error.suggestions), 'suggestions')
        if (error.exit === 4) assert.ok(error.suggestions.length > 0, `${error.code}: a next step`)
        if (error.retryable) assert.equal(error.exit, 75, `${error.code}: retryable`)
      }
    },
  },
  {
    id: 'secrets/problems',
    title: 'no error and no line that is told holds a token',
    clause: '8.1',
    needs: ['renewal'],
    async play(stage) {
      await failures(stage)
      assertNone(stage, stage.shown)
    },
  },
  {
    id: 'secrets/echo',
    title: 'an issuer that repeats the token in its error does not get it printed',
    clause: '8.1',
    needs: ['refresh-token'],
    async play(stage) {
      const {issuer, machine} = stage
      const tokens = await machine.signedIn('expired')
      const error_description = `unknown token ${tokens?.refreshToken}`
      issuer.fail('token', json(400, {error: 'invalid_request', error_description}))
      await machine.run()
      await machine.run()
      const described = await (await machine.provider()).describe(machine.request())
      assertNone(stage, `${stage.shown}\n${JSON.stringify(described)}`)
    },
  },
  {
    id: 'secrets/sign-in',
    title: 'signing in and out shows no code, no verifier and no token',
    clause: '8.1',
    needs: ['code-flow'],
    async play(stage) {
      const {machine} = stage
      const result = machine.login()
      await machine.person.approve()
      const words = [JSON.stringify(await result), JSON.stringify(await machine.logout())]
      assertNone(stage, [stage.shown, ...words].join('\n'))
    },
  },
  {
    id: 'secrets/description',
    title: 'describe() holds no secret',
    clause: '8.2',
    async play(stage) {
      await stage.machine.signedIn()
      const described = await (await stage.machine.provider()).describe(stage.machine.request())
      assertNone(stage, JSON.stringify(described))
    },
  },
  {
    id: 'secrets/session',
    title: 'a session that is printed or serialised by mistake holds no secret',
    clause: '8.2',
    level: 'SHOULD',
    async play(stage) {
      await stage.machine.signedIn()
      const {inspect} = await import('node:util')
      const session = await (await stage.machine.provider()).session(stage.machine.request())
      assert.ok(session, 'a session')
      assertNone(stage, `${JSON.stringify(session)}\n${inspect(session, {depth: 5})}`)
    },
  },
  {
    id: 'secrets/children',
    title: 'no process that is started gets a secret as an argument or in its environment',
    clause: '8.3',
    async play(stage) {
      const {machine, subject} = stage
      await machine.signedIn(subject.renewal === 'none' ? 'fresh' : 'expired')
      await machine.run()
      const children = stage.watch.children.flatMap(({argv, environment}) => [...argv, ...environment])
      assertNone(stage, children.join('\n'))
    },
  },
  {
    id: 'secrets/files',
    title: 'no file that holds a secret in plain text can be read by others',
    clause: '8.4',
    async play(stage) {
      if (process.platform === 'win32') return
      const {machine, subject} = stage
      await machine.signedIn(subject.renewal === 'none' ? 'fresh' : 'expired')
      await machine.run()
      for (const file of await filesIn(machine.homeDir)) {
        const [text, {mode}] = await Promise.all([readFile(file, 'latin1'), stat(file)])
        if (stage.secretsIn(text).length > 0)
          assert.equal(mode & 0o077, 0, `${path.basename(file)}: ${mode.toString(8)}`)
      }
    },
  },
]

/** One run for each fault, each on a machine of its own. @returns what was thrown */
async function failures(stage: Stage): Promise<readonly unknown[]> {
  const {issuer, subject} = stage
  const thrown: unknown[] = []
  const faults = subject.renewal === 'refresh-token' ? TOKEN_FAULTS.filter(({id}) => FAULTS.includes(id)) : []
  for (const fault of faults) {
    const machine = await stage.another()
    await machine.signedIn('expired')
    await fault.prepare(stage)
    await machine.run()
    thrown.push(...machine.thrown)
    issuer.mend('token')
  }

  const machine = await stage.another()
  await machine.signedIn(subject.renewal === 'source' ? 'expired' : 'fresh')
  if (subject.renewal === 'source') issuer.fail('credential', json(503, {}))
  await machine.run()
  issuer.mend('credential')
  const session = await (await machine.provider()).session(machine.request()).catch(() => undefined)
  if (session) {
    await session.fetch(`${stage.foreign.url}/`).catch((error: unknown) => machine.thrown.push(error))
  }

  return [...thrown, ...machine.thrown]
}

/** One of each exit number; more would only take longer. */
const FAULTS = ['refused', 'busy', 'blocked', 'client', 'cut']

function assertNone(stage: Stage, text: string): void {
  const secrets = [...Object.values(stage.machine.request().secrets)].filter((secret) => typeof secret === 'string')
  const found = stage.secretsIn(text, secrets)
  // The secret itself would be printed by the assertion.
  const kinds = found.map((secret) => `${secret.slice(0, 4)}…`)
  assert.deepEqual(kinds, [], 'secrets that were shown')
}

async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, {recursive: true, withFileTypes: true})
    return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name))
  } catch (error) {
    // A provider may keep nothing there.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
