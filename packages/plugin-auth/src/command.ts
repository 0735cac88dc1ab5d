import {Command, Flags, type Interfaces} from '@oclif/core'
import {
  EXIT,
  findIdentity,
  identityOf,
  type Capability,
  type Identity,
  type IdentityProvider,
  type Need,
  jsonText,
  outputMode,
  type OutputMode,
  printable,
  Problem,
  writeText,
} from '@superset/identity'

/** Flags that the host reads, too: it builds the request from them before the command runs. */
export const apiKeyFlag: Interfaces.OptionFlag<string | undefined> = Flags.string({
  summary: 'Use this API key for this run.',
  description: 'Other users of this machine can see it in the list of processes; SUPERSET_API_KEY is safer.',
  helpGroup: 'GLOBAL',
  helpValue: '<key>',
})

const WORDS: Readonly<Record<Capability, string>> = {
  login: 'sign anybody in',
  logout: 'sign anybody out',
  migrate: 'move credentials',
  organization: 'remember an organization',
  refresh: 'refresh a session',
}

/** A command of the auth topic: drives whichever identity provider is chosen, and never starts a sign-in by itself. */
export abstract class AuthCommand extends Command {
  static override enableJsonFlag = true
  static override baseFlags: Interfaces.FlagInput = {
    quiet: Flags.boolean({char: 'q', summary: 'Print ids only.', helpGroup: 'GLOBAL'}),
    profile: Flags.string({summary: 'Use this profile.', helpGroup: 'GLOBAL', helpValue: '<name>'}),
  }
  /** The shape of what `--json` prints, as a valibot schema, which no run of a command loads. */
  static output?: () => Promise<object>
  /** Read from the manifest by the host: these commands ask for the identity themselves. */
  static identity: Need = 'none'

  override jsonEnabled(): boolean {
    return this.mode() === 'json'
  }

  override logJson(json: unknown): void {
    writeText(process.stdout, jsonText(json))
  }

  /** The host shows errors and chooses the exit code, for all commands alike. */
  protected override async catch(error: Error): Promise<never> {
    throw error
  }

  protected identity(): Identity {
    return identityOf(this.config)
  }

  /** @throws Problem AUTH_NOT_SUPPORTED (78) when the chosen provider cannot do this */
  protected async providerThatCan<C extends Exclude<Capability, 'organization'>>(
    capability: C,
    identity = this.identity(),
  ): Promise<IdentityProvider & Required<Pick<IdentityProvider, C>>> {
    const provider = await identity.provider()
    if (typeof provider[capability] === 'function')
      return provider as IdentityProvider & Required<Pick<IdentityProvider, C>>
    throw new Problem({
      code: 'AUTH_NOT_SUPPORTED',
      message: `The identity plugin ${identity.choice.plugin} cannot ${WORDS[capability]}.`,
      exit: EXIT.configuration,
      suggestions: (capability === 'login' && provider.signInSteps?.(identity.request)) || [
        'Its documentation says how it is used.',
      ],
    })
  }

  /** Prints lines for a person, or those for `--quiet`; JSON is what `run` returns. */
  protected show(lines: readonly string[], ids: readonly (string | undefined)[] = []): void {
    const mode = this.mode()
    if (mode === 'json') return
    const chosen = mode === 'quiet' ? ids.filter((id) => id !== undefined) : lines
    for (const line of chosen) writeText(process.stdout, printable(line))
  }

  /** A warning for a person, whatever the mode: stdout stays clean. */
  protected tell(line: string): void {
    writeText(process.stderr, printable(line))
  }

  protected mode(): OutputMode {
    return outputMode(this.argv, findIdentity(this.config)?.request.agentMode ?? false)
  }
}
