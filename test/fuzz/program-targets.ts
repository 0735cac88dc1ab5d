import {jsonText, printable, writeText} from '@superset/identity'
import assert from 'node:assert/strict'
import {generateKeyPairSync, sign} from 'node:crypto'
import {mkdtemp, open, readdir, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'
import fc from 'fast-check'
import {create} from 'tar'
import {edit, NOTHING_TYPED} from '../../packages/identity/src/terminal/line-editor.ts'
import type {TempHome} from '../../packages/plugin-auth/test/support/temp-home.ts'
import {parsePolicy} from '../../src/policy/schema.ts'
import {listedIn} from '../../src/plugins/plugin-list.ts'
import {faultsOf} from '../../src/plugins/manifest.ts'
import {faultOfCommand, dropInvalidEntries} from '../../src/plugins/sound-manifest.ts'
import {parsePackageSpec} from '../../src/plugins/package-spec.ts'
import {answerFault, parseAnswer} from '../../src/service/fault.ts'
import {taskPages} from '../../src/service/task-list.ts'
import {getTask} from '../../src/service/tasks.ts'
import {listOrganizations} from '../../src/service/organizations.ts'
import type {Api} from '../../src/service/client.ts'
import {openEnvelope, trustedKey} from '../../src/update/envelope.ts'
import {indexOf, pointerOf, releaseOf} from '../../src/update/payload.ts'
import {unpack} from '../../src/update/unpack.ts'
import {target, type Target} from './campaign.ts'
import {damaged, hostileBytes, hostileText, hostileWords, mutated} from './hostile.ts'

const POLICY = {
  identity: {plugin: '@x/y', version: '^1.0.0'},
  login: {apiUrl: 'https://api.test'},
  plugins: {allowed: [{name: 'a', version: '1.x'}], registries: ['https://r.test']},
  update: {minimum: '1.0.0', host: 'https://u.test/'},
}
const TASK = {task: {id: '1', slug: 's', title: 't', labels: ['a']}, statusName: 'x', assignee: {name: 'n'}}
const COMMAND = {
  ...{id: 'hello:me', summary: 's', description: 'd', aliases: ['a'], hiddenAliases: [], permutations: ['me:hello']},
  ...{usage: 'u', examples: ['e', {command: 'c', description: 'd'}], strict: true, hidden: false, isESM: true},
  flags: {name: {name: 'name', type: 'option', char: 'n', options: ['a'], summary: 's', relationships: []}},
  args: {file: {name: 'file', description: 'd', required: true}},
}
const PLUGIN = {
  commands: [COMMAND],
  hooks: {init: [{target: './x', identifier: 'default'}]},
  pjson: {oclif: {topics: {hello: {description: 'd', subtopics: {}}}}},
}
const RELEASE = {
  ...{format: 1, name: 'superset', kind: 'channel', platform: 'linux-x64', version: '1.2.3', channel: 'stable'},
  ...{createdAt: '2026-01-01T00:00:00Z', expiresAt: '2027-01-01T00:00:00Z', serial: 1, rollout: 50},
  archive: {file: 'superset-v1.2.3-linux-x64.tar.gz', sha256: 'a'.repeat(64), size: 5},
}

/** What servers, plugins, updates, administrators and terminals send. */
export async function programTargets(home: TempHome): Promise<readonly Target[]> {
  return [
    target('the policy', hostileText(POLICY), (text) => void parsePolicy(text, '/etc/superset/policy.json'), 4),
    target('an answer of the API', hostileBytes({result: {data: {json: [TASK]}}}), async (body) => {
      const value = parseAnswer(body)
      answerFault({status: 200, headers: new Headers()}, value)
      answerFault({status: 500, headers: new Headers({'retry-after': 'x'})}, value)
    }),
    target('tasks and organizations', fc.oneof(mutated([TASK]), mutated(TASK.task)), async (value) => {
      const listTasks = async (api: Api) => (await taskPages(api, {}))({limit: 1, offset: 0})
      for (const read of [listTasks, getTask, listOrganizations] as ReadonlyArray<(api: Api) => Promise<unknown>>)
        await answered(() => read({session: {}, query: () => Promise.resolve(value)} as unknown as Api))
    }),
    target('a command of a manifest', mutated(COMMAND), (entry) => void faultOfCommand(entry)),
    target(
      'a plugin',
      fc.tuple(mutated(PLUGIN.commands), mutated(PLUGIN.hooks), mutated(PLUGIN.pjson.oclif)),
      (parts) => {
        const [commands, hooks, oclif] = parts.map((part, index) =>
          typeof part === 'object' && part !== null && Array.isArray(part) === (index === 0) ? part : index ? {} : [],
        ) as [object[], Record<string, unknown>, object]
        const plugin = {
          commands: commands.filter((one) => typeof one === 'object' && one !== null),
          hooks,
          pjson: {oclif},
        }
        dropInvalidEntries(plugin)
        assert.deepEqual(dropInvalidEntries(plugin), [], 'what is left has faults')
      },
    ),
    target('the list of plugins', mutated({oclif: {plugins: ['a', {name: 'b', type: 'user', tag: '1'}]}}), (value) => {
      listedIn(value)
      faultsOf(value)
    }),
    target('the wish for a plugin', hostileWords, (text) => void parsePackageSpec(text, '/nowhere')),
    signed(),
    await archive(home),
    target('keys of a terminal', fc.array(hostileWords), (chunks) => {
      let typed = NOTHING_TYPED
      for (const chunk of chunks) {
        const edited = edit(typed, chunk)
        ;({typed} = edited)
        assert.doesNotMatch(edited.echo.replaceAll('\b \b', ''), /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/)
      }
    }),
    target('text for a terminal', hostileWords, (text) => {
      let written = ''
      writeText({write: (chunk) => Boolean((written += String(chunk)))}, text)
      for (const shown of [printable(text), written.replace(/\n$/, '').replaceAll(/\u001b\[\d+m|[\n\t]/g, '')])
        assert.doesNotMatch(shown, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
      assert.equal(JSON.parse(jsonText(text)), text)
    }),
  ]
}

/** Signed for this program, and of any form. */
function signed(): Target {
  const {privateKey, publicKey} = generateKeyPairSync('ed25519')
  const key = trustedKey(publicKey.export({format: 'jwk'}).x ?? '')
  const envelope = (text: string): unknown => ({
    payload: Buffer.from(text).toString('base64url'),
    signatures: [
      {
        key: key.id,
        signature: sign(null, Buffer.from(`superset-release-v1\0${text}`), privateKey).toString('base64url'),
      },
    ],
  })
  const genuine = envelope(JSON.stringify(RELEASE))
  const input = fc.oneof(
    hostileText({...RELEASE, versions: [RELEASE]}).map((text) => JSON.stringify(envelope(text))),
    hostileText(genuine),
  )
  return target('a signed pointer', input, async (text) => {
    const payload = openEnvelope(text, [key], 'it')
    const wanted = {kind: 'release', version: '1.2.3', platform: 'linux-x64'} as const
    for (const read of [
      () => pointerOf(payload, 'stable', 'linux-x64', 'it'),
      () => indexOf(payload, 'linux-x64', 'it'),
      () => releaseOf(payload, wanted, 'it'),
    ])
      await answered(() => Promise.resolve(read()))
  })
}

/** Whatever its headers say, nothing is written outside of the folder. */
async function archive({homeDir}: TempHome): Promise<Target> {
  const around = await mkdtemp(path.join(path.dirname(homeDir), 'archive-'))
  await writeFile(path.join(around, 'superset'), 'x')
  const parts: Buffer[] = []
  for await (const chunk of create({cwd: around, portable: true}, ['superset']) as AsyncIterable<Buffer>)
    parts.push(chunk)
  await rm(path.join(around, 'superset'))
  const read = async (bytes: Buffer): Promise<void> => {
    const file = path.join(around, 'archive.tar')
    await writeFile(file, bytes)
    const folder = await mkdtemp(path.join(around, 'into-'))
    try {
      await using opened = await open(file)
      await unpack(opened, folder, AbortSignal.timeout(60_000))
    } finally {
      await rm(folder, {recursive: true})
      assert.deepEqual(await readdir(around), ['archive.tar'])
    }
  }
  return target('an archive', damaged(Buffer.concat(parts)), read, 20)
}

async function answered(read: () => Promise<unknown>): Promise<void> {
  const {isProblem} = await import('@superset/identity')
  try {
    await read()
  } catch (error) {
    if (!isProblem(error)) throw error
  }
}
