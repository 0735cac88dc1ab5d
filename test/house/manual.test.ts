import assert from 'node:assert/strict'
import {globSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {EXIT_MEANINGS} from '@superset/identity'
import {ENVIRONMENT} from '../../src/manual/environment.ts'
import {MANUAL_PAGES} from '../../src/manual/pages.ts'
import {AREAS} from './docs/error-codes/areas.ts'

const root = path.resolve(import.meta.dirname, '../..')

/** What people run, without the conformance kit, whose scenarios name codes of plugins under test. */
const sources = sourcesIn(['src/**/*.ts', 'packages/{identity,plugin-auth,plugin-auth-command}/src/**/*.ts'])
/** And what is read before it starts, or in its place. */
const programs = sourcesIn(['bin/*.js', 'release/files/*'])
const code = [...sources.values()].join('\n')

function sourcesIn(globs: readonly string[]): ReadonlyMap<string, string> {
  const files = globSync([...globs], {cwd: root}).filter((file) => !/conformance|^src\/manual/.test(file))
  return new Map(files.map((file) => [file, readFileSync(path.join(root, file), 'utf8')]))
}

const variables = new Set(ENVIRONMENT.sections.flatMap(({rows = []}) => rows.flatMap(([terms]) => terms.split(', '))))
const documented = AREAS.flatMap(({codes}) => codes)
const codes = new Set(documented.map((one) => one.code))

describe('docs/environment.md and superset help environment', () => {
  const mentioned = new Set(
    [code, ...programs.values()].flatMap((text) => text.match(/\bSUPERSET_[A-Z][A-Z_]*\b/g) ?? []),
  )

  it('have every SUPERSET_ variable that the code reads', () => {
    assert.ok(mentioned.size > 20, 'none were found')
    assert.deepEqual(
      [...mentioned].filter((name) => !variables.has(name)),
      [],
    )
  })

  it('have none that the code does not read', () => {
    const own = [...variables].filter((name) => name.startsWith('SUPERSET_'))
    assert.deepEqual(
      own.filter((name) => !mentioned.has(name)),
      [],
    )
  })

  it('have every other variable that env.ts of a package reads', () => {
    const read = [...sources]
      .filter(([file]) => file.endsWith('/env.ts'))
      .flatMap(([, text]) => {
        const named = text.matchAll(
          /(?:env|variables)\['([A-Z_]+)'\]|clean\(env\['([A-Z_]+)'\]\)|isSet\('([A-Z_]+)'\)/g,
        )
        return [...named].map(([, one, two, three]) => one ?? two ?? three ?? '')
      })
    assert.ok(read.length > 5, 'none were found')
    assert.deepEqual(
      read.filter((name) => !variables.has(name) && !OF_THE_SYSTEM.has(name)),
      [],
    )
  })
})

/** What says where somebody is sitting, and how a system calls its own folders. */
const OF_THE_SYSTEM = new Set(['DBUS_SESSION_BUS_ADDRESS', 'LOCALAPPDATA', 'PATH'])

describe('the error codes of docs/exit-codes.md', () => {
  it('are each explained once, with exit codes that there are', () => {
    assert.equal(codes.size, documented.length)
    const known = Object.keys(EXIT_MEANINGS).map(Number)
    for (const {cause, code: name, exits, next} of documented) {
      assert.ok(exits.length > 0 && exits.every((one) => known.includes(one)), name)
      assert.match(cause, /\.$/, name)
      assert.match(next, /[.:].*$|\.$/, name)
    }
  })

  it('are all that the code has', () => {
    const missing = new Set<string>()
    for (const text of sources.values()) {
      for (const [, name = ''] of text.matchAll(/'([A-Z][A-Z\d]*(?:_[A-Z\d]+)+)'/g))
        if (!isKnown(name)) missing.add(name)
      for (const name of namedIn(text)) if (!codes.has(name) && !OF_OTHERS.test(name)) missing.add(name)
    }

    assert.deepEqual([...missing], [])
  })

  it('are all in the code', () => {
    const named = new Set([...sources.values()].flatMap((text) => namedIn(text)))
    const gone = [...codes].filter((name) => !named.has(name) && !code.includes(`'${name}'`))
    assert.deepEqual(gone, ['CONFIG_<variable>'])
    assert.match(code, /`CONFIG_\$\{name\.replace\(/)
  })

  it('are found however they are written', () => {
    assert.deepEqual(
      namedIn("pluginProblem(\n  'NO_VERSION', x); unusable('INVALID'); refused('OLDER'); code: 'CANCELLED'"),
      ['PLUGIN_NO_VERSION', 'POLICY_INVALID', 'UPDATE_OLDER', 'CANCELLED'],
    )
  })
})

/** Functions that put the area in front of a code. */
const PREFIXES: Readonly<Record<string, string>> = {
  pluginProblem: 'PLUGIN_',
  refused: 'UPDATE_',
  unusable: 'POLICY_',
}

function namedIn(text: string): string[] {
  const built = [...text.matchAll(/\b(pluginProblem|refused|unusable)\(\s*'([A-Z_]+)'/g)]
  const whole = [...text.matchAll(/\bcode: '([A-Z][A-Z_]+)'(?! \|)/g)]
  return [
    ...built.map(([, maker = '', name = '']) => `${PREFIXES[maker]}${name}`),
    ...whole.map(([, name = '']) => name),
  ]
}

function isKnown(name: string): boolean {
  if (codes.has(name) || variables.has(name) || name.startsWith('SUPERSET_')) return true
  return Object.values(PREFIXES).some((prefix) => codes.has(prefix + name)) || OF_OTHERS.test(name)
}

/** Words of Node and of TLS, of tRPC and of the issuer's errors, of npm, and variables of the system. */
const OF_OTHERS = new RegExp(
  `^(?:${[
    ...['E[A-Z]+', 'ERR_.*', 'CERT_.*', 'DEPTH_.*', 'SELF_SIGNED_.*', 'UNABLE_TO_.*', 'EAI_.*', 'FETCH_ERROR'],
    ...['BAD_REQUEST', 'NOT_FOUND', 'PRECONDITION_FAILED', 'INTERNAL_SERVER_ERROR', 'TOO_MANY_REQUESTS'],
    ...['XDG_.*', 'DBUS_.*', 'SSH_.*', 'WAYLAND_DISPLAY', 'WSL_DISTRO_NAME', 'LC_ALL', 'NODE_.*', 'COMP_.*'],
  ].join('|')})$`,
)

describe('superset help <page>', () => {
  it('has pages that no command or topic is called like', () => {
    const manifest = JSON.parse(readFileSync(path.join(root, 'oclif.manifest.json'), 'utf8')) as {
      commands: Record<string, unknown>
    }
    const first = new Set(Object.keys(manifest.commands).map((id) => id.split(':', 1)[0]))
    assert.deepEqual(
      MANUAL_PAGES.filter(({name}) => first.has(name)),
      [],
    )
  })
})
