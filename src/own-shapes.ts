/**
 * What commands print with `--json` that tell of this machine and not of the service: the one place that types it. The
 * functions that find it out return these types, of which `import type` loads nothing. A `Date` is an ISO 8601 instant in JSON.
 */
import type {Check, IdentityDescription, LogoutResult, Source} from '@superset/identity'
import {
  array,
  boolean,
  date,
  description,
  exactOptional,
  type GenericSchema,
  type InferOutput,
  literal,
  looseObject,
  nullable,
  number,
  object,
  picklist,
  pipe,
  readonly,
  string,
  union,
  unknown,
} from 'valibot'

/** For what another package types: each of its fields is here, and nothing else. */
type FieldsOf<Type> = Readonly<Record<keyof Type, GenericSchema>>

const texts = pipe(array(string()), readonly())
const source = string() as GenericSchema<Source>

function listOf<Schema extends GenericSchema>(schema: Schema) {
  return pipe(array(schema), readonly())
}

function told<Schema extends GenericSchema>(schema: Schema, what: string) {
  return pipe(schema, description(what))
}

const Choice = object({plugin: string(), source, file: exactOptional(string())})

export const VersionShape = object({version: string(), platform: string(), node: string()})

export const DoctorShape = object({
  ok: boolean(),
  checks: listOf(
    object({
      name: string(),
      outcome: picklist(['fail', 'pass', 'skip', 'warn']),
      message: string(),
      suggestions: exactOptional(texts),
    } satisfies FieldsOf<Check>),
  ),
  mended: exactOptional(texts),
  report: exactOptional(told(string(), 'the file that was written')),
})
export type DoctorReport = Readonly<InferOutput<typeof DoctorShape>>

export const PolicyCheckShape = object({
  file: string(),
  valid: boolean(),
  findings: listOf(
    object({
      line: told(number(), 'from 1'),
      column: told(number(), 'from 1'),
      key: told(string(), 'with dots; empty for the whole'),
      message: string(),
    }),
  ),
  decisions: texts,
})
export type PolicyCheckReport = Readonly<InferOutput<typeof PolicyCheckShape>>

const ProfileShape = object({
  profile: string(),
  current: boolean(),
  source: exactOptional(told(source, 'why it is the current one')),
  state: picklist(['cannot be used', 'not signed in', 'signed in']),
  signedIn: boolean(),
  account: exactOptional(string()),
  userId: exactOptional(string()),
  issuer: exactOptional(string()),
  apiUrl: exactOptional(string()),
  storage: exactOptional(string()),
  organizationId: exactOptional(string()),
  expiresAt: exactOptional(date()),
  identity: exactOptional(told(string(), 'the plugin that serves it')),
  problem: exactOptional(object({message: string(), suggestions: texts})),
})
/** One profile, as `auth list` shows it: known offline, without a keychain prompt, without a secret. */
export type ListedProfile = Readonly<InferOutput<typeof ProfileShape>>
export const ProfilesShape = listOf(ProfileShape)

export const StatusShape = object({
  signedIn: boolean(),
  profile: string(),
  scheme: exactOptional(picklist(['ambient', 'api-key', 'bearer'])),
  source: exactOptional(source),
  hides: texts,
  issuer: exactOptional(string()),
  apiUrl: string(),
  subject: exactOptional(string()),
  account: exactOptional(string()),
  organization: exactOptional(object({value: string(), source})),
  storage: exactOptional(object({kind: picklist(['file', 'key', 'keychain']), place: string(), encrypted: boolean()})),
  expiresAt: exactOptional(date()),
  expired: exactOptional(boolean()),
  renewable: exactOptional(boolean()),
  reason: exactOptional(string()),
  notes: texts,
  problem: exactOptional(object({code: string(), message: string(), suggestions: texts, exit: number()})),
  identity: Choice,
} satisfies FieldsOf<IdentityDescription & {identity: unknown}>)
export type AuthStatus = Readonly<InferOutput<typeof StatusShape>>

export const SwitchShape = object({
  profile: string(),
  inUse: told(string(), 'the profile of this terminal, where SUPERSET_PROFILE wins'),
})
export type ProfileSwitch = Readonly<InferOutput<typeof SwitchShape>>

export const ForgetShape = object({
  profile: string(),
  signedOut: exactOptional(boolean()),
  account: exactOptional(string()),
  revocation: exactOptional(picklist(['none', 'not-sent', 'revoked'])),
  mayLiveUntil: exactOptional(date()),
  reason: exactOptional(string()),
} satisfies FieldsOf<LogoutResult>)
export type ForgottenProfile = Readonly<InferOutput<typeof ForgetShape>>

const IdentityPluginShape = object({
  plugin: string(),
  version: nullable(string()),
  chosenBy: told(nullable(source), 'who chose it; null: it is not the chosen one'),
  authCommands: told(picklist(['bundled', 'own']), 'which commands go with it once it is chosen'),
  answers: boolean(),
  fault: told(nullable(string()), 'why it does not answer, or brings no commands although it declares them'),
})
/** An identity plugin as `identity list` shows it. */
export type PluginSurvey = Readonly<InferOutput<typeof IdentityPluginShape>>
export const IdentityPluginsShape = array(IdentityPluginShape)

const profileOrAll = told(nullable(string()), 'the profile that is concerned; null: all without a choice of their own')
const inForce = told(nullable(Choice), 'who is asked from now on')

export const IdentityUseShape = object({
  plugin: string(),
  version: nullable(string()),
  profile: profileOrAll,
  authCommands: picklist(['bundled', 'own']),
  inForce,
})
export type IdentityUse = Readonly<InferOutput<typeof IdentityUseShape>>

export const IdentityResetShape = object({profile: profileOrAll, before: nullable(string()), inForce})
export type IdentityReset = Readonly<InferOutput<typeof IdentityResetShape>>

const PluginShape = object({
  name: string(),
  version: nullable(string()),
  source: picklist(['address', 'bundled', 'folder', 'link', 'registry', 'tarball']),
  from: told(nullable(string()), "an address, a folder, or the registry's address of the tarball"),
  root: told(string(), 'the folder that it is loaded from'),
  pinned: told(nullable(string()), 'the exact version that it was asked for with, and stays at'),
  state: picklist(['broken', 'loaded', 'refused']),
  faults: told(texts, 'why it is not loaded, and what is wrong with it'),
  commands: number(),
  loses: told(texts, 'commands of this plugin that another one answers: `tasks list (superset)`'),
  hooks: told(texts, 'it runs code around every command'),
})
/** What `superset plugins` says of one plugin. */
export type PluginReport = Readonly<InferOutput<typeof PluginShape>>
export const PluginsShape = listOf(PluginShape)

const PluginDetailsShape = object({
  name: string(),
  version: string(),
  type: string(),
  tag: told(nullable(string()), 'what it was asked for with: an exact version, a range, or a name such as latest'),
  root: string(),
  homepage: nullable(string()),
  commands: texts,
  dependencies: listOf(object({name: string(), wanted: nullable(string()), version: string()})),
})
/** What `superset plugins inspect` says of one plugin. */
export type PluginDetails = Readonly<InferOutput<typeof PluginDetailsShape>>
export const PluginInspectionShape = listOf(PluginDetailsShape)

export const InstalledPluginShape = object({
  name: string(),
  version: string(),
  faults: told(texts, 'what is wrong with it'),
})
export type InstalledPlugin = Readonly<InferOutput<typeof InstalledPluginShape>>
export const InstalledPluginsShape = listOf(InstalledPluginShape)

const FoundPluginShape = object({
  name: string(),
  version: string(),
  description: nullable(string()),
  published: told(nullable(string()), 'ISO 8601 instant of that version'),
  installed: told(nullable(string()), 'the version that is installed'),
  allowed: told(boolean(), 'whether the policy of this machine allows it'),
})
/** What `superset plugins search` says of one package. */
export type FoundPlugin = Readonly<InferOutput<typeof FoundPluginShape>>
export const FoundPluginsShape = listOf(FoundPluginShape)

export const CreatedPluginShape = object({
  id: string(),
  name: string(),
  kind: picklist(['identity-plugin', 'plugin']),
  folder: string(),
  files: told(texts, 'below the folder'),
})
export type CreatedPlugin = Readonly<InferOutput<typeof CreatedPluginShape>>

export const UninstalledPluginsShape = listOf(object({name: string()}))

const ReleaseShape = object({
  version: string(),
  channel: string(),
  createdAt: string(),
  installed: told(boolean(), 'it is on this machine: choosing it needs no network'),
  current: boolean(),
  location: told(string(), "the folder that it is in, below the installation's; or the address to get it from"),
})
export type AvailableRelease = Readonly<InferOutput<typeof ReleaseShape>>

const UpdateResultShape = object({
  from: told(string(), 'what the start before this ran'),
  to: told(string(), 'what the next start runs'),
  changed: boolean(),
  source: exactOptional(told(picklist(['disk', 'download']), 'from where it was taken; absent where nothing changed')),
})
export type UpdateResult = Readonly<InferOutput<typeof UpdateResultShape>>

export const UpdateShape = union([
  UpdateResultShape,
  listOf(ReleaseShape),
  object({autoupdate: picklist(['off', 'on'])}),
  object({changed: literal(false), updatable: literal(false), how: string()}),
])
export type UpdateOutput = Readonly<InferOutput<typeof UpdateShape>>

export const CompletionShape = object({shell: picklist(['bash', 'zsh', 'fish']), command: string()})
export type CompletionAdvice = Readonly<InferOutput<typeof CompletionShape>>

/** A schema, or the commands that have one. */
export const SchemaShape = union([listOf(object({id: string(), summary: exactOptional(string())})), looseObject({})])

/** Whatever the procedure answers. */
export const ApiShape = unknown()

const setting = {
  key: string(),
  value: told(unknown(), 'null: it is not set'),
  profile: told(nullable(string()), 'null: it is one for all profiles'),
  file: told(string(), 'where it is saved'),
}
export const SettingShape = object(setting)
export type SavedSetting = Readonly<InferOutput<typeof SettingShape>>
export const SettingsShape = listOf(
  object({
    ...setting,
    default: unknown(),
    wins: told(nullable(string()), 'the variable that wins over it in this terminal'),
    meaning: nullable(string()),
  }),
)

export const AliasShape = object({
  id: string(),
  alias: string(),
  expansion: told(string(), 'what it stands for, quoted as for a shell'),
  words: texts,
  hidden: told(boolean(), 'a command has the name, and wins'),
})
export type Alias = Readonly<InferOutput<typeof AliasShape>>
export const AliasesShape = listOf(AliasShape)
export const DeletedAliasesShape = listOf(object({alias: string()}))
