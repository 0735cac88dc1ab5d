import {firstFiveMinutes} from './first-five-minutes.ts'
import {firstUse} from './first-use.ts'

/** What real runs write in docs, by file. */
export const TRANSCRIPTS: Readonly<Record<string, () => Promise<string>>> = {
  'docs/first-five-minutes.md': firstFiveMinutes,
  'docs/pictures/first-use.svg': firstUse,
}
