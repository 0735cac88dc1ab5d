import assert from 'node:assert/strict'
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {EXIT, Problem} from '@superset/identity'
import {obtainTokens} from '@superset/sandbox'
import {CommandsHere} from '../support/commands-here.ts'
import {createStage, EVERY_COMMAND, failAll, lineOf} from '../support/every-command.ts'
import {assertPublishedShape} from '../support/published-shape.ts'
import {FORBIDDEN, startHostile} from '../support/hostile-service.ts'
import type {HostsHere} from '../support/hosts-here.ts'

const root = path.resolve(import.meta.dirname, '../..')
const MANIFEST = JSON.parse(readFileSync(path.join(root, 'oclif.manifest.json'), 'utf8')) as {
  readonly commands: Readonly<Record<string, {readonly identity: string; readonly examples?: readonly unknown[]}>>
}
/** Prints what was asked for and no ids: text of a terminal or a file, the answer of a procedure. */
const NO_IDS = new Set(['api', 'automations prompt get'])
const CASES = Object.entries(EVERY_COMMAND)

/** What holds for each command of the service, whoever writes it. */
describe('every command', () => {
  let stage: HostsHere
  let folder: string
  let hostile: Awaited<ReturnType<typeof behindHostile>>
  before(async () => {
    stage = await createStage()
    folder = mkdtempSync(path.join(tmpdir(), 'every-command-'))
    writeFileSync(path.join(folder, 'text.md'), 'Do it.\n')
    hostile = await behindHostile(stage, folder)
  })
  after(async () => {
    await hostile.close()
    await stage.close()
    rmSync(folder, {recursive: true})
  })
  afterEach(() => failAll(stage.sandbox, undefined))

  const line = (command: string, words: string) => lineOf(command, words, stage, path.join(folder, 'text.md'))
  const run = async (command: string, words: string, ...more: string[]) =>
    stage.run([...(await line(command, words)), ...more])

  it('is known here', () => {
    const needy = Object.entries(MANIFEST.commands).filter(([, {identity}]) => identity === 'required')
    const ids = needy.map(([id]) => id.replaceAll(':', ' ')).toSorted()
    assert.deepEqual(Object.keys(EVERY_COMMAND).toSorted(), ids)
  })

  for (const [command, {empty, names, tellsOfFaults, works}] of CASES) {
    describe(command, () => {
      it('has an example in its help', () => {
        const {examples = []} = MANIFEST.commands[command.replaceAll(' ', ':')] ?? {}
        assert.ok(examples.length > 0)
      })

      it('prints JSON of the published shape', async () => {
        const {exit, stderr, stdout} = await run(command, works, '--json')
        assert.deepEqual([exit, stderr], [0, ''], stdout)
        assertPublishedShape(command, stdout)
      })

      it('says something to a person, and ids alone with --quiet', async () => {
        const shown = await run(command, works)
        assert.equal(shown.exit, 0, shown.stderr)
        assert.notEqual(shown.stdout + shown.stderr, '')
        const quiet = await run(command, works, '--quiet')
        assert.deepEqual([quiet.exit, quiet.stderr], [0, ''])
        if (!NO_IDS.has(command)) for (const id of quiet.stdout.split('\n')) assert.match(id, /^[^\s{}[\]"]*$/)
      })

      if (empty !== undefined)
        it('says that there is nothing, and prints nothing', async () => {
          const {exit, stderr, stdout} = await run(command, empty)
          assert.deepEqual([exit, stdout], [0, ''])
          assert.match(stderr, /^(?:No .+ match .+|There are no .+)\.\n$/)
          assert.match(
            (await run(command, empty, '--json')).stdout.replaceAll(/\s/g, ''),
            /^(?:\[\]|\{"sessions":\[\]\})$/,
          )
        })

      if (names !== undefined)
        it('says that there is no such thing, and where to look', async () => {
          const {exit, stderr, stdout} = await run(command, names)
          assert.deepEqual([exit, stdout], [1, ''], stderr)
          assert.match(stderr, /^(?:Error|Not deleted): /m)
          assert.doesNotMatch(stderr, /\b(?:statusId|workspaceId|projectId|UUID|uuid)\b/)
          assert.match(stderr, /`superset [a-z]+/)
        })

      it('asks nobody for anything where nobody is signed in', async () => {
        const typed = await line(command, works)
        const refusal = new Problem({code: 'AUTH_REQUIRED', message: 'Not signed in.', exit: EXIT.signInNeeded})
        const requests = stage.host.requests.length
        const {exit, sent, stdout} = await stage.commands.run(typed, {}, {refusal})
        assert.deepEqual([exit, stdout, sent], [4, '', []])
        assert.equal(stage.host.requests.length, requests)
      })

      if (!tellsOfFaults)
        it('says that the service fails, with 75, as JSON under --json', async () => {
          const typed = await line(command, works)
          failAll(stage.sandbox, {status: 503, body: 'upstream connect error'})
          const {exit, stderr, stdout} = await stage.run([...typed, '--json'])
          const {error} = JSON.parse(stdout) as {error: {code: string; message: string; retryable: boolean}}
          assert.deepEqual([exit, stderr], [75, ''], error?.message)
          assert.match(error.code, /^(?:SERVICE|HOST|RELAY)_/)
        })

      it('shows what others wrote, and does not obey it', async () => {
        const typed = await line(command, works)
        for (const mode of [[], ['--json']]) {
          const {stderr, stdout} = await hostile.commands.run([...typed, ...mode])
          assert.notEqual(stdout + stderr, '')
          assert.doesNotMatch(stdout + stderr, FORBIDDEN)
          assert.doesNotMatch(stdout + stderr, /UNEXPECTED|\n {4}at /)
        }
      })
    })
  }
})

/** The same session and the same hosts, behind servers that spoil what they answer. */
async function behindHostile({homeDir, host, sandbox}: HostsHere, folder: string) {
  const [api, local] = [await startHostile(sandbox.url), await startHostile(host.url)]
  const manifest = path.relative(homeDir, host.manifestPath ?? '')
  const copy = path.join(folder, manifest)
  mkdirSync(path.dirname(copy), {recursive: true, mode: 0o700})
  const text = readFileSync(path.join(homeDir, manifest), 'utf8')
  writeFileSync(copy, text.replaceAll(host.url, local.url), {mode: 0o600})
  const {access_token: token} = await obtainTokens(sandbox.url)
  return {
    commands: await CommandsHere.create(sandbox, {homeDir: folder, token, apiUrl: api.url}),
    async close() {
      await Promise.all([api[Symbol.asyncDispose](), local[Symbol.asyncDispose]()])
    },
  }
}
