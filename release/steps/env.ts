import process from 'node:process'

/** The only place where packing reads the environment. */
export interface PackingEnvironment {
  /** Seconds since 1970: the time of all files in an archive, where the caller fixes it. */
  readonly sourceDateEpoch?: string | undefined
  /** For npm and git. */
  readonly all: NodeJS.ProcessEnv
}

export function readEnvironment(): PackingEnvironment {
  return {sourceDateEpoch: process.env['SOURCE_DATE_EPOCH'], all: process.env}
}
