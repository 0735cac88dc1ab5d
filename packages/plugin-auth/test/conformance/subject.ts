import {createHash, randomBytes} from 'node:crypto'
import {glob, readFile, writeFile} from 'node:fs/promises'
import {createRequire} from 'node:module'
import path from 'node:path'
import type {ConformanceSubject} from '@superset/identity/conformance'
// As it is built, for its refresh helpers start in half the time of their sources.
import {AuthProvider} from '../../dist/provider/auth-provider.js'
import {commit} from '../../src/store/commit.ts'

const manifest = createRequire(import.meta.url)('../../package.json') as {name: string; version: string}

/** plugin-auth with `key` storage, so that no keychain is needed. */
const subject: ConformanceSubject = {
  name: manifest.name,
  version: manifest.version,
  signIn: 'code-flow',
  renewal: 'refresh-token',
  outsideCredentials: true,
  methods: ['profiles', 'refresh'],
  module: import.meta.url,
  open: () => new AuthProvider(),
  request: () => ({secrets: {storageKey: randomBytes(32).toString('hex')}}),
  async seed(grant, {homeDir, profile, secrets}) {
    const {accessToken, account, apiUrl, clientId, expiresAt, issuer, lifetimeSeconds, refreshToken, scope} = grant
    const {revocationEndpoint, tokenEndpoint} = grant
    const lifetimeMs = lifetimeSeconds * 1000
    await commit(
      {homeDir, profile},
      'key',
      {
        ...{profile, issuer, apiUrl, clientId, account, resource: apiUrl, subject: grant.subject},
        ...{tokenEndpoint, revocationEndpoint, replayPolicy: 'user'},
      },
      {
        kind: 'oauth',
        tokens: {
          ...{accessToken, refreshToken, scope, lifetimeMs, expiresAt: expiresAt.getTime(), clockOffsetMs: 0},
          receivedAt: expiresAt.getTime() - lifetimeMs,
        },
      },
      {kind: 'variable', name: 'SUPERSET_STORAGE_KEY', value: secrets.storageKey ?? ''},
    )
  },
  async damage({homeDir}) {
    for await (const name of glob('**/*.sealed', {cwd: homeDir})) {
      const file = path.join(homeDir, name)
      const record = await readFile(file, 'utf8')
      await writeFile(file, record.slice(0, -8) + createHash('sha256').update(record).digest('hex').slice(0, 8))
    }
  },
}

export default subject
