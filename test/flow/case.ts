import {json, type Stage, type StageOptions, type TokenAnswer} from './stage.ts'

/** How an attempt leaves the generation (G5), which decides what later runs do. */
export type Aftermath =
  | 'ambiguous' // one more run would be a replay: none, and exit 4
  | 'asked again' // untouched: the next run presents it
  | 'paused' // untouched: the next run presents it, when the pause is over
  | 'refused' // never sent again
  | 'refused silently' // sent again after the pause
  | 'renewed'
  | 'spent' // the answer is not used, and nothing is sent again
  | 'uncertain after a pause' // as uncertain, and nothing before the pause is over
  | 'uncertain' // one more presentation by a later run, then exit 4
  | 'unsent' // nothing ever reached a token endpoint

export interface Case extends StageOptions {
  readonly row: number
  readonly name: string
  readonly after: Aftermath
  /** With an expired token. */
  readonly exit?: 4 | 75 | 77 | 78
  readonly code?: string
  readonly message?: RegExp
  /** Presentations by the first run; 1 unless given. */
  readonly presentations?: number
  readonly prepare?: (stage: Stage) => void
  /** What is special about it, after the first run. */
  readonly check?: (stage: Stage, told: readonly string[]) => Promise<void>
}

export const HTML = '<!doctype html><title>Hotel</title>'

export const html = {'content-type': 'text/html; charset=utf-8'}

export const oauth = (error: string, more: object = {}, status = 400): TokenAnswer => json(status, {error, ...more})

export const ended = {exit: 4, code: 'AUTH_ENDED'} as const

export const lost = {exit: 75, code: 'AUTH_ANSWER_LOST', after: 'ambiguous'} as const

export const setUp = {exit: 78, after: 'paused'} as const
