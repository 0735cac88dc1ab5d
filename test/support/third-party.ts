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

async function bundled(contents: string): Promise<string> {
  const {outputFiles} = await build({
    stdin: {contents, resolveDir: root},
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
