/** What commands print with `--json`: the one place that types it. A `Date` is an ISO 8601 instant in JSON. */
import type {LoginResult, LogoutResult, RefreshResult} from '@superset/identity'
import {
  array,
  boolean,
  date,
  exactOptional,
  type GenericSchema,
  type InferOutput,
  literal,
  nullable,
  object,
  picklist,
  pipe,
  readonly,
  string,
  union,
} from 'valibot'

/** For what the contract types: each of its fields is here, and nothing else. */
type FieldsOf<Type> = Readonly<Record<keyof Type, GenericSchema>>

const scheme = picklist(['ambient', 'api-key', 'bearer'])

const account = {
  profile: string(),
  issuer: string(),
  apiUrl: string(),
  scheme,
  storage: exactOptional(picklist(['file', 'key', 'keychain'])),
  account: exactOptional(string()),
  expiresAt: exactOptional(date()),
}

/** The previous client's words for who signed in, and for which organization. */
export const LoginShape = object({
  ...account,
  userId: exactOptional(string()),
  organizationId: exactOptional(string()),
  organizationName: exactOptional(string()),
})
export type Login = Readonly<InferOutput<typeof LoginShape>>

export const MigrateShape = object({
  ...account,
  subject: exactOptional(string()),
  organization: exactOptional(object({id: string(), name: exactOptional(string())})),
} satisfies FieldsOf<LoginResult>)
export type Migration = Readonly<InferOutput<typeof MigrateShape>>

const SignOutShape = object({
  profile: string(),
  signedOut: boolean(),
  account: exactOptional(string()),
  revocation: picklist(['none', 'not-sent', 'revoked']),
  mayLiveUntil: exactOptional(date()),
  reason: exactOptional(string()),
} satisfies FieldsOf<LogoutResult>)
/** A list with `--all`. */
export const LogoutShape = union([SignOutShape, pipe(array(SignOutShape), readonly())])
export type Logout = InferOutput<typeof LogoutShape>

export const RefreshShape = object({
  refreshed: boolean(),
  expiresAt: exactOptional(date()),
} satisfies FieldsOf<RefreshResult>)
export type Refreshed = Readonly<InferOutput<typeof RefreshShape>>

const BareTokenShape = object({token: string(), expiresAt: nullable(date()), scheme})
export type BareToken = Readonly<InferOutput<typeof BareTokenShape>>

/** https://kubernetes.io/docs/reference/config-api/client-authentication.v1/ */
const ExecCredentialShape = object({
  apiVersion: picklist(['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1']),
  kind: literal('ExecCredential'),
  status: object({token: string(), expirationTimestamp: exactOptional(string())}),
})
export type ExecCredential = Readonly<InferOutput<typeof ExecCredentialShape>>
/** The second with `--exec-credential`. */
export const TokenShape = union([BareTokenShape, ExecCredentialShape])

export const WhoamiShape = object({
  userId: string(),
  email: nullable(string()),
  name: nullable(string()),
  organizationId: nullable(string()),
  organizationName: nullable(string()),
  authSource: picklist(['config', 'oauth', 'override']),
})
export type WhoAmI = Readonly<InferOutput<typeof WhoamiShape>>
