import {parse} from 'yaml'

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}

interface Job {
  readonly steps?: readonly Step[]
  readonly permissions?: unknown
  readonly environment?: unknown
  readonly 'timeout-minutes'?: unknown
  readonly uses?: string
}

interface Workflow {
  readonly on?: unknown
  readonly permissions?: unknown
  readonly jobs?: Readonly<Record<string, Job>>
}

/** Started by strangers, or by their words, with the rights of this repository. */
const DANGEROUS = ['pull_request_target', 'workflow_run', 'issue_comment', 'issues', 'discussion']
const PINNED = /^[\w.-]+\/[\w./-]+@[\da-f]{40}$/

/** Every way in which a workflow breaks the rules, as one readable line each. */
export function findFaults(text: string): string[] {
  const workflow = parse(text) as Workflow
  return [
    ...checkTriggers(workflow),
    ...checkRights('the workflow', workflow.permissions, false),
    ...Object.entries(workflow.jobs ?? {}).flatMap(([name, job]) => checkJob(name, job)),
    ...checkComments(text),
  ]
}

function checkTriggers({on}: Workflow): string[] {
  const events = typeof on === 'string' ? [on] : Array.isArray(on) ? on : Object.keys(on ?? {})
  return events.filter((event) => DANGEROUS.includes(event as string)).map((event) => `starts on ${event}`)
}

/** @param mayWrite whether a person has to approve it first */
function checkRights(who: string, permissions: unknown, mayWrite: boolean): string[] {
  if (permissions === undefined) return [`${who} does not name its permissions`]
  if (typeof permissions !== 'object' || permissions === null) return [`${who} takes ${String(permissions)}`]
  return Object.entries(permissions).flatMap(([right, level]) =>
    level === 'read' || level === 'none' || (mayWrite && right !== 'contents') ? [] : [`${who} may ${level} ${right}`],
  )
}

function checkJob(name: string, job: Job): string[] {
  const isApproved = job.environment !== undefined
  const rights = job.permissions === undefined ? [] : checkRights(name, job.permissions, isApproved)
  const text = JSON.stringify(job)
  const complaints = [...rights]
  if (job['timeout-minutes'] === undefined) complaints.push(`${name} has no end`)
  if (/\bsecrets\b/.test(text) && !isApproved)
    complaints.push(`${name} has secrets without an environment that guards them`)
  if (job.uses !== undefined && !PINNED.test(job.uses) && !job.uses.startsWith('./'))
    complaints.push(`${name}: ${job.uses} is not pinned by digest`)
  for (const {uses, run, with: given} of job.steps ?? []) {
    if (uses !== undefined && !PINNED.test(uses)) complaints.push(`${name}: ${uses} is not pinned by digest`)
    // Whatever it is, it comes by a variable: then it cannot become part of the script.
    if (run?.includes('${{')) complaints.push(`${name}: an expression inside a script: ${run.trim()}`)
    if (uses?.startsWith('actions/checkout@') && given?.['persist-credentials'] !== false)
      complaints.push(`${name}: checkout leaves its token behind`)
  }

  return complaints
}

function checkComments(text: string): string[] {
  const uses = text.split('\n').filter((line) => /^\s*(- )?uses: /.test(line) && !line.includes('uses: ./'))
  return uses
    .filter((line) => !/ # v\d+(\.\d+)*$/.test(line))
    .map((line) => `no version beside the digest: ${line.trim()}`)
}
