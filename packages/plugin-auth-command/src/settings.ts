import path from 'node:path'
import {
  EXIT,
  type IdentityRequest,
  isObject,
  isSecure,
  Problem,
  profileFileName,
  type ProfileSettings,
} from '@superset/identity'

export const NAME = '@superset/plugin-auth-command'

/** Whether the command may ask a person: `never` gives it no terminal, `always` refuses to run without one. */
type Interactive = 'always' | 'if-available' | 'never'

/** What a profile's file says under `plugins` and this package's name. None of it is a secret. */
export interface CommandSettings {
  /** An absolute path, or a name that is looked up in PATH. */
  readonly command: string
  readonly args: readonly string[]
  /** Set for the command, over what it inherits. */
  readonly env: Readonly<Record<string, string>>
  readonly interactive: Interactive
  /** How long one run may take; 30, or 300 where a person can be asked, unless given. */
  readonly deadlineSeconds?: number
  /** The ExecCredential version that the command is spoken to in, as in a kubeconfig. */
  readonly apiVersion: ExecVersion
  /** The only API that the credential is for. */
  readonly apiUrl?: string
  /** The issuer of the credential; a command that names another one is not believed. */
  readonly issuer?: string
  /** The organization that commands act on; `organization switch` writes it. */
  readonly organization?: string
  /** Programs, with their arguments, that `auth login` and `auth logout` run on the terminal. */
  readonly login?: Argv
  readonly logout?: Argv
}

export type Argv = readonly [string, ...string[]]

const EXEC_VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'] as const
type ExecVersion = (typeof EXEC_VERSIONS)[number]

/** Says what is wrong with a value, or nothing. */
type Check = (value: unknown) => string | undefined

const MAX_SECONDS = 3600

const when =
  (isRight: (value: unknown) => boolean, rule: string): Check =>
  (value) =>
    isRight(value) ? undefined : rule

const oneOf = (...words: readonly string[]): Check =>
  when((value) => words.includes(value as string), `must be one of ${words.join(', ')}`)
const PROGRAM = 'must be an absolute path, or a name without a slash that is looked up in PATH'
const text = when(isText, 'must be a text')

const CHECKS: Readonly<Record<keyof CommandSettings, Check>> = {
  command: when(isProgram, PROGRAM),
  args: when(areTexts, 'must be a list of texts'),
  env: when(isEnvironment, 'must be an object of texts, by names of variables'),
  interactive: oneOf('never', 'if-available', 'always'),
  deadlineSeconds: when(
    (value) => Number.isInteger(value) && Number(value) > 0 && Number(value) <= MAX_SECONDS,
    `must be a number of seconds, at most ${MAX_SECONDS}`,
  ),
  apiVersion: oneOf(...EXEC_VERSIONS),
  apiUrl: when(isOrigin, 'must be an origin such as https://api.example.com (http is for this machine only)'),
  issuer: text,
  organization: text,
  login: when(isArgv, `must be a list: a program (${PROGRAM}), then its arguments`),
  logout: when(isArgv, `must be a list: a program (${PROGRAM}), then its arguments`),
}

/** The part of a request that settings come from. */
export type SettingsRequest = Pick<IdentityRequest, 'homeDir' | 'profile' | 'settings'>

/** The file that a person edits. */
export function settingsFile({homeDir, profile}: SettingsRequest): string {
  return path.join(homeDir, 'cli', 'profiles', `${profileFileName(profile)}.json`)
}

export function isSet({settings}: SettingsRequest): boolean {
  return settings?.plugins?.[NAME] !== undefined
}

/** @throws Problem AUTH_COMMAND_UNSET, CONFIG_INVALID (78) naming file and key */
export function settingsOf(request: SettingsRequest): CommandSettings {
  const value = request.settings?.plugins?.[NAME]
  if (value === undefined) throw unset(request)
  if (!isObject(value)) throw invalid(request, '', 'must be an object')
  for (const [key, one] of Object.entries(value)) {
    const check = Object.hasOwn(CHECKS, key) ? CHECKS[key as keyof CommandSettings] : undefined
    const fault = check ? check(one) : 'is not a setting that this version knows'
    if (fault) throw invalid(request, `.${key}`, fault)
  }

  if (value['command'] === undefined) throw invalid(request, '.command', PROGRAM)
  if (value['login'] !== undefined && value['logout'] === undefined)
    throw invalid(request, '.login', 'needs a `logout` beside it: whoever can sign in must be able to sign out')
  return {
    args: [],
    env: {},
    // A command that asks a person would ask in the middle of every other command.
    interactive: 'never',
    apiVersion: EXEC_VERSIONS[0],
    ...(value as Partial<CommandSettings> & Pick<CommandSettings, 'command'>),
  }
}

/** What is to be remembered so that one of our settings changes and everybody else's stay. */
export function changed(
  {settings}: SettingsRequest,
  change: Partial<CommandSettings>,
): Pick<ProfileSettings, 'plugins'> {
  const before = settings?.plugins?.[NAME]
  return {plugins: {...settings?.plugins, [NAME]: {...(isObject(before) && before), ...change}}}
}

function unset(request: SettingsRequest): Problem {
  return new Problem({
    code: 'AUTH_COMMAND_UNSET',
    message: `No credential command is set for profile ${request.profile}.`,
    exit: EXIT.configuration,
    profile: request.profile,
    suggestions: stepsToSet(request),
  })
}

export function stepsToSet(request: SettingsRequest): readonly string[] {
  const example = `{"plugins": {"${NAME}": {"command": "/path/to/the/command"}}}`
  return [`Name the credential command in ${settingsFile(request)}: ${example}`]
}

function invalid(request: SettingsRequest, key: string, fault: string): Problem {
  const file = settingsFile(request)
  return new Problem({
    code: 'CONFIG_INVALID',
    message: `${file}: plugins["${NAME}"]${key} ${fault}.`,
    exit: EXIT.configuration,
    profile: request.profile,
    suggestions: ['Correct it in that file.'],
  })
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && !value.includes('\0')
}

/** An argument or the value of a variable, which may be empty. */
function isPlain(value: unknown): boolean {
  return typeof value === 'string' && !value.includes('\0')
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isPlain)
}

function isEnvironment(value: unknown): boolean {
  return isObject(value) && Object.entries(value).every(([name, one]) => /^[A-Za-z_]\w*$/.test(name) && isPlain(one))
}

function isProgram(value: unknown): boolean {
  return isText(value) && (path.isAbsolute(value) || !/[/\\]/.test(value))
}

function isArgv(value: unknown): boolean {
  return areTexts(value) && isProgram((value as readonly unknown[])[0])
}

function isOrigin(value: unknown): boolean {
  const url = isText(value) ? URL.parse(value) : null
  return url !== null && url.origin === value && isSecure(url)
}
