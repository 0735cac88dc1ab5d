import {EXIT, isProblem, Problem} from '@superset/identity'
import {array, boolean, type InferOutput, nullish} from 'valibot'
import {AnyRow, maybeEnum, maybeInstant, maybeNumber, maybeText, read, readList, row, text} from './answer.ts'
import type {Api} from './client.ts'
import {isUuid, type Kind, resolveId} from './names.ts'
import {explainNotFound} from './not-found.ts'
import {wordsOf} from './outage.ts'

/** An automation as the service sends it. */
export const Automation = row({
  id: text,
  name: text,
  organizationId: maybeText,
  ownerUserId: maybeText,
  agent: maybeText,
  targetHostId: maybeText,
  v2ProjectId: maybeText,
  v2WorkspaceId: maybeText,
  enabled: nullish(boolean()),
  createdAt: maybeInstant,
  updatedAt: maybeInstant,
  rrule: maybeText,
  dtstart: maybeInstant,
  timezone: maybeText,
  nextRunAt: maybeInstant,
  scheduleText: maybeText,
  /** Of the answer to a change. */
  prompt: maybeText,
  /** Of the list. */
  triggerCount: maybeNumber,
  /** Of one that was asked for. */
  triggers: nullish(array(AnyRow)),
})
export type Automation = InferOutput<typeof Automation>

export const AutomationRun = row({
  id: text,
  automationId: maybeText,
  title: maybeText,
  status: maybeEnum(['dispatching', 'dispatched', 'skipped_offline', 'dispatch_failed', 'debounced', 'rejected']),
  scheduledFor: maybeInstant,
  dispatchedAt: maybeInstant,
  hostId: maybeText,
  v2WorkspaceId: maybeText,
  sessionKind: maybeText,
  error: maybeText,
  createdAt: maybeInstant,
})
export type AutomationRun = InferOutput<typeof AutomationRun>

export const StartedRun = row({automationId: text, runId: text})
export type StartedRun = InferOutput<typeof StartedRun>

export const AutomationPrompt = row({id: text, prompt: text})
export type AutomationPrompt = InferOutput<typeof AutomationPrompt>

const LIST = 'superset automations list'
const AUTOMATION: Kind<Automation> = {
  noun: 'automation',
  unknownCode: 'AUTOMATION_NOT_FOUND',
  list: LIST,
  isId: isUuid,
  idOf: ({id}) => id,
  namesOf: ({name}) => [name],
}

/** @param name part of it */
export async function listAutomations(api: Api, name?: string): Promise<Automation[]> {
  const input = name === undefined ? undefined : {name}
  return readList(Automation, await api.query('automation.list', input), 'automation.list')
}

/** @throws Problem AUTOMATION_NOT_FOUND (1), NAME_AMBIGUOUS (2) */
export function automationIdOf(api: Api, wanted: string): Promise<string> {
  return resolveId(wanted, AUTOMATION, () => listAutomations(api))
}

/** @throws Problem AUTOMATION_NOT_FOUND (1), NAME_AMBIGUOUS (2) */
export function getAutomation(api: Api, wanted: string): Promise<Automation> {
  return about(api, wanted, async (id) => read(Automation, await api.query('automation.get', {id}), 'automation.get'))
}

/** Pauses it, or lets it go on. @throws Problem AUTOMATION_NOT_FOUND (1), NAME_AMBIGUOUS (2) */
export function enableAutomation(api: Api, wanted: string, enabled: boolean): Promise<Automation> {
  return change(api, wanted, async (id) => {
    const answer = await api.mutate('automation.setEnabled', {id, enabled}, `superset automations get ${id}`)
    return read(Automation, answer, 'automation.setEnabled')
  })
}

/** @param id of the automation */
export function deleteAutomation(api: Api, id: string): Promise<unknown> {
  return change(api, id, () => api.mutate('automation.delete', {id}, `superset automations get ${id}`))
}

/**
 * Runs it now, whatever its schedule says.
 * @throws Problem AUTOMATION_NOT_FOUND, AUTOMATION_RUNNING, AUTOMATION_HOST_OFFLINE (1), AUTOMATION_NOT_STARTED (75)
 */
export function runAutomation(api: Api, wanted: string): Promise<StartedRun> {
  return change(api, wanted, async (id) => {
    try {
      const answer = await api.mutate('automation.runNow', {id}, `superset automations logs ${id}`)
      return read(StartedRun, answer, 'automation.runNow')
    } catch (error) {
      throw isProblem(error) ? notStarted(error, wanted, id) : error
    }
  })
}

/** The newest first. @throws Problem AUTOMATION_NOT_FOUND (1), NAME_AMBIGUOUS (2) */
export function listRuns(api: Api, wanted: string, limit: number): Promise<AutomationRun[]> {
  return about(api, wanted, async (automationId) =>
    readList(AutomationRun, await api.query('automation.listRuns', {automationId, limit}), 'automation.listRuns'),
  )
}

/** @throws Problem AUTOMATION_NOT_FOUND (1), NAME_AMBIGUOUS (2) */
export function getPrompt(api: Api, wanted: string): Promise<AutomationPrompt> {
  return about(api, wanted, async (id) =>
    read(AutomationPrompt, await api.query('automation.getPrompt', {id}), 'automation.getPrompt'),
  )
}

/** @throws Problem AUTOMATION_NOT_FOUND (1), NAME_AMBIGUOUS (2) */
export function setPrompt(api: Api, wanted: string, prompt: string): Promise<Automation> {
  return change(api, wanted, async (id) => {
    const check = `superset automations prompt get ${id}`
    return read(Automation, await api.mutate('automation.setPrompt', {id, prompt}, check), 'automation.setPrompt')
  })
}

/** What is said of an id that the service does not know is what is said of such a name. */
async function about<Answer>(api: Api, wanted: string, ask: (id: string) => Promise<Answer>): Promise<Answer> {
  const id = await automationIdOf(api, wanted)
  return explainNotFound(
    () => ask(id),
    (error) => (isOfAutomation(error) ? notFound(wanted) : error),
  )
}

/**
 * The service does not find what belongs to somebody else when it is to be changed, though everybody can look at it.
 * @throws Problem AUTOMATION_NOT_FOUND (1), AUTOMATION_DENIED (77), NAME_AMBIGUOUS (2)
 */
export async function change<Answer>(api: Api, wanted: string, ask: (id: string) => Promise<Answer>): Promise<Answer> {
  const id = await automationIdOf(api, wanted)
  return explainNotFound(
    () => ask(id),
    async (error) => {
      if (!isOfAutomation(error)) return error
      const {name} = await getAutomation(api, id)
      return new Problem({
        code: 'AUTOMATION_DENIED',
        message: `Automation ${JSON.stringify(name)} belongs to another member, and its owner alone can do that.`,
        exit: EXIT.denied,
      })
    },
  )
}

function isOfAutomation({message}: Problem): boolean {
  return /^automation /i.test(message)
}

function notFound(wanted: string): Problem {
  return new Problem({
    code: AUTOMATION.unknownCode,
    message: `There is no automation ${JSON.stringify(wanted)}.`,
    exit: EXIT.failed,
    suggestions: [`Run \`${LIST}\` to see what there is.`],
  })
}

/** What the service says when it starts no run, by what of it is the same in all versions. */
function notStarted(problem: Problem, wanted: string, id: string): Problem {
  const name = JSON.stringify(wanted)
  const logs = `Run \`superset automations logs ${id}\` to see its runs.`
  const words = wordsOf(problem)
  if (words !== undefined) {
    return new Problem({
      code: 'AUTOMATION_NOT_STARTED',
      message: `The service could not hand a run of automation ${name} to its host (${words.replace(/^dispatch: /, '')}).`,
      exit: EXIT.temporary,
      suggestions: [logs],
      cause: problem,
    })
  }

  if (problem.code !== 'SERVICE_REFUSED') return problem
  if (/already in progress/i.test(problem.message)) {
    return new Problem({
      code: 'AUTOMATION_RUNNING',
      message: `A run of automation ${name} is in progress; another one was not started.`,
      exit: EXIT.failed,
      suggestions: [logs],
    })
  }

  if (/offline/i.test(problem.message)) {
    return new Problem({
      code: 'AUTOMATION_HOST_OFFLINE',
      message: `The host of automation ${name} is offline, so no run was started.`,
      exit: EXIT.failed,
      retryable: true,
      suggestions: [`Run \`superset automations get ${id}\` to see which host that is, then \`superset hosts wake\`.`],
    })
  }

  if (/no host available/i.test(problem.message)) {
    return new Problem({
      code: 'AUTOMATION_HOST_OFFLINE',
      message: `No host is online for automation ${name}, so no run was started.`,
      exit: EXIT.failed,
      retryable: true,
      suggestions: ['Run `superset hosts list` to see the hosts.'],
    })
  }

  return problem
}
