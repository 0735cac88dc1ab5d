import {type FinalAnswer, type ExpectedAnswer, judge, sameSecret} from './answer.ts'

export type PasteResult =
  /** The service's page shows only code and state; the whole address of the loopback page says everything. */
  | {readonly kind: 'answer'; readonly answer: FinalAnswer; readonly from: 'address' | 'page'}
  | {readonly kind: 'bad'; readonly why: string}
  | {readonly kind: 'nothing'}

const OTHER_ATTEMPT = 'That belongs to another sign-in attempt; use the page that was opened last.'

/**
 * Reads what a person pasted: `<code>#<state>` from the service's page, or the address at which their browser could not
 * reach this machine.
 */
export function readPasted(pasted: string, expected: ExpectedAnswer): PasteResult {
  const text = stripTerminal(pasted)
  // Copied off a terminal or out of a mail it may be in several lines; neither an address nor a code has blanks.
  const whole = read(bare(text.replaceAll(/\s+/g, '')), expected)
  if (whole.kind === 'answer' || whole.kind === 'nothing') return whole
  for (const part of text.split(/\s+/)) {
    const one = read(bare(part), expected)
    if (one.kind === 'answer') return one
  }

  return whole
}

function read(text: string, expected: ExpectedAnswer): PasteResult {
  if (text === '') return {kind: 'nothing'}
  if (/^https?:\/\//i.test(text)) return readAddress(text, expected)
  const [, code, state] = /^([^\s#]+)#([^\s#]+)$/.exec(text) ?? []
  if (code === undefined) return {kind: 'bad', why: 'That is not a sign-in code: it looks like <code>#<state>.'}
  if (!sameSecret(state, expected.state)) return {kind: 'bad', why: OTHER_ATTEMPT}
  return {kind: 'answer', answer: {kind: 'code', code}, from: 'page'}
}

/** Without the quotes or brackets that people and programs put around an address. */
function bare(text: string): string {
  return text.replaceAll(/^["'`<(\u2018\u201C\u00AB]+|["'`>)\u2019\u201D\u00BB]+$/g, '')
}

function readAddress(text: string, expected: ExpectedAnswer): PasteResult {
  const parameters = URL.canParse(text) ? new URL(text).searchParams : undefined
  if (!parameters?.has('state')) return {kind: 'bad', why: 'That address holds no answer to this sign-in.'}
  const answer = judge(parameters, expected)
  return answer.kind === 'ignored' ? {kind: 'bad', why: OTHER_ATTEMPT} : {kind: 'answer', answer, from: 'address'}
}

/** Terminals put pasted text between these two sequences (bracketed paste). */
function stripTerminal(line: string): string {
  return line.replaceAll('\u001B[200~', '').replaceAll('\u001B[201~', '')
}
