import assert from 'node:assert/strict'
import {readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {Home} from '../support/cli.ts'
import {layPlugins} from '../support/identity-plugin.ts'
import {needsMountNamespace, PolicedMachine} from '../support/policed-machine.ts'

/** None of those of the system either: where everything is follows from HOME. */
const NONE = Object.fromEntries(
  Object.keys(process.env)
    .filter((name) => !['PATH', 'HOME', 'TMPDIR'].includes(name))
    .map((name) => [name, undefined]),
)
/** What plugin-update and plugin-plugins by themselves would leave. */
const THEIRS = /autoupdate|last-?(?:run|update)|\bclient\b|\bversion$|yarn|pjson|\.log$/i

/** What was started with this home, and runs. */
function runningAt(home: string): readonly string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const environment = /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0') : []
      return environment.includes(`HOME=${home}`) ? [readFileSync(`/proc/${pid}/cmdline`, 'latin1')] : []
    } catch {
      return []
    }
  })
}

describe('a fresh home, without any variable', () => {
  async function run(home: Home, words: readonly string[], prefix?: readonly string[]): Promise<number | null> {
    const {code} = await home.run(words, {env: NONE, ...(prefix && {prefix})})
    assert.deepEqual(runningAt(home.path), [], 'a process is left')
    const files = readdirSync(home.path, {recursive: true, encoding: 'utf8'})
    assert.deepEqual(
      files.filter((file) => THEIRS.test(file) && !file.includes('node_modules')),
      [],
    )
    return code
  }

  it('is left as it is, and no process stays', async () => {
    await using home = await Home.create()
    for (const words of [['version'], ['update'], ['plugins']]) assert.equal(await run(home, words), 0)
  })

  it('with a plugin of the user', async () => {
    await using home = await Home.create()
    const manifest = {name: '@acme/odd', version: '1.0.0', oclif: {}}
    const data = await layPlugins(home.path, [{files: {'package.json': JSON.stringify(manifest)}}])
    for (const words of [['version'], ['plugins']]) assert.equal(await run(home, words), 0)
    assert.deepEqual(readdirSync(data).toSorted(), ['node_modules', 'package.json'])
    assert.equal(path.basename(data), 'superset')
  })

  it('with a policy that cannot be used', async function () {
    needsMountNamespace(this)
    await using machine = await PolicedMachine.create({update: 5})
    await using home = await Home.create()
    const {prefix} = machine
    assert.equal(await run(home, ['version'], prefix), 0)
    for (const words of [['update'], ['plugins', 'update']]) assert.equal(await run(home, words, prefix), 78)
  })
})
