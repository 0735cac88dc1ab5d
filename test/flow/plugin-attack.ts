import {integrityOf, tarballOf} from '../support/registry.ts'
import {HELLO, type PluginStage} from './plugin-stage.ts'

/** One way to bring in what should stay outside. */
export interface Attack {
  readonly by: string
  readonly run?: readonly string[]
  /** Without one: that of the stage. `null`: there is no policy. */
  readonly policy?: ((stage: PluginStage) => object) | null
  /** Installed before, in good order. */
  readonly installed?: boolean
  readonly prepare?: (stage: PluginStage) => unknown
  /** What it is refused with, and by which key of the policy. */
  readonly code: string
  readonly key?: string
  /** The registry is not even asked, and npm not started. */
  readonly asksNothing?: boolean
  /** Stands for its kind in `npm test`; whatever asks nothing runs there too. */
  readonly first?: boolean
}

export const EVIL = '@evil/spy'
export const SIGNATURES = {code: 'POLICY_REFUSED', key: 'plugins.signatures'}

/** @returns the integrity of what is served now */
export function swapTarball(stage: PluginStage): string {
  const tarball = tarballOf(stage.files(HELLO, '1.0.0', {description: 'evil'}))
  stage.registry.answers.set(`${HELLO}/1.0.0/package.tgz`, tarball)
  return integrityOf(tarball)
}

export function answerTwice(stage: PluginStage): void {
  const tarball = tarballOf(stage.files(HELLO, '1.0.0', {description: 'evil'}))
  stage.registry.answers.set(`${HELLO}/1.0.0/package.tgz`, tarball)
  stage.registry.alter = ({versions}, isForNpm) =>
    void (isForNpm && Object.assign(versions['1.0.0']?.dist ?? {}, {integrity: integrityOf(tarball)}))
}
