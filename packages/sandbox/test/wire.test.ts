import assert from 'node:assert/strict'
import {after, before, describe, it} from 'mocha'
import {type Sandbox, startSandbox} from '../src/index.ts'
import {callApi, credentials, signIn} from './support/client.ts'
import {assertSameForm, readRecording, type RecordedExchange, Translation} from './support/recordings.ts'

/** Ids and tokens in the recordings that no recorded answer introduces before they are used. */
const RECORDED = {
  team: '1278bf0a-6bfb-484e-bb94-79bc81863ac6',
  acme: 'ed1b972a-4986-45ea-bdb4-02287d72220d',
  acmeTask: 'f6f997d2-7909-4320-894b-b9df652d46f8',
  admin: 'f1532af0-db85-4d2c-a2e4-5d44b2dee5c2',
  firstRefreshToken: 'DXTJdCLjKznYUmIQtMRTOYLrubyIlMGv',
}

/** In this order: later ones use what earlier ones made known. */
const API = [
  ...['tasks-statuses-list-json', 'organization-list-json', 'organization-members-list', 'auth-whoami-json'],
  ...['organization-members-list-search-json', 'auth-whoami-org-not-member', 'hosts-list-json-org'],
  ...['auth-login-api-key', 'auth-login-api-key-bad', 'wire-me-apikey', 'wire-me-apikey-as-bearer', 'wire-me-both'],
  ...['wire-me-garbage-bearer', 'wire-me-none', 'wire-me-oauth', 'wire-client-header', 'wire-host-list-apikey'],
  ...['wire-host-list-foreign-org', 'wire-org-header-not-member', 'wire-member-list-limit', 'wire-batch-mixed'],
  ...['tasks-list-json', 'tasks-list-filters', 'tasks-list-bad-status', 'tasks-get-slug', 'tasks-get-unknown'],
  ...['tasks-create', 'tasks-get-id-json', 'tasks-update', 'tasks-update-unknown', 'tasks-delete'],
  ...['tasks-create-minimal', 'tasks-create-empty-title', 'wire-create', 'wire-update-key-omitted'],
  ...['wire-update-key-undefined', 'wire-task-delete-unknown', 'wire-task-not-member', 'wire-task-other-org'],
  ...['wire-mutation-as-get', 'wire-query-as-post', 'wire-plain-json-no-superjson', 'wire-unknown-procedure'],
  ...['wire-wrong-content-type', 'wire-userinfo'],
  ...['automations-create', 'automations-create-bad-rrule', 'automations-get', 'automations-get-unknown'],
  ...['automations-list', 'automations-list-json', 'automations-list-name', 'automations-logs', 'automations-run'],
  ...['automations-prompt-get', 'automations-update', 'automations-pause', 'automations-resume'],
  'automations-delete',
]

/** The life of one session, from its first refresh to its end. */
const TOKENS = [
  ...['wire-refresh-normal', 'wire-refresh-without-resource', 'wire-opaque-token-on-trpc'],
  ...['wire-refresh-resource-localhost', 'wire-refresh-resource-slash', 'wire-trpc-with-slash-aud'],
  ...['wire-refresh-wrong-client', 'wire-refresh-json-body', 'wire-refresh-with-origin-evil', 'wire-refresh-normal-2'],
  ...['wire-revoke-refresh', 'wire-refresh-after-revoke', 'wire-access-after-revoke', 'wire-code-twice'],
]

const PAGES = ['wire-wellknown', 'wire-openid-config', 'wire-device-code', 'wire-authorize-not-signed-in']

describe('the recorded traffic, replayed', () => {
  let sandbox: Sandbox
  const translation = new Translation()

  before(async () => {
    sandbox = await startSandbox()
    const {accessToken, refreshToken} = await signIn(sandbox, {organization: sandbox.organizations.team.id})
    const inAcme = credentials(sandbox.apiKey, sandbox.organizations.acme.id)
    const {data: acmeTask} = await callApi(sandbox, 'task.byIdOrSlug', {headers: inAcme, input: 'acme-only-task'})
    translation.learn(RECORDED, {
      team: sandbox.organizations.team.id,
      acme: sandbox.organizations.acme.id,
      acmeTask: (acmeTask as {id: string}).id,
      admin: sandbox.users.admin.id,
      firstRefreshToken: refreshToken,
    })
    translation.learn('<jwt>', accessToken)
  })

  after(() => sandbox.close())

  async function replay(exchange: RecordedExchange): Promise<void> {
    const translated = JSON.parse(
      JSON.stringify(exchange)
        .replaceAll('https://api.superset.test', sandbox.url)
        .replaceAll('sk_live_<key>', sandbox.apiKey),
    ) as RecordedExchange
    const {status, headers, body} = translated.response
    const response = await translation.send(translated, sandbox.url)
    const text = await response.text()
    const where = `${exchange.request.method} ${exchange.request.path}`
    assert.equal(response.status, status, `${where}: ${text}`)
    assert.equal(mediaType(response.headers.get('content-type')), mediaType(headers?.['content-type']), where)
    if (body === undefined) return
    const actual: unknown = JSON.parse(text)
    const recorded: unknown = typeof body === 'string' ? JSON.parse(body) : body
    translation.learn(recorded, actual)
    assertSameForm(actual, JSON.parse(translation.apply(JSON.stringify(recorded))), where)
  }

  for (const name of [...API, ...PAGES, ...TOKENS]) {
    it(name, async () => {
      for (const exchange of readRecording(name).exchanges) await replay(exchange)
    })
  }

  it('an organization header that is no UUID breaks the query, as it does in production', async () => {
    const [exchange] = readRecording('wire-org-header-not-uuid').exchanges
    const {status, message} = await callApi(sandbox, 'user.me', {headers: credentials(sandbox.apiKey, 'acme')})
    assert.equal(status, exchange?.response.status)
    assert.match(message ?? '', /^Failed query: /)
  })
})

/** An answer without a body has no media type worth comparing. */
function mediaType(value: string | null | undefined): string | undefined {
  return value?.split(';')[0] || undefined
}
