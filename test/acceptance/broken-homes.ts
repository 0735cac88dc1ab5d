import {chmod, mkdir, readdir, readFile, rename, symlink, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {sandboxEnvironment, signIn} from '../support/signed-in.ts'
import {signInWithKey, writeConfig} from '../support/stored-key.ts'
import {type BrokenEnvironment, type Surroundings, type Variables, withKey} from './broken-environment.ts'

/** A variable with a value that cannot be meant. */
const variable = (name: string, value: string, message: RegExp): BrokenEnvironment => ({
  name: `${name}=${value}`,
  cause: ['configuration', message],
  make: (around) => withKey(around, {[name]: value}),
})

async function inHome({home}: Surroundings, name: string, text: string, mode = 0o600): Promise<string> {
  const file = path.join(home.superset, name)
  await mkdir(path.dirname(file), {recursive: true, mode: 0o700})
  await writeFile(file, text, {mode})
  await chmod(file, mode)
  return file
}

async function plugins({home}: Surroundings, text: string): Promise<Variables> {
  const folder = path.join(home.path, 'data')
  await mkdir(folder, {recursive: true})
  await writeFile(path.join(folder, 'package.json'), text)
  return {SUPERSET_DATA_DIR: folder}
}

/** The only sealed record of a home. */
async function record({home}: Surroundings): Promise<string> {
  const sessions = path.join(home.superset, 'identity/sessions')
  const [id = ''] = await readdir(sessions)
  const [name = ''] = (await readdir(path.join(sessions, id))).filter((one) => one.endsWith('.sealed'))
  return path.join(sessions, id, name)
}

const POLICY: readonly BrokenEnvironment[] = [
  {name: 'a policy that is not JSON', policy: '{', cause: ['policy', /policy\.json is not JSON/], kind: true},
  {
    name: 'a policy with an unknown key',
    policy: {login: {isuer: 'https://id.test'}},
    cause: ['policy', /has the key login\.isuer/],
  },
  {
    name: 'a policy that demands another version',
    policy: {update: {minimum: '99.0.0'}},
    cause: ['update', /99\.0\.0/],
  },
  {
    name: 'a policy that demands an identity plugin which is not there',
    policy: {identity: {plugin: '@acme/identity'}},
    cause: ['identity', /@acme\/identity/],
  },
]

const CONFIGURATION: readonly BrokenEnvironment[] = [
  variable('SUPERSET_API_URL', 'nowhere', /^SUPERSET_API_URL /),
  variable('SUPERSET_API_URL', 'http://api.example.test', /^SUPERSET_API_URL .*https/),
  variable('SUPERSET_PROFILE', '../x', /^SUPERSET_PROFILE must be a name/),
  variable('SUPERSET_STORAGE', 'cloud', /^SUPERSET_STORAGE must be one of/),
  variable('SUPERSET_HOME_DIR', 'here', /^SUPERSET_HOME_DIR must be an absolute path/),
  variable('SUPERSET_IDENTITY', 'a b', /^SUPERSET_IDENTITY must be the package name/),
  {
    name: 'settings that are not JSON',
    cause: ['configuration', /settings\.json is not a JSON object/],
    kind: true,
    async make(around) {
      await inHome(around, 'cli/settings.json', '{')
      return withKey(around)
    },
  },
  {
    name: 'a setting that is misspelt',
    cause: ['configuration', /settings\.json: profil is not a setting/],
    async make(around) {
      await inHome(around, 'cli/settings.json', '{"profil": "work"}')
      return withKey(around)
    },
  },
  {
    name: 'settings that others can write',
    cause: ['configuration', /^Others can write .*settings\.json/],
    async make(around) {
      await inHome(around, 'cli/settings.json', '{}', 0o666)
      return withKey(around)
    },
  },
]

const PLUGINS: readonly BrokenEnvironment[] = [
  {
    name: 'a list of plugins that is not JSON',
    cause: ['plugins', /package\.json cannot be read, so no installed plugin is loaded/],
    make: async (around) => withKey(around, await plugins(around, '{"oclif": ')),
  },
  {
    name: 'a plugin whose files are gone',
    cause: ['plugins', /^@acme\/gone was installed, and cannot be loaded/],
    make: async (around) =>
      withKey(
        around,
        await plugins(around, JSON.stringify({oclif: {plugins: [{name: '@acme/gone', type: 'user', tag: 'latest'}]}})),
      ),
  },
  {
    name: 'an identity plugin that is not installed',
    cause: ['identity', /@acme\/identity/],
    make: (around) => withKey(around, {SUPERSET_IDENTITY: '@acme/identity'}),
  },
]

const STORAGE: readonly BrokenEnvironment[] = [
  {
    name: 'a file in the place of the home',
    cause: ['storage: files', /\.superset/],
    async make(around) {
      await writeFile(around.home.superset, '')
      return withKey(around)
    },
  },
  {
    name: 'a home that is open to others',
    cause: ['storage: files', /\.superset is open to others \(0755\)/],
    async make(around) {
      await mkdir(around.home.superset)
      await chmod(around.home.superset, 0o755)
      return withKey(around)
    },
  },
  {
    name: 'credentials behind a symbolic link',
    cause: ['storage: files', /config\.json is a symbolic link/],
    async make(around) {
      const env = await signInWithKey(around.home, around.sandbox, 'file')
      const file = path.join(around.home.superset, 'config.json')
      await rename(file, path.join(around.home.path, 'elsewhere.json'))
      await symlink(path.join(around.home.path, 'elsewhere.json'), file)
      return env
    },
  },
  {
    name: 'a credential file that was cut off',
    cause: ['storage: session', /config\.json is not JSON/],
    async make(around) {
      await writeConfig(around.home, '{"auth": {"acc')
      return sandboxEnvironment(around.sandbox)
    },
  },
  {
    name: 'another storage key than the one that sealed the session',
    cause: ['storage: key', /key/i],
    async make(around) {
      const env = await signIn(around.home, around.sandbox, 'key')
      return {...env, SUPERSET_STORAGE_KEY: '6'.repeat(64)}
    },
  },
  {
    name: 'a storage key that is none',
    cause: ['storage: key', /SUPERSET_STORAGE_KEY/],
    async make(around) {
      const env = await signIn(around.home, around.sandbox, 'key')
      return {...env, SUPERSET_STORAGE_KEY: 'short'}
    },
  },
  {
    name: 'a sealed session that was overwritten',
    cause: ['storage: key', /damaged/i],
    async make(around) {
      const env = await signIn(around.home, around.sandbox, 'key')
      const file = await record(around)
      const bytes = await readFile(file)
      await chmod(file, 0o600)
      await writeFile(file, bytes.fill(0, bytes.length - 40))
      return env
    },
  },
  {
    name: 'a ledger that is damaged',
    cause: ['ledger', /ledger\.db is damaged/],
    async make(around) {
      await inHome(around, 'identity/ledger.db', 'not a database\n'.repeat(400))
      await chmod(path.join(around.home.superset, 'identity'), 0o700)
      return withKey(around)
    },
  },
  {
    name: 'a lock that is damaged',
    cause: ['locks', /config\.lock/],
    async make(around) {
      await inHome(around, 'identity/config.lock', 'x')
      await chmod(path.join(around.home.superset, 'identity'), 0o700)
      return withKey(around)
    },
  },
]

/** What can be wrong with a machine, its settings and what is stored. */
export const BROKEN_HOMES = [...POLICY, ...CONFIGURATION, ...PLUGINS, ...STORAGE]
