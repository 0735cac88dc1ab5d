import {EXIT, isProfileName, Problem, type ProfileSettings} from '@superset/identity'
import {faultOfIssuer, faultOfOrigin} from './address.ts'
import {isWorkloadSource, WORKLOAD_RULE} from './workload.ts'

/** What a user chose for all profiles. */
export interface GlobalSettings {
  /** The profile that commands use when neither flag nor variable names one. */
  readonly profile?: string
  /** Package name of the identity plugin (`superset identity use`). */
  readonly identity?: string
}

/** Says what is wrong with a value, or nothing. */
type Check = (value: unknown) => string | undefined

const PACKAGE = /^(?:@[a-z\d~-][\w.~-]*\/)?[a-z\d~-][\w.~-]*$/i
const HOST = /^[a-z\d](?:[a-z\d.-]*[a-z\d])?$/
const MAX_PORT = 65_535

const when =
  (isRight: (value: never) => boolean, rule: string): Check =>
  (value) =>
    isRight(value as never) ? undefined : rule

const text = when((value: unknown) => typeof value === 'string' && value.trim() !== '', 'must be a text')
const packageName = when((value: unknown) => isText(value) && PACKAGE.test(value), 'must be a package name')
const origin: Check = (value) => text(value) ?? faultOfOrigin(value as string, 'https://api.example.com')
const issuer: Check = (value) => text(value) ?? faultOfIssuer(value as string)
const flag = when((value: unknown) => typeof value === 'boolean', 'must be true or false')
const oneOf = (...words: readonly string[]): Check =>
  when((value: unknown) => words.includes(value as string), `must be one of ${words.join(', ')}`)
const whole = (value: unknown, max: number): boolean =>
  Number.isInteger(value) && Number(value) > 0 && Number(value) <= max
const ports = when(
  (value: unknown) => Array.isArray(value) && value.length > 0 && value.every((one) => whole(one, MAX_PORT)),
  'must be a list of port numbers',
)
const texts = when(
  (value: unknown) => isObject(value) && Object.values(value).every((one) => typeof one === 'string'),
  'must be an object of texts',
)
const replayWord = oneOf('none', 'session', 'user')
const replayPolicy: Check = (value) =>
  isObject(value)
    ? when(() => whole(value['graceMs'], 3_600_000), 'must have graceMs, in milliseconds')(value)
    : replayWord(value)

const GLOBAL: Readonly<Record<keyof GlobalSettings, Check>> = {
  profile: when((value: unknown) => isText(value) && isProfileName(value), 'must be the name of a profile'),
  identity: packageName,
}

const PROFILE: Readonly<Record<keyof ProfileSettings, Check>> = {
  issuer,
  clientId: text,
  apiUrl: origin,
  webUrl: origin,
  scope: text,
  resource: text,
  audience: text,
  replayPolicy,
  scopeOnRefresh: flag,
  authorizeParameters: texts,
  redirectPorts: ports,
  redirectHost: oneOf('127.0.0.1', 'localhost'),
  redirectPath: when((value: unknown) => isText(value) && /^\/[\w./-]*$/.test(value), 'must be a path'),
  deviceHosts: when(
    (value: unknown) => Array.isArray(value) && value.every((one) => isText(one) && HOST.test(one)),
    'must be a list of host names',
  ),
  accountClaim: text,
  accessTokenSeconds: when((value: unknown) => whole(value, 31_536_000), 'must be a number of seconds'),
  identity: packageName,
  storage: oneOf('file', 'key', 'keychain'),
  workload: when(
    (value: unknown) =>
      isObject(value) &&
      isText(value['from']) &&
      isWorkloadSource(value['from']) &&
      (value['audience'] === undefined || isText(value['audience'])),
    `must have \`from\`, which ${WORKLOAD_RULE}, and may have an audience`,
  ),
  plugins: when(isObject, 'must be an object'),
}

/** @throws Problem CONFIG_INVALID (78) naming the key */
export function checkGlobal(value: Readonly<Record<string, unknown>>, file: string): GlobalSettings {
  return checked<GlobalSettings>(value, GLOBAL, file)
}

/** @throws Problem CONFIG_INVALID (78) naming the key */
export function checkProfile(value: Readonly<Record<string, unknown>>, file: string): ProfileSettings {
  return checked<ProfileSettings>(value, PROFILE, file)
}

/** A misspelt key would silently do nothing, and some of these keys keep sessions alive. */
function checked<T>(
  value: Readonly<Record<string, unknown>>,
  checks: Readonly<Record<string, Check>>,
  file: string,
): T {
  for (const [key, one] of Object.entries(value)) {
    // `constructor` and its like are keys as any other: what every object inherits is no check.
    const check = Object.hasOwn(checks, key) ? checks[key] : undefined
    const fault = check ? check(one) : 'is not a setting that this version knows'
    if (fault) {
      throw new Problem({
        code: 'CONFIG_INVALID',
        message: `${file}: ${key} ${fault}.`,
        exit: EXIT.configuration,
        suggestions: [`Correct or remove ${key} in that file.`],
      })
    }
  }

  return value as T
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
