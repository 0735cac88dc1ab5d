import {mkdir, readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {integrityOf, tarballOf} from '../support/registry.ts'
import {answerTwice, type Attack, EVIL, SIGNATURES as signatures, swapTarball} from './plugin-attack.ts'
import {HELLO, type PluginStage} from './plugin-stage.ts'

const INSTALL = ['plugins', 'install', HELLO]
const allowed = {code: 'POLICY_REFUSED', key: 'plugins.allowed', asksNothing: true}

/** On the ways in, and on what comes along. */
export function attacksOnPaths(): readonly Attack[] {
  return [...dependencies(), ...paths(), ...without()]
}

/** What a plugin depends on runs with it. */
function dependencies(): readonly Attack[] {
  const needs = (spec: string) => async (stage: PluginStage) => {
    const dependency = spec.replaceAll('<registry>', stage.registry.url)
    await stage.offer({files: stage.files(HELLO, '1.0.0', {dependencies: {'evil-dependency': dependency}})})
    await stage.offer({files: stage.files('evil-dependency'), signed: false, provenance: false})
  }
  return [
    {by: 'a dependency that nobody signed', first: true, prepare: needs('1.0.0'), ...signatures},
    {
      by: 'a dependency at an address, even one of the registry',
      prepare: needs('<registry>evil-dependency/1.0.0/package.tgz'),
      code: 'PLUGIN_NPM_FAILED',
    },
    {
      by: 'a dependency from git',
      first: true,
      prepare: needs('git+https://127.0.0.1:9/evil.git'),
      code: 'PLUGIN_NPM_FAILED',
    },
    editedLock('with a dependency that nobody signed', {}, signatures),
    {
      ...editedLock('with other contents', {integrity: `sha512-${'a'.repeat(86)}==`}, {code: 'PLUGIN_TAMPERED'}),
      first: true,
    },
    editedLock('with a dependency that is said to come inside another', {inBundle: true}, signatures),
    editedLock(
      'with another registry',
      {resolved: 'http://127.0.0.1:9/evil.tgz'},
      {
        code: 'POLICY_REFUSED',
        key: 'plugins.registries',
      },
    ),
  ]
}

function editedLock(how: string, more: object, outcome: Pick<Attack, 'code' | 'key'>): Attack {
  return {
    by: `a lock that was edited between two installations, ${how}`,
    installed: true,
    run: ['plugins', 'install', '@acme/second'],
    async prepare(stage) {
      await stage.offer({files: stage.files('@acme/second')})
      await stage.offer({files: stage.files('evil-dependency'), signed: false, provenance: false})
      await editLock(stage, more)
    },
    ...outcome,
  }
}

/** Every command that brings anything, and every way to name it. */
function paths(): readonly Attack[] {
  const install = (wish: string, more: Omit<Attack, 'by'> = allowed): Attack => ({
    by: `plugins install ${wish}`,
    run: ['plugins', 'install', wish],
    ...more,
  })
  return [
    install(EVIL),
    install(`${HELLO}@npm:${EVIL}`),
    install(`npm:${EVIL}`),
    install('http://127.0.0.1:9/hello.tgz'),
    install('file:./hello.tgz'),
    install('./hello'),
    install('git+https://127.0.0.1:9/hello.git'),
    install('acme/hello'),
    install('@superset/plugin-auth', {code: 'POLICY_REFUSED', key: 'plugins', asksNothing: true}),
    {by: 'plugins link', run: ['plugins', 'link', '.'], ...allowed},
    {
      by: 'plugins install --allow-scripts',
      run: [...INSTALL, '--allow-scripts'],
      ...allowed,
      key: 'plugins.installScripts',
    },
    {
      by: 'plugins update to a version nobody signed',
      installed: true,
      run: ['plugins', 'update'],
      prepare: (stage) => stage.offer({version: '1.1.0', signed: false}),
      ...signatures,
    },
    {
      by: 'plugins update of a list that was edited',
      run: ['plugins', 'update'],
      prepare: (stage) => list(stage, {name: HELLO, tag: `npm:${EVIL}`}),
      ...allowed,
    },
    {
      by: 'plugins reset --reinstall of a list that was edited',
      run: ['plugins', 'reset', '--reinstall'],
      prepare: (stage) => list(stage, {name: HELLO, url: 'http://127.0.0.1:9/hello.tgz'}),
      ...allowed,
    },
    {
      by: 'plugins reset --reinstall of what has been swapped since',
      installed: true,
      run: ['plugins', 'reset', '--reinstall'],
      async prepare(stage) {
        await stage.runs.forgetCache()
        swapTarball(stage)
      },
      code: 'PLUGIN_TAMPERED',
    },
  ]
}

/** And what holds without any policy. */
function without(): readonly Attack[] {
  return [
    {
      by: 'a public package under a short name',
      first: true,
      run: ['plugins', 'install', 'hello'],
      policy: null,
      prepare: (stage) => stage.offer({files: stage.files('hello')}),
      code: 'PLUGIN_NOT_FOUND',
    },
    ...['@superset/plugin-auth', '@oclif/plugin-help', 'npm:superset'].map((name): Attack => ({
      by: `${name}, which comes with the CLI`,
      run: ['plugins', 'install', name],
      policy: null,
      prepare: (stage) => stage.offer({files: stage.files(name.replace('npm:', ''))}),
      code: 'PLUGIN_BUNDLED',
      asksNothing: true,
    })),
    {
      by: 'an alias',
      run: ['plugins', 'install', `${HELLO}@npm:${EVIL}`],
      policy: null,
      code: 'USAGE_INVALID',
      asksNothing: true,
    },
    {by: 'a tarball that was swapped, without a policy', policy: null, prepare: swapTarball, code: 'PLUGIN_TAMPERED'},
    {by: 'two answers, without a policy', policy: null, prepare: answerTwice, code: 'PLUGIN_TAMPERED'},
    {
      by: 'a tarball whose package bears another name',
      first: true,
      policy: null,
      async prepare(stage) {
        await stage.offer()
        const tarball = tarballOf(stage.files(EVIL))
        stage.registry.answers.set(`${HELLO}/1.0.0/package.tgz`, tarball)
        stage.registry.alter = ({versions}) =>
          void Object.assign(versions['1.0.0']?.dist ?? {}, {integrity: integrityOf(tarball)})
      },
      code: 'PLUGIN_TAMPERED',
    },
    {
      by: 'a tarball at an address that bears a bundled name',
      first: true,
      run: ['plugins', 'install', '<tarball>'],
      policy: null,
      prepare: (stage) =>
        writeFile(path.join(stage.runs.folder, 'evil.tgz'), tarballOf(stage.files('@superset/plugin-auth'))),
      code: 'PLUGIN_BUNDLED',
    },
  ]
}

async function list({runs}: PluginStage, entry: object): Promise<void> {
  await mkdir(runs.dataDir, {recursive: true})
  const plugins = [{type: 'user', ...entry}]
  await writeFile(path.join(runs.dataDir, 'package.json'), JSON.stringify({private: true, oclif: {schema: 1, plugins}}))
}

/** A dependency more, of the plugin that is there. */
async function editLock(stage: PluginStage, more: object): Promise<void> {
  const {registry, runs} = stage
  const file = path.join(runs.dataDir, 'package-lock.json')
  const lock = JSON.parse(await readFile(file, 'utf8')) as {packages: Record<string, Record<string, unknown>>}
  const hello = lock.packages[`node_modules/${HELLO}`]
  if (!hello) throw new Error('it was not installed')
  hello['dependencies'] = {'evil-dependency': '1.0.0'}
  lock.packages['node_modules/evil-dependency'] = {
    version: '1.0.0',
    resolved: `${registry.url}evil-dependency/1.0.0/package.tgz`,
    integrity: integrityOf(tarballOf(stage.files('evil-dependency'))),
    ...more,
  }
  await writeFile(file, JSON.stringify(lock))
}
