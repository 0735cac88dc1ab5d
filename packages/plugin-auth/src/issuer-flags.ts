import {Flags} from '@oclif/core'
import type {IssuerSettings, LoginOptions} from '@superset/identity'

/** The flags of a sign-in at an organisation's own issuer; docs/issuers.md says what each of them is for. */
const helpGroup = 'OWN ISSUER'
const DAY_SECONDS = 86_400

export const issuerFlags = {
  issuer: Flags.string({summary: 'Sign in at this issuer.', helpGroup, helpValue: '<url>'}),
  'client-id': Flags.string({summary: 'Client id at that issuer.', helpGroup, helpValue: '<id>'}),
  'api-url': Flags.string({summary: 'The API that takes its tokens.', helpGroup, helpValue: '<url>'}),
  'web-url': Flags.string({summary: 'The web application of that API.', helpGroup, helpValue: '<url>'}),
  scope: Flags.string({summary: 'Scopes to ask for, with spaces between.', helpGroup, helpValue: '<scopes>'}),
  resource: Flags.string({summary: 'Resource indicator; `none` sends none.', helpGroup, helpValue: '<uri>'}),
  audience: Flags.string({summary: 'Audience, where it takes no resource.', helpGroup, helpValue: '<name>'}),
  'replay-policy': Flags.custom<IssuerSettings['replayPolicy']>({
    summary: 'What presenting a refresh token twice ends there.',
    helpGroup,
    helpValue: '<none|session|user|grace:ms>',
    parse: async (text) => replayPolicy(text),
  })(),
  'scope-on-refresh': Flags.boolean({
    summary: 'Name the scopes with each refresh, too.',
    helpGroup,
    allowNo: true,
  }),
  'authorize-parameter': Flags.custom<readonly [string, string]>({
    summary: 'A further parameter of the sign-in page; repeatable.',
    helpGroup,
    helpValue: '<name=value>',
    multiple: true,
    multipleNonGreedy: true,
    parse: async (text) => parameter(text),
  })({multiple: true}),
  'redirect-port': Flags.integer({
    summary: 'A registered port; repeatable, no other one is tried.',
    helpGroup,
    helpValue: '<port>',
    min: 1,
    max: 65_535,
    multiple: true,
    multipleNonGreedy: true,
  }),
  'redirect-host': Flags.option({
    options: ['127.0.0.1', 'localhost'] as const,
    summary: 'Host of the registered redirect address.',
    helpGroup,
  })(),
  'redirect-path': Flags.string({
    summary: 'Path of it; /callback unless given.',
    helpGroup,
    helpValue: '<path>',
    parse: async (text) => redirectPath(text),
  }),
  'account-claim': Flags.string({summary: 'Claim that names the account.', helpGroup, helpValue: '<claim>'}),
  'access-token-seconds': Flags.integer({
    summary: 'Lifetime of access tokens, where it is not said.',
    helpGroup,
    helpValue: '<seconds>',
    min: 1,
    max: 365 * DAY_SECONDS,
  }),
}

/** Flags that mean nothing to an API key. */
export const NOT_WITH_A_KEY = Object.keys(issuerFlags).filter((name) => name !== 'api-url')

interface ParsedIssuerFlags {
  readonly issuer?: string | undefined
  readonly 'client-id'?: string | undefined
  readonly 'api-url'?: string | undefined
  readonly 'web-url'?: string | undefined
  readonly scope?: string | undefined
  readonly resource?: string | undefined
  readonly audience?: string | undefined
  readonly 'replay-policy'?: IssuerSettings['replayPolicy']
  readonly 'scope-on-refresh'?: boolean | undefined
  readonly 'authorize-parameter'?: readonly (readonly [string, string])[] | undefined
  readonly 'redirect-port'?: readonly number[] | undefined
  readonly 'redirect-host'?: '127.0.0.1' | 'localhost' | undefined
  readonly 'redirect-path'?: string | undefined
  readonly 'account-claim'?: string | undefined
  readonly 'access-token-seconds'?: number | undefined
}

/** What was given, in the contract's words; nothing of what was not. */
export function issuerOptions(
  flags: ParsedIssuerFlags,
): Pick<LoginOptions, 'apiUrl' | 'clientId' | 'issuer' | 'settings'> {
  const {issuer, 'authorize-parameter': parameters} = flags
  const settings: {readonly [Key in keyof IssuerSettings]: IssuerSettings[Key] | undefined} = {
    webUrl: flags['web-url'],
    scope: flags.scope,
    resource: flags.resource,
    audience: flags.audience,
    replayPolicy: flags['replay-policy'],
    scopeOnRefresh: flags['scope-on-refresh'],
    authorizeParameters: parameters && Object.fromEntries(parameters),
    redirectPorts: flags['redirect-port'],
    redirectHost: flags['redirect-host'],
    redirectPath: flags['redirect-path'],
    accountClaim: flags['account-claim'],
    accessTokenSeconds: flags['access-token-seconds'],
  }
  const given = Object.entries(settings).filter(([, value]) => value !== undefined)
  return {
    ...(issuer !== undefined && {issuer}),
    ...(flags['client-id'] !== undefined && {clientId: flags['client-id']}),
    ...(flags['api-url'] !== undefined && {apiUrl: flags['api-url']}),
    ...(given.length > 0 && {settings: Object.fromEntries(given)}),
  }
}

function replayPolicy(text: string): IssuerSettings['replayPolicy'] {
  if (text === 'none' || text === 'session' || text === 'user') return text
  const graceMs = Number(/^grace:(\d+)$/.exec(text)?.[1])
  if (graceMs > 0 && graceMs <= 3_600_000) return {graceMs}
  throw new Error('Expected none, session, user, or grace:<ms> of at most an hour')
}

function redirectPath(text: string): string {
  if (/^\/[\w./-]*$/.test(text)) return text
  throw new Error('Expected a path such as /callback')
}

/** With nothing behind the sign, a parameter that is sent by default is left out. */
function parameter(text: string): readonly [string, string] {
  const at = text.indexOf('=')
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
  throw new Error('Expected name=value')
}
