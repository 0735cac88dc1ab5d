import {Command, Flags} from '@oclif/core'
import {EXIT, Problem, sessionOf} from '@superset/identity'
import {countBy} from '../../count-by.js'

export default class ReportTasks extends Command {
  static summary = 'Count the newest tasks of the organization by priority.'
  static examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']
  static enableJsonFlag = true
  static flags = {
    // Of this group the CLI takes the value, for the session. `--profile` it takes by itself.
    organization: Flags.string({summary: 'Act on this organization.', helpGroup: 'GLOBAL', helpValue: '<id>'}),
  }
  /** Without a session it is refused before it runs. */
  static identity = 'required'

  async run() {
    await this.parse(ReportTasks)
    const session = await sessionOf(this.config)
    const {organization} = session
    const headers = organization ? {'x-superset-organization-id': organization.value} : {}
    const response = await session.fetch('/api/trpc/task.list', {headers})
    if (!response.ok) throw refused(session, response.status)
    const {result} = await response.json()
    const counts = countBy(result.data.json, ({task}) => task.priority)
    for (const [priority, count] of Object.entries(counts)) this.log(`${priority}: ${count}`)
    return counts
  }

  /** The CLI shows errors and chooses the exit code; the oclif before ours would make it 1 for all under `--json`. */
  async catch(error) {
    throw error
  }
}

function refused({apiUrl}, status) {
  const temporary = status === 429 || status >= 500
  return new Problem({
    code: temporary ? 'SERVICE_UNAVAILABLE' : 'SERVICE_REFUSED',
    message: `${apiUrl} does not list tasks (${status}).`,
    exit: temporary ? EXIT.temporary : EXIT.failed,
    retryable: temporary,
  })
}
