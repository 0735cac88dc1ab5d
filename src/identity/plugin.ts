import type {FlagEntries} from './request.ts'

/** Name of the custom oclif hook that an identity plugin answers. */
export const HOOK = 'superset:identity'

/** The part of an oclif plugin that is needed to ask it. */
export interface IdentityPlugin {
  readonly name: string
  readonly root: string
  /** 'core' is what came with the CLI, 'site' what the policy brought; 'user' and 'link' are what the user added. */
  readonly type: string
  readonly version?: string
  /** The name that it was installed under, where that is another. */
  readonly alias?: string
  /** The plugin that brought this one along. */
  readonly parent?: IdentityPlugin | undefined
  readonly hooks: Readonly<
    Record<string, readonly {readonly target: string; readonly identifier: string}[] | undefined>
  >
}

/** And what says which commands it brings. */
export interface LoadedPlugin extends IdentityPlugin {
  readonly isRoot: boolean
  readonly commands: readonly (FlagEntries & {readonly id: string})[]
  readonly pjson: {readonly oclif: object}
}
