/**
 * Every mechanism through which a user can influence a choice that the policy has made. Each attempt is tried on a
 * machine whose policy pins issuer, client, API, method, storage, identity plugin and plugins; none may succeed.
 */
export interface Attempt {
  readonly by: string
  readonly run: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Written into the home first: path, contents. */
  readonly files?: Readonly<Record<string, unknown>>
  /** Refused: the key that the message names. */
  readonly key?: string
  /** Without a key: it has no effect, and this is how the command ends. */
  readonly exit?: number
  readonly says?: RegExp
  readonly cwd?: string
}

/**
 * Stands for what is known only when it runs: a server that must never be asked, the registry of the policy, the folder of
 * a plugin that leaves a mark when any of its code runs, the home.
 */
export type Token = '<evil>' | '<home>' | '<registry>' | '<spy>'

const evil = '<evil>'
const registry = '<registry>'
const spy = '<spy>'
const LIST = ['tasks', 'list']
const LOGIN = ['auth', 'login']
const DATA = 'data/superset'
const PROFILE = '.superset/cli/profiles'
const NOT_LOADED = /Plugin \S+ is not loaded: your organisation .*\(policy \/etc\/superset\/policy\.json: /

export function attempts(): readonly Attempt[] {
  return [...variables(), ...flags(), ...settings(), ...plugins(), ...data(), ...others()]
}

function variables(): readonly Attempt[] {
  const env = (name: string, value: string, more: Omit<Attempt, 'by'>): Attempt => ({
    by: `the variable ${name}`,
    ...more,
    env: {...more.env, [name]: value},
  })
  const ignored = (name: string, value: string): Attempt => env(name, value, {run: LIST, exit: 0})
  return [
    env('SUPERSET_API_URL', evil, {run: LIST, key: 'login.apiUrl'}),
    env('SUPERSET_ISSUER', evil, {run: LOGIN, key: 'login.issuer'}),
    env('SUPERSET_CLIENT_ID', 'mine', {run: LOGIN, key: 'login.clientId'}),
    env('SUPERSET_API_KEY', 'sk_live_mine', {run: LIST, key: 'login.methods'}),
    env('SUPERSET_TOKEN', 'mine', {run: LIST, key: 'login.methods'}),
    env('SUPERSET_SANDBOX_WORKSPACE_ID', 'mine', {run: LIST, key: 'login.methods'}),
    env('SUPERSET_WORKLOAD_IDENTITY', 'gitlab', {run: LIST, key: 'login.methods'}),
    env('SUPERSET_STORAGE', 'file', {run: LOGIN, key: 'storage.allowed'}),
    env('SUPERSET_STORAGE', 'keychain', {run: LIST, key: 'storage.allowed'}),
    ignored('SUPERSET_IDENTITY', '@evil/spy'),
    env('SUPERSET_PROFILE', 'evil', {
      run: LIST,
      files: {[`${PROFILE}/evil.json`]: {apiUrl: evil}},
      key: 'login.apiUrl',
    }),
    env('SUPERSET_WEB_URL', evil, {run: [...LOGIN, '--replace'], exit: 0}),
    env('SUPERSET_NPM_REGISTRY', `${evil}/`, {run: ['plugins', 'install', '@acme/good'], key: 'plugins.registries'}),
    env('SUPERSET_NPM_REGISTRY', `${registry}@evil.example/`, {run: ['plugins', 'update'], exit: 0}),
    ...['SUPERSET_POLICY', 'SUPERSET_POLICY_FILE', 'SUPERSET_DEV_POLICY', 'SUPERSET_ETC'].map((name) =>
      env(name, '/dev/null', {run: LIST, env: {SUPERSET_API_URL: evil}, key: 'login.apiUrl'}),
    ),
    ...['SUPERSET_CONFIG_DIR', 'SUPERSET_CACHE_DIR', 'SUPERSET_BINPATH', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME'].map(
      (name) => ignored(name, '/nonexistent/mine'),
    ),
    ignored('NODE_ENV', 'development'),
    ignored('OCLIF_NEXT_VERSION', '1'),
  ]
}

function flags(): readonly Attempt[] {
  const flag = (run: readonly string[], key: string): Attempt => ({by: `the flags of ${run.join(' ')}`, run, key})
  return [
    flag([...LOGIN, '--issuer', evil], 'login.issuer'),
    flag([...LOGIN, `--issuer=${evil}`], 'login.issuer'),
    flag([...LOGIN, '--client-id', 'mine'], 'login.clientId'),
    flag([...LOGIN, '--api-url', evil], 'login.apiUrl'),
    flag([...LOGIN, '--issuer', evil, '--api-url', evil, '--profile', 'new'], 'login.issuer'),
    {by: 'the flag --web-url', run: [...LOGIN, '--web-url', evil, '--replace'], exit: 0},
    flag([...LOGIN, '--api-key', 'sk_live_mine'], 'login.methods'),
    flag([...LOGIN, '--with-api-key'], 'login.methods'),
    flag([...LOGIN, '--device'], 'login.methods'),
    flag([...LOGIN, '--storage', 'file'], 'storage.allowed'),
    flag(['auth', 'migrate', '--to', 'file', '--yes'], 'storage.allowed'),
    flag([...LIST, '--api-key', 'sk_live_mine'], 'login.methods'),
    flag(['auth', 'token', '--api-key', 'sk_live_mine'], 'login.methods'),
    {
      by: 'the flag --profile',
      run: [...LIST, '--profile', 'evil'],
      files: {[`${PROFILE}/evil.json`]: {issuer: evil, apiUrl: evil}},
      key: 'login.issuer',
    },
    ...['--policy', '--policy-file'].map((name): Attempt => ({
      by: `a flag ${name}`,
      run: [...LIST, name, '/dev/null'],
      exit: 2,
    })),
  ]
}

function settings(): readonly Attempt[] {
  const saved = (setting: object, more: Pick<Attempt, 'exit' | 'key'>): Attempt => ({
    by: `a profile's setting ${Object.keys(setting).join()}`,
    run: LIST,
    files: {[`${PROFILE}/default.json`]: setting},
    ...more,
  })
  return [
    saved({issuer: evil}, {key: 'login.issuer'}),
    saved({clientId: 'mine'}, {key: 'login.clientId'}),
    saved({apiUrl: evil}, {key: 'login.apiUrl'}),
    saved({storage: 'file'}, {exit: 0}), // SUPERSET_STORAGE_KEY, which is set, wins over it
    saved({workload: {from: 'github'}}, {key: 'login.methods'}),
    saved({identity: '@evil/spy'}, {exit: 0}),
    {
      by: 'the configured profile',
      run: LIST,
      files: {'.superset/cli/settings.json': {profile: 'evil'}, [`${PROFILE}/evil.json`]: {apiUrl: evil}},
      key: 'login.apiUrl',
    },
    {by: 'identity use', run: ['identity', 'use', '@evil/spy'], key: 'identity.plugin'},
    {by: 'identity use --profile', run: ['identity', 'use', '@evil/spy', '--profile', 'mine'], key: 'identity.plugin'},
    {
      by: 'the configured identity plugin',
      run: LIST,
      files: {'.superset/cli/settings.json': {identity: '@evil/spy'}},
      exit: 0,
    },
    {
      by: 'a plain-text session of another program',
      run: LIST,
      files: {'.superset/config.json': {auth: {accessToken: 'mine', refreshToken: 'mine', expiresAt: 4e12}}},
      key: 'login.apiUrl',
    },
    {
      by: 'a stored API key',
      run: LIST,
      files: {'.superset/config.json': {apiKey: 'sk_live_mine'}},
      key: 'login.',
    },
  ]
}

function plugins(): readonly Attempt[] {
  const install = (plugin: string, key = 'plugins.'): Attempt => ({
    by: `plugins install ${plugin}`,
    run: ['plugins', 'install', plugin],
    key,
  })
  const listed = (entry: object) => ({[`${DATA}/package.json`]: {oclif: {schema: 1, plugins: [entry]}}})
  return [
    install('@evil/spy', 'plugins.allowed'),
    install('spy', 'plugins.allowed'),
    install('@acme/goods', 'plugins.allowed'),
    install('@acme/good@2.0.0', 'plugins.allowed'),
    install('@acme/good@>=1', 'plugins.allowed'),
    install('@acme/good@npm:@evil/spy', 'plugins.allowed'),
    install(`@acme/good@${evil}/good.tgz`, 'plugins.allowed'),
    install(`${evil}/good.tgz`, 'plugins.allowed'),
    install(`git+${evil}/good.git`, 'plugins.allowed'),
    install(`file:${spy}`, 'plugins.allowed'),
    install('acme/good', 'plugins.allowed'),
    install('@superset/plugin-auth', 'identity.plugin'),
    install('@oclif/plugin-help', 'plugins'),
    {by: 'plugins add', run: ['plugins', 'add', '@evil/spy'], key: 'plugins.allowed'},
    {by: 'plugins install of several', run: ['plugins', 'install', '@evil/spy', '@acme/good'], key: 'plugins.allowed'},
    {by: 'plugins link', run: ['plugins', 'link', spy], key: 'plugins.allowed'},
    {by: 'plugins link --no-install', run: ['plugins', 'link', '--no-install', spy], key: 'plugins.allowed'},
    {
      by: 'plugins update of what was listed by hand',
      run: ['plugins', 'update'],
      files: listed({name: '@evil/spy', type: 'user', tag: 'latest'}),
      key: 'plugins.allowed',
    },
    {
      by: 'plugins update to a tag without bounds',
      run: ['plugins', 'update'],
      files: listed({name: '@acme/good', type: 'user', tag: 'latest'}),
      key: 'plugins.allowed',
    },
    {
      by: 'plugins reset --reinstall',
      run: ['plugins', 'reset', '--reinstall'],
      files: listed({name: '@evil/spy', type: 'user', url: `${evil}/spy.tgz`}),
      key: 'plugins.allowed',
    },
  ]
}

/** What lies in the data folder is the user's to write: the spy, placed there in every way that oclif would load. */
function data(): readonly Attempt[] {
  const placed = (what: string, entry: Readonly<Record<string, string>>, name = '@evil/spy'): Attempt => ({
    by: `the data folder: ${what}`,
    run: LIST,
    files: {
      [`${DATA}/package.json`]: {oclif: {schema: 1, plugins: [{name: entry['name'] ?? name, ...entry}]}},
      ...(entry['type'] === 'user' && {[`${DATA}/node_modules/${entry['name'] ?? name}`]: {copyOf: spy, name}}),
    },
    exit: 0,
    says: NOT_LOADED,
  })
  return [
    placed('a plugin that is not on the list', {type: 'user'}),
    placed('a linked folder', {type: 'link', root: spy}),
    placed('a linked folder under a name of the list', {type: 'link', name: '@acme/good', root: spy}),
    placed('a folder of the same name as one of the list', {type: 'user'}, '@acme/good'),
    placed('another plugin in the folder of one of the list', {type: 'user', name: '@acme/good'}),
    placed('the name of the bundled identity plugin', {type: 'user'}, '@superset/plugin-auth'),
    placed('the name of another bundled plugin', {type: 'link', name: '@oclif/plugin-plugins', root: spy}),
    {...placed('under SUPERSET_DATA_DIR', {type: 'user'}), env: {SUPERSET_DATA_DIR: `<home>/${DATA}`}},
    {...placed('under XDG_DATA_HOME', {type: 'user'}), env: {XDG_DATA_HOME: '<home>/data'}},
  ]
}

function others(): readonly Attempt[] {
  const project = {
    'project/package.json': {name: 'project', oclif: {plugins: ['@evil/spy'], hooks: {init: './spy.js'}}},
    'project/.oclifrc.json': {plugins: ['@evil/spy']},
    'project/.npmrc': `registry=${evil}/\n`,
    'project/.superset/config.json': {apiKey: 'mine'},
    'project/superset.json': {apiUrl: evil},
    'project/policy.json': {},
    'project/etc/superset/policy.json': {},
  }
  return [
    {by: 'files of the project in the working directory', run: LIST, files: project, cwd: 'project', exit: 0},
    {by: 'another HOME', run: LOGIN, env: {HOME: '<home>/other', SUPERSET_ISSUER: evil}, key: 'login.issuer'},
    {
      by: 'another SUPERSET_HOME_DIR with a session of its own',
      run: LIST,
      env: {SUPERSET_HOME_DIR: '<home>/other'},
      files: {'other/config.json': {auth: {accessToken: 'mine', refreshToken: 'mine', expiresAt: 4e12}}},
      key: 'login.apiUrl',
    },
  ]
}

/** Names of variables that decide nothing that a policy pins, and why. */
export const UNDECIDED: Readonly<Record<string, string>> = {
  SUPERSET_AGENT: 'how output is written',
  SUPERSET_CREDENTIAL_REQUEST: 'what plugin-auth-command tells the program that it asks',
  SUPERSET_DEBUG: 'whether requests are told on standard error',
  SUPERSET_DISABLE_AUTOUPDATE: 'whether newer versions are looked for',
  SUPERSET_NPM_LOG_LEVEL: 'how much npm says',
  SUPERSET_PAGER: 'who shows what is longer than the screen',
  SUPERSET_WORKSPACE_ID: 'which workspace a terminal is in',
  SUPERSET_CA_FILE: "whom this user's TLS trusts",
  SUPERSET_ORGANIZATION_ID: 'which organization a command acts on',
  SUPERSET_ID_TOKEN: 'the token of a workload, read where SUPERSET_WORKLOAD_IDENTITY says so',
  SUPERSET_WORKLOAD_AUDIENCE: "the audience of a workload's token",
  SUPERSET_STORAGE_KEY: 'tried by itself: it implies a storage',
  SUPERSET_HOME_DIR: 'tried in the table, with a session in it',
}

/** Flags of `auth login` and `auth migrate` that choose nothing that a policy pins: output, and manners at the issuer. */
export const HARMLESS_FLAGS: readonly string[] = [
  ...['json', 'no-browser', 'organization', 'quiet', 'replace', 'yes'],
  ...['access-token-seconds', 'account-claim', 'audience', 'authorize-parameter', 'replay-policy', 'resource', 'scope'],
  ...['redirect-host', 'redirect-path', 'redirect-port', 'scope-on-refresh', 'device-host'],
]
