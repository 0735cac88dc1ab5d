import {checkOutsideOrigin, type IdentityDescription, type IdentityRequest, isProblem} from '@superset/identity'
import {apiUrlOf, organizationOf} from '../session/open-session.ts'
import {programFile} from '../session/ask.ts'
import {type OutsideCredential, outsideCredentials} from '../session/outside.ts'
import {type CommandSettings, NAME, settingsOf} from '../settings.ts'

/** What is configured, offline: the command is not run, so whether it would give a credential is not known. */
export async function describe(request: IdentityRequest): Promise<IdentityDescription> {
  const {organization, profile} = request
  const base = {
    profile,
    apiUrl: request.apiUrl.value,
    hides: [],
    notes: [],
    ...(organization && {organization}),
  } satisfies Partial<IdentityDescription>
  const [winner, ...others] = outsideCredentials(request)
  try {
    if (winner) return {...base, ...describeOutside(winner, others, request)}
    const settings = settingsOf(request)
    const apiUrl = apiUrlOf(settings, request)
    const file = await programFile(settings.command, request)
    const acting = organizationOf(settings, request)
    return {
      ...base,
      signedIn: true,
      source: 'command',
      apiUrl,
      ...(settings.issuer !== undefined && {issuer: settings.issuer}),
      ...(acting && {organization: acting}),
      renewable: true,
      notes: [`${file} is asked for a credential when one is needed, not now; nothing is stored.`],
    }
  } catch (error) {
    if (!isProblem(error)) throw error
    const {code, exit, message, suggestions} = error
    return {...base, signedIn: false, problem: {code, exit, message, suggestions}}
  }
}

function describeOutside(winner: OutsideCredential, others: readonly OutsideCredential[], request: IdentityRequest) {
  if (winner.scheme !== 'ambient') checkOutsideOrigin(winner.source, request)
  const command = hasCommand(request) ? (['command'] as const) : []
  return {
    signedIn: true,
    scheme: winner.scheme,
    source: winner.source,
    hides: [...others.map(({source}) => source), ...command],
  } satisfies Partial<IdentityDescription>
}

function hasCommand({settings}: IdentityRequest): boolean {
  const found = settings?.plugins?.[NAME] as Partial<CommandSettings> | undefined
  return found?.command !== undefined
}
