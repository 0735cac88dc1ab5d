import {HostCommand} from '../cli/host-command.ts'
import {HostStatus, statusOfThisMachine} from '../service/host-status.ts'

export default class Status extends HostCommand {
  static override summary = "Show whether this machine's host service runs."
  static override description =
    'Projects, workspaces, agents and terminals of this machine are reached through it. The Superset app or the host daemon runs it.'
  static override output = () => HostStatus
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<HostStatus> {
    await this.parse(Status)
    const status = await statusOfThisMachine(await this.surroundings())
    const {hostId, ...rest} = status
    if (!status.running)
      this.tell("This machine's host service is not running. The Superset app, or its host daemon, starts it.")
    await this.showRow({id: hostId, ...rest})
    return status
  }
}
