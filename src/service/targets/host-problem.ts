import {EXIT, isObject, Problem} from '@superset/identity'
import type {Fault} from '../fault.ts'
import {outageProblem, type Place, type ProcedureCall, type Refusal, serverProblem, unavailable} from '../outage.ts'
import {isTemporary} from '../retry.ts'
import {shellWord} from '../shell-word.ts'
import {validationText} from '../validation.ts'
import type {Target} from './target.ts'

const UNKNOWN = '<project>'
const LONGEST_REASON = 500
const LONGEST_DETAIL = 2000

/** Who was asked. */
interface Asked extends Pick<Target, 'flag' | 'name'> {
  /** What does the host's work, as a sentence names it. */
  readonly subject: string
  /** Host and port that the request went to. */
  readonly host: string
}

/** What a fault means that came from a host, or from whoever answers in its place (fault rows 92-101). */
export function hostProblem(fault: Fault, call: ProcedureCall, asked: Asked): Problem {
  const place: Place = {host: asked.host, subject: sentenceStart(asked.subject)}
  if (fault.kind !== 'refused') return outageProblem(fault, call, place)
  const {message, status} = fault
  // What a host fails with is the news: a fault of git, as a rule, and not of the way there.
  if (isTemporary(status) && status !== 429)
    return unavailable(`HTTP ${status}: ${message.slice(0, LONGEST_REASON)}`, fault, call, place)
  const known = serverProblem(fault, call, {...place, host: sentenceStart(asked.subject)})
  return known ?? told(fault, asked) ?? refused(fault, asked)
}

function refused({message, status}: Refusal, {subject}: Asked): Problem {
  if (status === 400) return new Problem({code: 'SERVICE_INVALID', message: validationText(message), exit: EXIT.usage})
  if (status === 403)
    return new Problem({
      code: 'HOST_DENIED',
      message: `${sentenceStart(subject)} refused: ${message}`,
      exit: EXIT.denied,
    })
  return new Problem({
    code: status === 404 ? 'SERVICE_NOT_FOUND_ENTITY' : 'SERVICE_REFUSED',
    message,
    exit: EXIT.failed,
  })
}

/** What a host says for programs, beside its message. Keys that do not apply are there as null. */
function told({data, message}: Refusal, {flag, name}: Asked): Problem | undefined {
  const setup = data?.['projectNotSetup']
  if (setup) {
    const id = isObject(setup) && typeof setup['projectId'] === 'string' ? setup['projectId'] : UNKNOWN
    return new Problem({
      code: 'PROJECT_NOT_SET_UP',
      message: `The project ${id} is not set up on ${name}.`,
      exit: EXIT.failed,
      suggestions: [
        `Run \`superset projects list${flag}\` to see what is.`,
        `Set it up with \`superset projects setup ${id === UNKNOWN ? id : shellWord(id)}${flag || ' --local'} --parent-dir <folder>\`.`,
      ],
    })
  }

  if (data?.['deleteInProgress']) {
    return new Problem({
      code: 'WORKSPACE_DELETING',
      message,
      exit: EXIT.failed,
      retryable: true,
      suggestions: [`Run \`superset workspaces list${flag}\` to see when it is gone.`],
    })
  }

  const failure = data?.['teardownFailure']
  if (!failure) return undefined
  const details = JSON.stringify(failure).slice(0, LONGEST_DETAIL)
  return new Problem({code: 'WORKSPACE_TEARDOWN_FAILED', message: `${message}\n${details}`, exit: EXIT.failed})
}

export function sentenceStart(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
