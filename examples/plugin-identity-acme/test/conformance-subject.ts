import {mkdir, writeFile} from 'node:fs/promises'
import {createRequire} from 'node:module'
import type {ConformanceSubject} from '@superset/identity/conformance'
import {AcmeProvider} from '../src/provider.ts'
import {Store} from '../src/store.ts'

const {name, version} = createRequire(import.meta.url)('../package.json') as {name: string; version: string}

/** How the kit makes our provider, and signs a home in. The kit's issuer plays the gateway's part. */
const subject: ConformanceSubject = {
  name,
  version,
  signIn: 'elsewhere',
  renewal: 'source',
  methods: ['profiles'],
  module: import.meta.url,
  open: () => new AcmeProvider(),
  async seed(grant, {homeDir, profile}) {
    const {accessToken: token, account, apiUrl, expiresAt, issuer, subject} = grant
    const credential = {token, expiresAt}
    const deviceToken = 'device-of-the-conformance-kit'
    new Store(homeDir).keep(profile, {gateway: issuer, apiUrl, subject, account, deviceToken, credential})
  },
  async damage({homeDir}) {
    await mkdir(homeDir, {recursive: true})
    await writeFile(new Store(homeDir).file, 'not what SQLite wrote')
  },
}

export default subject
