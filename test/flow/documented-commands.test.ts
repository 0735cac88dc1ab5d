import assert from 'node:assert/strict'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {documentedCommands, isPlaceholder} from '../support/documented-commands.ts'
import {createStage, EVERY_COMMAND} from '../support/every-command.ts'
import type {HostsHere} from '../support/hosts-here.ts'

/** Why lines of these commands are not run here: each has tests of its own, and all are checked against the manifest. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  alias: 'writes settings: test/flow and test/acceptance have it',
  auth: 'signs in with a browser: test/acceptance/browser-sign-in.test.ts and others',
  autocomplete: 'for a shell: test/acceptance/completion.test.ts',
  config: 'writes settings: test/flow and test/acceptance have it',
  doctor: 'examines a machine: test/acceptance/doctor-fix.test.ts and others',
  hello: 'a plugin of the examples: test/acceptance/example-plugins.test.ts',
  help: 'test/acceptance/manual.test.ts, test/house/documented-commands.test.ts',
  identity: 'needs installed plugins: test/acceptance/identity-plugins.test.ts',
  plugins: 'needs a registry: test/acceptance/plugins.test.ts',
  policy: 'reads a file of the machine',
  report: 'a plugin of the examples: test/acceptance/example-plugins.test.ts',
  schema: 'test/acceptance/schemas.test.ts',
  update: 'needs releases: test/acceptance/update-command.test.ts',
  version: 'test/unit/manifest.test.ts',
}

const found = documentedCommands().filter(({isBlock}) => isBlock)
const runnable = found.filter(
  ({words}) => nameOf(words) !== undefined && !words.some((word) => /^\$/.test(word) || isPlaceholder(word)),
)

describe('the commands in README and docs', () => {
  let stage: HostsHere
  let folder: string
  before(async () => {
    stage = await createStage()
    folder = await mkdtemp(path.join(tmpdir(), 'documented-'))
    for (const title of ['Fix login', 'Ship the release']) await stage.json('tasks', 'create', '--title', title)
  })
  after(async () => {
    await stage.close()
    await rm(folder, {recursive: true})
  })

  it('are of the service, and run below, or are named with the reason why not', () => {
    const others = new Set(found.filter(({words}) => nameOf(words) === undefined).map(({words}) => topicOf(words)))
    assert.deepEqual(
      [...others].filter((topic) => !(topic in ELSEWHERE) && !topic.startsWith('-')),
      [],
    )
  })

  it(`do what they say, or name what there is not: ${runnable.length} lines`, async () => {
    const wrong: string[] = []
    for (const {page, words} of runnable) {
      const line = await withFiles(
        words.filter((word, index) => word !== '--profile' && words[index - 1] !== '--profile'),
      )
      const {exit, stderr, stdout} = await stage.run(line, {piped: 'text\n'})
      // What is of the reader's own is not on this stage: a host, a slug. The line itself has to be right.
      const isRight = exit === 0 || (page !== 'README.md' && !/USAGE_|UNEXPECTED_/.test(stderr + stdout))
      if (!isRight) wrong.push(`${page}: superset ${words.join(' ')}: exit ${exit}: ${stderr}${stdout}`)
    }

    assert.deepEqual(wrong, [])
  })

  async function withFiles(words: readonly string[]): Promise<readonly string[]> {
    return Promise.all(
      words.map(async (word) => {
        if (!/^[\w./-]+\.(?:log|md|png|txt)(?:,|$)/.test(word)) return word
        const files = word.split(',').map((name) => path.join(folder, path.basename(name)))
        for (const file of files) await writeFile(file, 'text\n')
        return files.join(',')
      }),
    )
  }
})

/** The command of the service that a line is of. */
function nameOf(words: readonly string[]): string | undefined {
  return Object.keys(EVERY_COMMAND)
    .filter((name) => name.split(' ').every((word, index) => words[index] === word))
    .toSorted((one, other) => other.length - one.length)[0]
}

function topicOf(words: readonly string[]): string {
  return words[words[0] === '--profile' ? 2 : 0] ?? ''
}
