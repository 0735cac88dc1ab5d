import {type IdentityDescription, type Source, variableOf} from '@superset/identity'

/** What the provider says, and who chose it. */
export interface Status extends IdentityDescription {
  readonly identity: {readonly plugin: string; readonly source: Source; readonly file?: string}
}

export interface StatusOptions {
  readonly bin: string
  readonly now: number
  /** False: the provider could not be asked, and nobody knows who is signed in. */
  readonly answered: boolean
}

/** What `auth status` says to a person, one line each. */
export function statusLines(found: Status, {answered, bin, now}: StatusOptions): readonly string[] {
  return [
    `${title(found, answered)} (profile ${found.profile})`,
    ...rows(found, now, answered).map(([label, value]) => `  ${label.padEnd(13)} ${value}`),
    ...found.notes.map((note) => `  ${note}`),
    ...nextSteps(found, bin).map((step) => `  ${step}`),
  ]
}

function title({account, signedIn}: Status, answered: boolean): string {
  if (!answered) return 'Not known who is signed in'
  return signedIn ? `Signed in${account ? ` as ${account}` : ''}` : 'Not signed in'
}

function rows(found: Status, now: number, answered: boolean): readonly (readonly [string, string])[] {
  const {apiUrl, identity, issuer, organization, source, storage} = found
  const lines: (readonly [string, string] | undefined)[] = [
    organization && ['Organization', `${organization.value} (from ${wordOf(organization.source)})`],
    answered ? ['API', apiUrl] : undefined,
    ['Identity', `${identity.plugin} (${chooser(identity)})`],
    issuer !== undefined && issuer !== apiUrl ? ['Issuer', issuer] : undefined,
    source && ['Credential', credential(found, source)],
    storage && ['Storage', `${storage.kind} (${storage.place})${storage.encrypted ? '' : ', plain text'}`],
    found.expiresAt && [found.expiresAt.getTime() > now ? 'Expires' : 'Expired', when(found.expiresAt, now)],
    renewable(found),
  ]
  return lines.filter((line) => line !== undefined)
}

function chooser({file, source}: Status['identity']): string {
  if (source === 'default') return 'the default'
  return `chosen by ${source === 'policy' && file !== undefined ? `policy ${file}` : wordOf(source)}`
}

function credential({hides, scheme}: IdentityDescription, source: Source): string {
  const hidden = hides.length === 0 ? '' : `; hides ${hides.map(wordOf).join(', ')}`
  return `${scheme ?? 'unknown'} from ${wordOf(source)}${hidden}`
}

function renewable({expiresAt, reason, renewable: can}: IdentityDescription): readonly [string, string] | undefined {
  if (can === undefined) return undefined
  if (can) return ['Renewable', 'yes']
  const until = expiresAt ? `; access ends ${expiresAt.toISOString()}` : ''
  return ['Renewable', `no${reason ? `: ${reason.replace(/\.$/, '')}` : ''}${until}`]
}

function nextSteps({problem, reason, renewable, signedIn}: IdentityDescription, bin: string): readonly string[] {
  if (problem) return [problem.message, ...problem.suggestions]
  if (signedIn) return []
  const why = reason !== undefined && renewable === undefined ? [reason] : []
  return [...why, `Run \`${bin} auth login\`.`]
}

/** `in 6 d 23 h (2026-08-29T10:00:00.000Z)` */
function when(instant: Date, now: number): string {
  const left = instant.getTime() - now
  const words = left >= 0 ? `in ${duration(left)}` : `${duration(-left)} ago`
  return `${words} (${instant.toISOString()})`
}

function duration(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24]
  if (days > 0) return `${days} d ${hours} h`
  if (hours > 0) return `${hours} h ${minutes % 60} min`
  return minutes > 0 ? `${minutes} min` : `${Math.floor(ms / 1000)} s`
}

/** The bare name of the variable, else its own word: a status is read by scripts, too. */
function wordOf(source: string): string {
  return variableOf(source) ?? source
}
