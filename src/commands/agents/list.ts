import {array} from 'valibot'
import {listFlags} from '../../cli/flags.ts'
import {chosenHostFlags, HostCommand} from '../../cli/host-command.ts'
import {AGENTS} from '../../output/views.ts'
import {Agent, listAgents} from '../../service/agents.ts'

export default class AgentsList extends HostCommand {
  static override summary = 'List the coding agents that a host can start.'
  static override output = () => array(Agent)
  static override examples = ['<%= config.bin %> <%= command.id %> --local']
  static override flags = {...chosenHostFlags, ...listFlags}

  async run(): Promise<unknown> {
    const {flags} = await this.parse(AgentsList)
    return this.showList(await listAgents(await this.target(flags)), AGENTS, flags)
  }
}
