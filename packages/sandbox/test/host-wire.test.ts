import assert from 'node:assert/strict'
import {after, before, describe, it} from 'mocha'
import {type Host, type Sandbox, startSandbox} from '../src/index.ts'
import {signIn} from './support/client.ts'
import {assertSameForm, readRecording, type RecordedExchange, Translation} from './support/recordings.ts'

/** In the recordings the organization of the host was the older of two; the sandbox's `team` is. */
const ORGANIZATION = '5e28c750-aa49-431b-928d-33f1bc329055'
const HOST_ID = 'fed1ea074cc1a0c42e3959f07c63c176'

/** In this order, in which they were recorded: later ones use what earlier ones made known. */
const LOOPBACK = [
  ...['host-status-json', 'hosts-list-local-json', 'hosts-set-wake', 'hosts-set-wake-unknown', 'hosts-wake-yes'],
  ...['projects-list-empty', 'projects-create-import', 'projects-create-clone', 'projects-list-json'],
  ...['projects-list-table', 'projects-setup-unknown', 'workspaces-list-json', 'workspaces-list-table'],
  ...['agents-list-json', 'agents-list-table', 'workspaces-create-branch', 'workspaces-create-again'],
  ...['workspaces-create-bad-project', 'workspaces-get', 'workspaces-get-json', 'workspaces-get-field'],
  ...['workspaces-get-unknown', 'workspaces-open-print', 'workspaces-update-name', 'workspaces-update-task'],
  ...['workspaces-update-unknown', 'automations-create-project', 'automations-create-workspace'],
  ...['automations-list-host-json', 'automations-prompt-set-file', 'automations-prompt-set-stdin'],
  ...['automations-update-enabled-and-name', 'agents-create-unknown-agent', 'workspaces-create-session'],
  ...['workspaces-create-command', 'agents-create', 'terminals-create', 'terminals-list-json', 'terminals-send'],
  ...['terminals-read', 'terminals-read-json', 'terminals-close', 'workspaces-delete'],
]

const RELAY = [
  ...['relay-hosts-list-json', 'relay-projects-list', 'relay-agents-list', 'relay-workspaces-list'],
  ...['relay-workspaces-create', 'relay-terminals-create', 'relay-terminals-read'],
]

describe('the recorded traffic with a host service and the relay, replayed', () => {
  let sandbox: Sandbox
  let host: Host
  const translation = new Translation()

  before(async () => {
    sandbox = await startSandbox()
    const {team} = sandbox.organizations
    host = await sandbox.startHost({id: HOST_ID, name: 'Linux Desktop'})
    const {accessToken} = await signIn(sandbox, {organization: team.id})
    translation.learn(ORGANIZATION, team.id)
    translation.learn('<jwt>', accessToken)
  })

  after(() => sandbox.close())

  async function replay(exchange: RecordedExchange): Promise<void> {
    const translated = JSON.parse(
      JSON.stringify(exchange)
        .replaceAll('http://relay.superset.test', sandbox.relay.url)
        .replaceAll('<host-secret>', host.bearer),
    ) as RecordedExchange
    const {request, response: recorded} = translated
    const origin = {'host-service': host.url, relay: sandbox.relay.url, api: sandbox.url}[request.to ?? 'api']
    const response = await translation.send(translated, origin)
    const actual: unknown = await response.json()
    const where = `${request.method} ${request.path}`
    assert.equal(response.status, recorded.status, `${where}: ${JSON.stringify(actual)}`)
    assert.equal(response.headers.get('content-type')?.split(';')[0], recorded.headers?.['content-type'], where)
    translation.learn(recorded.body, actual)
    assertSameForm(actual, JSON.parse(translation.apply(JSON.stringify(recorded.body))), where)
  }

  for (const name of [...LOOPBACK, ...RELAY]) {
    it(name, async () => {
      for (const exchange of readRecording(`host/${name}`).exchanges) await replay(exchange)
    })
  }

  for (const name of ['relay-host-offline', 'automations-run-host-offline']) {
    it(name, async () => {
      host.online = false
      for (const exchange of readRecording(`host/${name}`).exchanges) await replay(exchange)
    })
  }
})
