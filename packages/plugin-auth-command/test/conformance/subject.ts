import {existsSync} from 'node:fs'
import {mkdir, writeFile} from 'node:fs/promises'
import {createRequire} from 'node:module'
import path from 'node:path'
import type {IdentityRequest} from '@superset/identity'
import type {ConformanceSubject} from '@superset/identity/conformance'
import {commandProvider} from '../../src/provider/command-provider.ts'
import {NAME} from '../../src/settings.ts'
import {COMMAND} from '../support/command.ts'

const manifest = createRequire(import.meta.url)('../../package.json') as {name: string; version: string}

/** What the command keeps, which is another program's business. */
function cacheOf({homeDir, profile}: Pick<IdentityRequest, 'homeDir' | 'profile'>): string {
  return path.join(homeDir, `command-cache-${profile}.json`)
}

/** plugin-auth-command with a command that has a cache, and asks for another credential when that is of no use. */
const subject: ConformanceSubject = {
  name: manifest.name,
  version: manifest.version,
  signIn: 'elsewhere',
  renewal: 'source',
  outsideCredentials: true,
  module: import.meta.url,
  // No settings, hence no programs for signing in and out.
  open: () => commandProvider({homeDir: '/', profile: 'default'} as IdentityRequest),
  /** Signed out is a profile that has set no command. */
  settings(request) {
    const cache = cacheOf(request)
    const settings = {command: process.execPath, args: [COMMAND, 'cache', cache], apiUrl: request.defaultApiUrl}
    return existsSync(cache) ? {plugins: {[NAME]: settings}} : {}
  },
  async seed({accessToken: token, credentialUrl, expiresAt}, request) {
    await mkdir(request.homeDir, {recursive: true, mode: 0o700})
    await writeFile(cacheOf(request), JSON.stringify({token, credentialUrl, expiresAt}), {mode: 0o600})
  },
}

export default subject
