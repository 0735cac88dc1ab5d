import assert from 'node:assert/strict'
import {globSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {type Command, complaintOf, namedCommands, namedFlags} from '../support/messages.ts'

const root = path.resolve(import.meta.dirname, '../..')

/** Ours, and those of the plugins that come with the CLI. */
function readCommands(): Command[] {
  const {oclif} = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {oclif: {plugins: string[]}}
  return ['.', ...oclif.plugins.map((name) => path.join('node_modules', name))].flatMap((folder) => {
    const file = path.join(root, folder, 'oclif.manifest.json')
    const {commands} = JSON.parse(readFileSync(file, 'utf8')) as {commands: Record<string, Command>}
    assert.ok(Object.keys(commands).length > 0, file)
    return Object.values(commands)
  })
}

function complaints(sources: ReadonlyMap<string, string>, commands: readonly Command[]): string[] {
  return [...sources].flatMap(([file, text]) =>
    namedCommands(file, text).flatMap(({at, line}) => {
      const complaint = complaintOf(line, commands)
      return complaint === undefined ? [] : [`${file}:${at}: \`${line}\`: ${complaint}`]
    }),
  )
}

function readSources(): Map<string, string> {
  // What the sandbox says, it says of its own programs; so does the program of the conformance kit.
  const files = globSync(['src/**/*.ts', 'packages/{identity,plugin-*}/src/**/*.ts'], {cwd: root})
    .filter((file) => !file.endsWith('/conformance/command.ts'))
    .toSorted()
  return new Map(files.map((file) => [file, readFileSync(path.join(root, file), 'utf8')]))
}

/** Of programs that messages and examples name beside ours: kubectl, and the install script. */
const OTHERS = ['exec-api-version', 'exec-arg', 'exec-command', 'root']
/** Its style sheet has variables that look like flags. */
const STYLED = 'packages/plugin-auth/src/signin/callback-page.ts'

function strayFlags(sources: ReadonlyMap<string, string>, commands: readonly Command[]): string[] {
  const known = new Set([
    'help',
    ...OTHERS,
    ...commands.flatMap(({flags = {}}) => Object.keys(flags).flatMap((name) => [name, `no-${name}`])),
  ])
  return [...sources]
    .flatMap(([file, text]) => (file === STYLED ? [] : namedFlags(file, text)))
    .filter(({line}) => !known.has(line.slice(2)))
    .map(({at, file, line}) => `${file}:${at}: ${line}`)
}

/** Each is wrong in one way; `superset` is also written as sources write it when they fill it in. */
const WRONG = [
  ["'Run `superset auth log-in`.'", /no such command/],
  ["'Run `superset auth logins`.'", /no such command/],
  ["'Run `superset`.'", /no such command/],
  ['`Run \\`${request.bin} auth signin\\`.`', /no such command/],
  ["'Use `<%= config.bin %> plugin install x`.'", /no such command/],
  ["'Run `superset nothing --help`.'", /no such command/],
  ["'Run `superset auth login --keychain`.'", /no flag --keychain/],
  ["'Run `superset auth login --storage vault`.'", /--storage does not take vault/],
  ["'Run `superset auth login --storage`.'", /--storage needs a value/],
  ["'Run `superset tasks list -z`.'", /no flag -z/],
  ["'Run `superset auth logout now`.'", /fewer arguments/],
  ['`First ${x}, then \\`superset task list\\`.`', /no such command/],
] as const

const RIGHT = [
  "'Run `superset auth login --storage file`, or `superset auth login --with-api-key < key.txt`.'",
  '`Run \\`${bin} plugins uninstall ${name}\\`.`',
  '`Run \\`superset auth migrate --to ${to} --yes\\`.`',
  "'Run `superset organization switch <id>`.'",
  "'Run `superset --help` or `superset tasks --help`.'",
  '`Did you mean \\`${config.bin} ${words(near)}\\`?`',
  "'Run `openssl rand -hex 32`.'",
]

describe('rule G8: the commands that messages name', () => {
  const commands = readCommands()

  it('exist, with their flags, in every message of the sources', () => {
    const sources = readSources()
    const named = [...sources].flatMap(([file, text]) => namedCommands(file, text))
    assert.ok(named.length > 50, `only ${named.length} were found`)
    assert.deepEqual(complaints(sources, commands), [])
  })

  it('have the flags that sentences name by themselves', () => {
    const found = strayFlags(readSources(), commands)
    assert.deepEqual(found, [])
    const planted = "'Pass --organisation, or `--storage` and (--yes).'"
    assert.deepEqual(strayFlags(new Map([['planted.ts', `export const next = ${planted}`]]), commands), [
      'planted.ts:1: --organisation',
    ])
  })

  for (const [source, complaint] of WRONG) {
    it(`a planted ${source} is found`, () => {
      const found = complaints(new Map([['planted.ts', `export const next = ${source}`]]), commands)
      assert.equal(found.length, 1, found.join('\n'))
      assert.match(found[0] ?? '', complaint)
    })
  }

  it('nothing is found in what can be typed', () => {
    const sources = new Map(RIGHT.map((source, index) => [`${index}.ts`, `export const next = ${source}`]))
    assert.deepEqual(complaints(sources, commands), [])
  })
})
