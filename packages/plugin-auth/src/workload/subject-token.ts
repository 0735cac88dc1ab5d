import {readFile, stat} from 'node:fs/promises'
import {EXIT, type Secrets, type WorkloadSource} from '@superset/identity'
import {parseObject} from '../network/answer.ts'
import type {HttpResponse, Transport} from '../network/http-request.ts'
import {isSecure} from '@superset/identity/network'
import {noSubjectToken, notAToken, tokenRefused} from './workload-problems.ts'

export interface SubjectTokenPorts {
  readonly send: Transport
  /** `ACTIONS_ID_TOKEN_REQUEST_URL` */
  readonly githubUrl: string | undefined
  readonly secrets: Pick<Secrets, 'workloadRequestToken' | 'workloadToken'>
}

/** What an HTTP parameter that is a token may hold: a JWT, or whatever else the issuer knows. */
const TOKEN = /^[\x21-\x7e]+$/
/** More than this is not a token. */
const MAX_BYTES = 64 * 1024

/**
 * The workload's own token, fetched anew each time: a job on GitHub gets another one whenever it asks, and a file is
 * replaced before its token ends.
 * @throws Problem WORKLOAD_* (75, 77, 78); NetworkFailure
 */
export async function subjectToken(from: WorkloadSource, audience: string, ports: SubjectTokenPorts): Promise<string> {
  const missing = whyMissing(from, ports)
  if (missing !== undefined) throw noSubjectToken(from, missing)
  if (from === 'github') return askGithub(audience, ports)
  if (!from.startsWith('file:')) return checked(ports.secrets.workloadToken ?? '', from, variableOf(from))
  const file = from.slice('file:'.length)
  return checked(await readToken(file), from, file)
}

/** Known without asking anybody: why there can be no token. */
export function whyMissing(
  from: WorkloadSource,
  {githubUrl, secrets}: Pick<SubjectTokenPorts, 'githubUrl' | 'secrets'>,
): string | undefined {
  if (from.startsWith('file:')) return undefined
  if (from !== 'github') return secrets.workloadToken ? undefined : `${variableOf(from)} is not set`
  if (githubUrl !== undefined && secrets.workloadRequestToken !== undefined) return undefined
  const name = githubUrl === undefined ? 'ACTIONS_ID_TOKEN_REQUEST_URL' : 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'
  return `${name} is not set, so this job has no permission \`id-token: write\``
}

function variableOf(from: WorkloadSource): string {
  return from.startsWith('env:') ? from.slice('env:'.length) : 'SUPERSET_ID_TOKEN'
}

/** The bearer goes to the address that the runner named, and nowhere else: redirects are not followed. */
async function askGithub(audience: string, {githubUrl = '', secrets, send}: SubjectTokenPorts): Promise<string> {
  const url = URL.parse(githubUrl)
  if (!url || !isSecure(url)) throw noSubjectToken('github', 'ACTIONS_ID_TOKEN_REQUEST_URL is not an https address')
  url.searchParams.set('audience', audience)
  const answer = await send({
    method: 'GET',
    url: url.href,
    headers: {accept: 'application/json', authorization: `Bearer ${secrets.workloadRequestToken ?? ''}`},
  })
  const value = answer.status === 200 ? parseObject(answer.body)?.['value'] : undefined
  if (typeof value === 'string') return checked(value, 'github', 'The answer of GitHub Actions')
  throw tokenRefused(answer.status, exitOf(answer))
}

function exitOf({status}: HttpResponse): 75 | 77 | 78 {
  if (status === 401 || status === 403) return EXIT.denied
  return status === 200 || status === 408 || status === 429 || status >= 500 ? EXIT.temporary : EXIT.configuration
}

async function readToken(file: string): Promise<string> {
  try {
    const {size} = await stat(file)
    return size > MAX_BYTES ? '' : await readFile(file, 'utf8')
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw noSubjectToken(`file:${file}`, `${file} cannot be read (${code})`)
  }
}

function checked(text: string, from: WorkloadSource, where: string): string {
  const token = text.trim()
  if (!TOKEN.test(token) || token.length > MAX_BYTES) throw notAToken(from, where)
  return token
}
