import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {canReside, runResident} from '../support/resident/residents.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const FIXTURE = path.join(ROOT, 'test/fixtures/identity-plugin')

export interface Run {
  readonly exit: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

export interface Options {
  readonly env?: Readonly<Record<string, string>>
  /** Arguments of node itself. */
  readonly node?: readonly string[]
  /** It is about the process itself: none that stays runs it. */
  readonly ownProcess?: boolean
  /** Called with the child once it runs. */
  readonly started?: (child: ReturnType<typeof spawn>) => void
}

/** The built CLI in a home of its own, with the identity plugin of test/fixtures linked in and chosen. */
export interface Cli {
  readonly home: string
  readonly env: Readonly<Record<string, string>>
  run(args: readonly string[], options?: Options): Promise<Run>
  /** What the identity plugin was asked. */
  journal(): string[]
  remove(): void
}

export function cli(): Cli {
  const home = mkdtempSync(path.join(tmpdir(), 'cli-'))
  const data = path.join(home, 'data/superset')
  const journal = path.join(home, 'journal')
  mkdirSync(data, {recursive: true})
  const linked = {name: '@fixture/plugin-identity', type: 'link', root: FIXTURE}
  writeFileSync(path.join(data, 'package.json'), JSON.stringify({private: true, oclif: {schema: 1, plugins: [linked]}}))
  const base = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    // One for all homes of a test file: what is kept there, of the plugin too, is made once.
    XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] ?? path.join(home, 'cache'),
    XDG_CONFIG_HOME: path.join(home, 'config'),
    XDG_DATA_HOME: path.join(home, 'data'),
    SUPERSET_HOME_DIR: path.join(home, 'superset'),
    SUPERSET_IDENTITY: '@fixture/plugin-identity',
    SUPERSET_API_URL: 'http://127.0.0.1:9',
    SUPERSET_DISABLE_AUTOUPDATE: '1',
    FIXTURE_JOURNAL: journal,
  }
  mkdirSync(base.XDG_CACHE_HOME, {recursive: true})
  return {
    home,
    env: base,
    async run(args, {env = {}, node = [], ownProcess = false, started} = {}) {
      const job = {args, cwd: process.cwd(), env: {...base, ...env}}
      if (!ownProcess && node.length === 0 && !started && canReside(job)) {
        const {code: exit, stdout, stderr} = await runResident(job)
        return {exit, signal: null, stdout, stderr}
      }

      return new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [...node, path.join(ROOT, 'bin/run.js'), ...args], {
          env: {...base, ...env},
          stdio: ['ignore', 'pipe', 'pipe'],
        })
        let stdout = ''
        let stderr = ''
        child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
        child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
        child.once('error', reject)
        child.once('close', (exit, signal) => resolve({exit, signal, stdout, stderr}))
        started?.(child)
      })
    },
    journal: () => (existsSync(journal) ? readFileSync(journal, 'utf8').trimEnd().split('\n') : []),
    remove: () => rmSync(home, {recursive: true, force: true}),
  }
}

/** What stands under `error`, which is all there may be. */
export function errorOf(stdout: string): {code: string; exit: number; message: string; suggestions: string[]} {
  const {error, ...rest} = JSON.parse(stdout)
  assert.deepEqual(rest, {})
  return error
}
