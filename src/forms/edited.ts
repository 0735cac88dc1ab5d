import type {Config} from '@oclif/core'
import {identityOf} from '@superset/identity'
import {usage} from '../cli/errors.ts'
import {editText} from '../cli/text-input.ts'

/**
 * A text as a person leaves it in their editor, without the line break at its end.
 * @param name of the file that the editor shows
 * @throws Problem USAGE_INVALID (2) where nobody can edit, the editor failed, or nothing was written
 */
export function edited(config: Config, text: string, name: string): string {
  const {interactive} = identityOf(config).request
  const result = editText(text === '' ? '' : `${text}\n`, name, interactive).trimEnd()
  if (result === '') throw usage('Nothing was written in the editor, so nothing was changed.')
  return result
}
