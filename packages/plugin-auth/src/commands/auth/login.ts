import {Flags} from '@oclif/core'
import {EXIT, type LoginOptions, type LoginResult, type Storage} from '@superset/identity'
import {problem} from '../../problem.ts'
import {AuthCommand} from '../../command.ts'
import type {Login as SignIn} from '../../shapes.ts'
import {issuerFlags, issuerOptions, NOT_WITH_A_KEY} from '../../issuer-flags.ts'

export default class Login extends AuthCommand {
  static override hiddenAliases = ['login']
  static override output = async () => (await import('../../shapes.ts')).LoginShape
  static override summary = 'Sign in with the browser, a code on another device, or an API key.'
  static override description = `Opens the sign-in page and waits for its answer. The address is always printed, so that another program or machine can open it; the page for another machine shows a code to paste here. Everything to read goes to stderr. An issuer of your own is described by flags once; its profile remembers them.`
  static override usage = '<%= command.id %> [FLAGS]'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --organization acme',
    '<%= config.bin %> <%= command.id %> --no-browser',
    '<%= config.bin %> <%= command.id %> --device',
    {
      description: 'Sign in with an API key from a file',
      command: '<%= config.bin %> <%= command.id %> --with-api-key < key.txt',
    },
    {
      description: "Sign in at your organisation's own issuer, as a profile of its own",
      command:
        '<%= config.bin %> <%= command.id %> --profile work --issuer https://id.example.com --client-id superset --api-url https://superset.example.com',
    },
  ]
  static override flags = {
    organization: Flags.string({summary: 'Act on this organization afterwards.', helpValue: '<id|slug|name>'}),
    'with-api-key': Flags.boolean({
      summary: 'Ask for an API key, or read it from stdin.',
      exclusive: ['api-key', ...NOT_WITH_A_KEY],
    }),
    'api-key': Flags.string({
      summary: 'Sign in with this API key; `-` reads it from stdin.',
      description: 'Other users of this machine can see the key in the list of processes; --with-api-key is safer.',
      exclusive: NOT_WITH_A_KEY,
      helpValue: '<key>',
    }),
    storage: Flags.option({
      options: ['keychain', 'key', 'file'] as const,
      summary: 'Where to keep the credential.',
      description:
        'keychain: encrypted, the key in the keychain of this system. key: encrypted under SUPERSET_STORAGE_KEY. file: plain text.',
    })(),
    device: Flags.boolean({
      summary: 'Show a code to enter on another device.',
      description: 'Used by itself where no browser can be started and the issuer offers it.',
      exclusive: ['api-key', 'no-browser', 'with-api-key'],
    }),
    'no-browser': Flags.boolean({summary: 'Print the address; start no browser.'}),
    replace: Flags.boolean({summary: "Let another account take this profile's place."}),
    ...issuerFlags,
  }

  async run(): Promise<SignIn> {
    const {flags} = await this.parse(Login)
    const provider = await this.providerThatCan('login')
    const apiKey = await this.apiKey(flags['with-api-key'], flags['api-key'])
    const {organization, storage} = flags
    const result = await cancellable((signal) =>
      provider.login(this.identity().request, {
        signal,
        ...(organization !== undefined && {organization}),
        ...(apiKey !== undefined && {apiKey}),
        ...issuerOptions(flags),
        ...(storage !== undefined && {storage: storage satisfies Storage}),
        ...(flags.device && {method: 'device'}),
        ...(flags['no-browser'] && {browser: false}),
        ...(flags.replace && {replace: true}),
      } satisfies LoginOptions),
    )
    this.show(linesOf(result), [result.subject])
    return jsonOf(result)
  }

  private async apiKey(ask: boolean, given: string | undefined): Promise<string | undefined> {
    if (!ask && given === undefined) return undefined
    const {askSecret, readStdin} = await import('../../signin/terminal.ts')
    if (given !== undefined && given !== '-') {
      this.tell('Warning: other users of this machine can see a key that is given as an argument; use --with-api-key.')
      return given
    }

    if (!process.stdin.isTTY) return readStdin()
    if (ask && this.identity().request.interactive) return askSecret('API key')
    if (!ask) return readStdin()
    throw problem('USAGE_NO_INPUT', EXIT.usage, 'No API key came on stdin.', [
      'Pipe it: `superset auth login --with-api-key < key.txt`.',
      'Or set SUPERSET_API_KEY.',
    ])
  }
}

/** The first Ctrl-C ends the sign-in in order; a second one ends the program. */
async function cancellable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const abort = (): void => controller.abort()
  process.once('SIGINT', abort)
  try {
    return await work(controller.signal)
  } finally {
    process.off('SIGINT', abort)
  }
}

function linesOf({account, organization, profile, scheme, storage}: LoginResult): readonly string[] {
  const how = scheme === 'api-key' ? ' with an API key' : ''
  const where = storage === undefined ? '' : `, storage ${storage}`
  return [
    `Signed in as ${account ?? 'an unnamed account'}${how} (profile ${profile}${where}).`,
    ...(organization ? [`Organization: ${organization.name ?? organization.id}`] : []),
  ]
}

function jsonOf({organization, subject, ...result}: LoginResult): SignIn {
  return {
    ...(subject !== undefined && {userId: subject}),
    ...(organization && {organizationId: organization.id}),
    ...(organization?.name !== undefined && {organizationName: organization.name}),
    ...result,
  }
}
