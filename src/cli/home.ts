import {Configuration} from '../configuration/configuration.ts'
import {readHomeDir, readProfile, readWorkspace} from '../env.ts'

/** What the user chose, in files: reachable also where a variable or one of the files is wrong. */
export function configuration(): Configuration {
  return new Configuration(readHomeDir())
}

/** Where the user's files are. @throws Problem CONFIG_HOME (78) */
export function homeDir(): string {
  return readHomeDir()
}

/** `SUPERSET_PROFILE`, which wins over what `auth switch` chose. @throws Problem CONFIG_PROFILE (78) */
export function profileOfTerminal(): string | undefined {
  return readProfile()?.value
}

/** Id of the workspace that this terminal belongs to. */
export function workspaceOfTerminal(): string | undefined {
  return readWorkspace()
}
