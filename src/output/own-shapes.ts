import {
  array,
  boolean,
  literal,
  nullable,
  number,
  object,
  optional,
  picklist,
  pipe,
  string,
  union,
  description,
} from 'valibot'

/** What commands print with `--json` that tell of this machine and not of the service. */

const Instant = pipe(string(), description('ISO 8601 instant'))
const Fault = object({
  code: optional(string()),
  message: string(),
  suggestions: array(string()),
  exit: optional(number()),
})
const Sourced = object({value: string(), source: string()})

export const VersionShape = object({version: string(), platform: string(), node: string()})

export const DoctorShape = object({
  ok: boolean(),
  checks: array(
    object({
      name: string(),
      outcome: picklist(['fail', 'pass', 'skip']),
      message: string(),
      suggestions: optional(array(string())),
    }),
  ),
  mended: optional(array(string())),
})

export const ProfilesShape = array(
  object({
    profile: string(),
    current: boolean(),
    source: optional(string()),
    signedIn: boolean(),
    account: optional(string()),
    userId: optional(string()),
    issuer: optional(string()),
    apiUrl: optional(string()),
    storage: optional(string()),
    organizationId: optional(string()),
    expiresAt: optional(Instant),
    identity: optional(string()),
    problem: optional(Fault),
  }),
)

export const StatusShape = object({
  signedIn: boolean(),
  profile: string(),
  scheme: optional(string()),
  source: optional(string()),
  hides: array(string()),
  issuer: optional(string()),
  apiUrl: string(),
  subject: optional(string()),
  account: optional(string()),
  organization: optional(Sourced),
  storage: optional(object({kind: string(), place: string(), encrypted: boolean()})),
  expiresAt: optional(Instant),
  expired: optional(boolean()),
  renewable: optional(boolean()),
  reason: optional(string()),
  notes: array(string()),
  problem: optional(Fault),
  identity: object({plugin: string(), source: string(), file: optional(string())}),
})

export const IdentityPluginsShape = array(
  object({
    plugin: string(),
    version: nullable(string()),
    chosenBy: nullable(string()),
    authCommands: union([literal('bundled'), literal('own')]),
    answers: boolean(),
    fault: nullable(string()),
  }),
)

export const PluginsShape = array(
  object({
    name: string(),
    version: nullable(string()),
    source: picklist(['address', 'folder', 'link', 'registry', 'tarball']),
    from: nullable(string()),
    root: string(),
    pinned: nullable(string()),
    state: picklist(['broken', 'loaded', 'refused']),
    faults: array(string()),
    commands: number(),
    loses: array(string()),
    hooks: array(string()),
  }),
)
