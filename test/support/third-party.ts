import path from 'node:path'
import {build} from 'esbuild'
import type {PackageFiles} from './registry.ts'

const root = path.resolve(import.meta.dirname, '../..')

/** What an author writes, who knows @oclif/core and @superset/identity and nothing of the CLI. */
const WHO = `
import {Command} from '@oclif/core'
import {sessionOf} from '@superset/identity'

export default class Who extends Command {
  static summary = 'Say who is signed in.'
  async run() {
    const session = await sessionOf(this.config)
    const answer = await session.fetch(session.apiUrl + '/api/trpc/user.me')
    this.log(JSON.stringify({account: session.account, scheme: session.scheme, status: answer.status}))
  }
}`

const GUARDED = `
import {Command} from '@oclif/core'

export default class Guarded extends Command {
  static identity = 'required'
  async run() {
    this.log('it ran')
  }
}`

const GREET = `
import {Command} from '@oclif/core'

export default class Greet extends Command {
  async run() {
    this.log('hello')
  }
}`

/** A plugin by somebody else, with its own copies of all that it depends on. */
export async function thirdPartyPlugin(name: string): Promise<PackageFiles> {
  const manifest = {
    name,
    version: '1.0.0',
    oclif: {commands: './commands', topicSeparator: ' '},
    files: ['/commands'],
  }
  return {
    'package.json': JSON.stringify(manifest),
    'commands/acme/who.js': await bundled(WHO),
    'commands/acme/guarded.js': await bundled(GUARDED),
    'commands/acme/greet.js': await bundled(GREET),
  }
}

const ON_CORE_4 = `
import {Command, Flags} from 'oclif-core-4'
import {identityOf} from '@superset/identity'

export default class Login extends Command {
  static flags = {profile: Flags.string({helpGroup: 'GLOBAL'})}
  async run() {
    await this.parse(Login)
    this.log('signed in with core 4, for profile ' + identityOf(this.config).request.profile)
  }
}`

/** A command that brings a copy of the major of oclif before ours. */
export async function onCore4(command: string): Promise<PackageFiles> {
  // An ES module package: a CommonJS bundle needs its own ending there.
  return {
    [`commands/${command}.js`]: `import {createRequire} from 'node:module'
export default createRequire(import.meta.url)('./bundle.cjs').default`,
    [`commands/${path.dirname(command)}/bundle.cjs`]: await bundled(ON_CORE_4),
  }
}

/** One file that needs nothing but Node. */
export async function bundled(contents: string, resolveDir: string = root): Promise<string> {
  const {outputFiles} = await build({
    stdin: {contents, resolveDir},
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    minify: true,
    keepNames: true,
    logLevel: 'error',
    // What oclif imports only to run TypeScript sources.
    external: ['pnpapi', 'ts-node', 'tsx', 'tsx/*', 'typescript'],
  })
  return outputFiles[0]?.text ?? ''
}
