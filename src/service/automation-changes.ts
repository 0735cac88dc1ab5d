import {EXIT, isProblem, Problem} from '@superset/identity'
import {read} from './answer.ts'
import {Automation, automationIdOf, change} from './automations.ts'
import type {Api} from './client.ts'
import {HOST, hostsOf, organizationOf} from './hosts.ts'
import {match, resolveId} from './names.ts'
import {wordsOf} from './outage.ts'
import {findProject} from './projects.ts'
import {thisHostId} from './targets/machine.ts'
import {openTarget, type Surroundings} from './targets/open.ts'
import {findWorkspace} from './workspaces.ts'

/** Where the runs of an automation take place. With neither project nor workspace each run gets a session of its own. */
export interface Place {
  /** Id or name; this machine, unless it is given. */
  readonly host?: string | undefined
  /** Id or name: each run gets a new workspace of it. */
  readonly project?: string | undefined
  /** Id, name or branch: every run takes place in it. */
  readonly workspace?: string | undefined
}

/** When it runs. */
interface Schedule {
  /** The body of an RRULE of RFC 5545. */
  readonly rrule?: string | undefined
  /** ISO 8601 instant that the rule counts from. */
  readonly dtstart?: string | undefined
  /** IANA name. */
  readonly timezone?: string | undefined
}

export interface NewAutomation extends Schedule {
  readonly name: string
  readonly prompt: string
  readonly agent: string
}

export interface AutomationChange extends Schedule {
  readonly name?: string | undefined
  readonly agent?: string | undefined
  readonly place?: Place | undefined
  /** Neither project nor workspace any more. */
  readonly session?: boolean | undefined
  readonly enabled?: boolean | undefined
}

interface WirePlace {
  readonly targetHostId: string
  readonly v2ProjectId: string | null
  readonly v2WorkspaceId?: string | undefined
}

/** @throws Problem HOST_UNKNOWN, PROJECT_NOT_FOUND, WORKSPACE_NOT_FOUND (1), SCHEDULE_INVALID, NAME_AMBIGUOUS (2), HOST_* */
export async function createAutomation(
  surroundings: Surroundings,
  {dtstart, rrule, timezone, ...automation}: NewAutomation,
  place: Place,
): Promise<Automation> {
  const input = {...automation, ...(await placeOf(surroundings, place)), rrule, dtstart, timezone}
  return send(surroundings.api, 'automation.create', input, 'superset automations list')
}

/**
 * Everything that is named is looked up before anything is changed. Pausing and going on is a change of its own for the
 * service, and comes first.
 * @throws Problem as `createAutomation`, and AUTOMATION_NOT_FOUND (1), AUTOMATION_DENIED (77)
 */
export async function updateAutomation(
  surroundings: Surroundings,
  wanted: string,
  {enabled, place = {}, session = false, ...fields}: AutomationChange,
): Promise<Automation> {
  const {api} = surroundings
  const id = await automationIdOf(api, wanted)
  const moved = session ? {v2ProjectId: null, v2WorkspaceId: null} : {}
  const input = {...fields, ...(await newPlaceOf(surroundings, place)), ...moved}
  const check = `superset automations get ${id}`
  const enabledOnly = enabled !== undefined && Object.values(input).every((value) => value === undefined)
  return change(api, id, async () => {
    const switched =
      enabled === undefined
        ? undefined
        : read(Automation, await api.mutate('automation.setEnabled', {id, enabled}, check), 'automation.setEnabled')
    if (switched && enabledOnly) return switched
    try {
      return await send(api, 'automation.update', {id, ...input}, check)
    } catch (error) {
      throw isProblem(error) && switched ? halfDone(error, enabled === true) : error
    }
  })
}

/** The host must be one of the organization, and must have what is named: the service itself knows neither projects nor workspaces. */
async function placeOf(surroundings: Surroundings, {host, project, workspace}: Place): Promise<WirePlace> {
  const {api} = surroundings
  const hosts = await hostsOf(api, await organizationOf(api))
  const here = await thisHostId()
  const wanted = host === undefined || host === 'local' ? here : host
  const found = match(wanted, hosts, HOST)
  if (!found) throw unknownHost(wanted, wanted === here)
  const {id: targetHostId} = found
  if (workspace !== undefined) {
    const target = await openTarget(targetHostId, surroundings)
    const {id, name, projectId} = await findWorkspace(target, workspace)
    if (project !== undefined && (await findProject(target, project)).id !== projectId) {
      throw new Problem({
        code: 'USAGE_INVALID',
        message: `Workspace ${JSON.stringify(name)} is not one of project ${JSON.stringify(project)}.`,
        exit: EXIT.usage,
        suggestions: ['Leave out --project: a workspace says which project it is of.'],
      })
    }

    return {targetHostId, v2ProjectId: projectId ?? null, v2WorkspaceId: id}
  }

  if (project === undefined) return {targetHostId, v2ProjectId: null}
  const target = await openTarget(targetHostId, surroundings)
  return {targetHostId, v2ProjectId: (await findProject(target, project)).id}
}

/** Of an update: what is not named stays, and a host alone can be named by its id without being looked up. */
async function newPlaceOf(surroundings: Surroundings, place: Place): Promise<Partial<WirePlace>> {
  const {api} = surroundings
  const {host, project, workspace} = place
  if (project !== undefined || workspace !== undefined) return placeOf(surroundings, place)
  if (host === undefined) return {}
  if (host === 'local') return {targetHostId: await thisHostId()}
  return {targetHostId: await resolveId(host, HOST, async () => hostsOf(api, await organizationOf(api)))}
}

async function send(
  api: Api,
  procedure: string,
  input: Schedule & Readonly<Record<string, unknown>>,
  check: string,
): Promise<Automation> {
  try {
    return read(Automation, await api.mutate(procedure, input, check), procedure)
  } catch (error) {
    throw (isProblem(error) && badSchedule(error, input)) || error
  }
}

const NOTHING_DONE = ' Nothing was changed.'
/** Of the library that reads it there, in whose words the service fails. */
const OF_A_SCHEDULE = /rrule|frequency|recurrence|weekday|invalid until|bysetpos|rfc prop|dtstart|future occurrence/i

/** The service answers 500 to a rule that it cannot read; nothing was changed then. */
function badSchedule(problem: Problem, {dtstart, rrule, timezone}: Schedule): Problem | undefined {
  const words = wordsOf(problem)
  const given = rrule ?? dtstart ?? timezone
  if (given === undefined || words === undefined || !OF_A_SCHEDULE.test(words)) return undefined
  const reason = words.replaceAll(/(?::)?(?: undefined)+/g, '').toLowerCase()
  return new Problem({
    code: 'SCHEDULE_INVALID',
    message: `${rrule === undefined ? 'With that, the rule' : `--rrule: ${JSON.stringify(rrule)}`} is not a schedule that the service can read (${reason}).${NOTHING_DONE}`,
    exit: EXIT.usage,
    suggestions: ['It is the body of an RRULE (RFC 5545), for example FREQ=DAILY;BYHOUR=9;BYMINUTE=0.'],
    cause: problem,
  })
}

function halfDone(problem: Problem, enabled: boolean): Problem {
  const done = enabled ? 'It was resumed' : 'It was paused'
  return new Problem({
    ...problem,
    message: `${problem.message.replace(NOTHING_DONE, '')} ${done} before that; the rest was not changed.`,
    cause: problem,
  })
}

function unknownHost(wanted: string, isHere: boolean): Problem {
  return new Problem({
    code: HOST.unknownCode,
    message: isHere
      ? 'This machine is not a host of the organization, and no other one was named.'
      : `There is no host ${JSON.stringify(wanted)}.`,
    exit: EXIT.failed,
    suggestions: [`Run \`${HOST.list}\` to see what there is.`, ...(isHere ? ['Then name one with --host.'] : [])],
  })
}
