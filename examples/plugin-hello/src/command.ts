import {Command} from '@oclif/core'
import {findIdentity, type Need, outputMode} from '@superset/identity'

/** What the commands of this plugin share: they speak to people and to scripts as those of the CLI do. */
export abstract class HelloCommand extends Command {
  static override enableJsonFlag = true
  /**
   * Whether the command needs a session. `required`: without one it is refused before it runs. `optional`, unless
   * you say otherwise: it runs in any case, and asks if it likes. `none`: it never asks.
   */
  static identity: Need = 'optional'

  /** Also without `--json`, under a coding agent and in CI. */
  override jsonEnabled(): boolean {
    return outputMode(this.argv, findIdentity(this.config)?.request.agentMode ?? false) === 'json'
  }

  /** The CLI shows errors and chooses the exit code, for all commands alike. */
  protected override async catch(error: Error): Promise<never> {
    throw error
  }
}
