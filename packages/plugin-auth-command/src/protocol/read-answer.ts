import {isObject} from '@superset/identity'
import type {Answer} from './credential.ts'
import {isExecCredential, readExecCredential} from './exec-credential.ts'
import {readOwn} from './own-answer.ts'

/** Reads what the command printed. Never throws, and repeats nothing of it but a version's number. */
export function readAnswer(output: string): Answer {
  if (output.trim() === '') return fault('printed nothing')
  const value = parsed(output)
  if (value === undefined) return fault('printed something that is no JSON')
  if (!isObject(value)) return fault('printed JSON that is no object')
  if (isExecCredential(value)) return readExecCredential(value)
  if ('version' in value) return readOwn(value)
  if ('Version' in value) return fault("printed an answer for AWS's credential_process, which holds no token")
  return fault('printed JSON without a `version`, and no ExecCredential either')
}

/** What the parser says of a fault quotes the text, so it is not passed on. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function fault(text: string): Answer {
  return {kind: 'fault', fault: text}
}
