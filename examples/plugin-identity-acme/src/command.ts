import {Command} from '@oclif/core'
import {findIdentity, type Need, outputMode} from '@superset/identity'

/** What the commands of this plugin share: they speak to people and to scripts as those of the CLI do. */
export abstract class AcmeCommand extends Command {
  static override enableJsonFlag = true
  /** `none`: these commands ask for the identity themselves, and work signed out. */
  static identity: Need = 'none'

  /** Also without `--json`, under a coding agent and in CI. */
  override jsonEnabled(): boolean {
    return outputMode(this.argv, findIdentity(this.config)?.request.agentMode ?? false) === 'json'
  }

  /** The CLI shows errors and chooses the exit code, for all commands alike. */
  protected override async catch(error: Error): Promise<never> {
    throw error
  }
}
