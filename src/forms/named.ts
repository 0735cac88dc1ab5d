import {Flags, type Interfaces} from '@oclif/core'
import {usage} from '../cli/errors.ts'
import {unshield} from '../cli/flags.ts'

interface NameFlagOptions {
  readonly helpValue: string
  /** Older spellings. */
  readonly aliases?: string[]
  readonly exclusive?: string[]
}

/** A flag that takes an id, or a name that people know; a variable of a script that turned out empty is none. */
export function nameFlag(summary: string, options: NameFlagOptions): Interfaces.OptionFlag<string | undefined> {
  return Flags.custom<string>({
    summary,
    ...options,
    async parse(input) {
      const name = unshield(input)
      if (name.trim() === '') throw usage('names nobody and nothing: it is empty.')
      return name
    },
  })()
}
