import {Flags} from '@oclif/core'
import {identityOf, type Need} from '@superset/identity'
import type {Attachment} from '../service/agents.ts'
import type {Surroundings} from '../service/targets/open.ts'
import type {Target} from '../service/targets/target.ts'
import {SupersetCommand} from './command.ts'
import {currentRun} from './current-run.ts'

const host = {
  summary: 'Act on this host.',
  description: 'This machine unless it is given; `superset hosts list` shows the names.',
  helpValue: '<name|id>',
}
const local = Flags.boolean({summary: 'Act on this machine.', exclusive: ['host']})

/** For commands that act on this machine unless told otherwise. */
export const hostFlags = {host: Flags.string(host), local}

/** For commands that put something onto a host, or depend on which it is: it must be named. */
export const chosenHostFlags = {
  host: Flags.string({...host, description: '`superset hosts list` shows the names.', exactlyOne: ['host', 'local']}),
  local,
}

export const workspaceFlag = {
  workspace: Flags.string({summary: 'In this workspace.', helpValue: '<id|name|branch>', required: true}),
}

/** A command that acts on a host: this machine over loopback, or another one through the relay. */
export abstract class HostCommand extends SupersetCommand {
  // Said again: oclif looks for what commands inherit no further up than a class that says nothing.
  static override identity: Need = 'required'

  /** @throws Problem HOST_* as `openTarget` */
  protected async target({host: nameOrId}: {readonly host?: string | undefined}): Promise<Target> {
    const {openTarget} = await import('../service/targets/open.ts')
    return openTarget(nameOrId, await this.surroundings())
  }

  protected async surroundings(): Promise<Surroundings> {
    return {
      api: await this.api(),
      homeDir: identityOf(this.config).request.homeDir,
      holdSecret(secret) {
        currentRun.secrets = {...currentRun.secrets, [`host ${secret}`]: secret}
      },
    }
  }

  /** Read whole, before anything is sent. @throws Problem USAGE_INVALID (2) */
  protected async attachments(files: readonly string[] = []): Promise<Attachment[]> {
    const {readBytes} = await import('./text-input.ts')
    const {LARGEST_ATTACHMENT} = await import('../service/agents.ts')
    return files.map((file) => ({file, bytes: readBytes(file, '--attachment', LARGEST_ATTACHMENT)}))
  }
}
