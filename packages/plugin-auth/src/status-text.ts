import type {IdentityDescription, Source} from '@superset/identity'
import {sourceName} from './source-name.ts'

/** What `auth status` says to a person, one line each. */
export function statusLines(found: IdentityDescription, bin: string, now: number): readonly string[] {
  const {profile} = found
  const title = found.signedIn
    ? `Signed in${found.account ? ` as ${found.account}` : ''} (profile ${profile})`
    : `Not signed in (profile ${profile})`
  return [
    title,
    ...rows(found, now).map(([label, value]) => `  ${label.padEnd(13)} ${value}`),
    ...found.notes.map((note) => `  ${note}`),
    ...nextSteps(found, bin).map((step) => `  ${step}`),
  ]
}

function rows(found: IdentityDescription, now: number): readonly (readonly [string, string])[] {
  const {apiUrl, issuer, organization, source, storage} = found
  const lines: (readonly [string, string] | undefined)[] = [
    organization && ['Organization', `${organization.value} (from ${sourceName(organization.source)})`],
    ['API', apiUrl],
    issuer !== undefined && issuer !== apiUrl ? ['Issuer', issuer] : undefined,
    source && ['Credential', credential(found, source)],
    storage && ['Storage', `${storage.kind} (${storage.place})${storage.encrypted ? '' : ', plain text'}`],
    found.expiresAt && [found.expiresAt.getTime() > now ? 'Expires' : 'Expired', when(found.expiresAt, now)],
    renewable(found),
  ]
  return lines.filter((line) => line !== undefined)
}

function credential({hides, scheme}: IdentityDescription, source: Source): string {
  const hidden = hides.length === 0 ? '' : `; hides ${hides.map(sourceName).join(', ')}`
  return `${scheme ?? 'unknown'} from ${sourceName(source)}${hidden}`
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
export function when(instant: Date, now: number): string {
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
