import {EXIT, identityOf, type Need} from '@superset/identity'
import {SupersetCommand} from '../../cli/command.ts'
import {profileFlags} from '../../cli/flags.ts'
import {ValueCache} from '../../completion/cache.ts'
import type {Suggestion} from '../../completion/complete.ts'
import {hostsOf, organizationOf} from '../../service/hosts.ts'
import {listOrganizations} from '../../service/organizations.ts'
import {taskPages} from '../../service/task-list.ts'
import {listStatuses} from '../../service/tasks.ts'

/** Nobody waits for it, and nobody is told when it comes to nothing. */
const LONGEST_MS = 30_000
const MOST_TASKS = 200

/** Started by `autocomplete complete`, beside it; fetches what the next TAB suggests. */
export default class AutocompleteRefresh extends SupersetCommand {
  static override summary = 'Fetch the names that TAB suggests.'
  static override hidden = true
  static override baseFlags = profileFlags
  static override enableJsonFlag = false
  static override identity: Need = 'none'

  async run(): Promise<void> {
    await this.parse(AutocompleteRefresh)
    const timer = setTimeout(() => process.exit(EXIT.temporary), LONGEST_MS)
    const {request} = identityOf(this.config)
    const found = await Promise.all(
      Object.entries(this.sources()).map(async ([name, list]) => [name, await orNothing(list)] as const),
    )
    const known = found.flatMap(([name, values]) => (values ? [[name, values] as const] : []))
    if (known.length > 0) new ValueCache(this.config.cacheDir, request).keep(Object.fromEntries(known))
    clearTimeout(timer)
  }

  private sources(): Readonly<Record<string, () => Promise<readonly Suggestion[]>>> {
    return {
      task: async () => {
        const page = await taskPages(await this.api(), {})
        return (await page({limit: MOST_TASKS, offset: 0})).map(({slug, title}) => ({value: slug, description: title}))
      },
      organization: async () =>
        (await listOrganizations(await this.plainApi())).map(({name, slug}) => ({value: slug, description: name})),
      host: async () => {
        const api = await this.api()
        return (await hostsOf(api, await organizationOf(api))).map(({name, online}) => ({
          value: name,
          description: online === true ? 'online' : 'offline',
        }))
      },
      status: async () =>
        (await listStatuses(await this.api())).map(({name, type}) => ({value: name, description: type})),
    }
  }
}

async function orNothing<T>(list: () => Promise<T>): Promise<T | undefined> {
  try {
    return await list()
  } catch {
    return undefined
  }
}
