import {ux} from '@oclif/core'
import {onWaits, type OutputMode} from '@superset/identity'

/** Whoever sees nothing for longer wonders. */
const PATIENCE_MS = 1000

/**
 * Shows a person what is waited for, on stderr, once it takes more than a second, and takes it away again. With oclif's
 * own line for that, which commands of others use, too: theirs is left alone.
 */
export function showWaits(mode: OutputMode): void {
  const {action} = ux
  // Nothing for scripts, nor where a terminal cannot take a line back.
  if (action.type !== 'spinner' || mode !== 'human') return
  let shown: string | undefined
  let timer: NodeJS.Timeout | undefined
  const hide = (): void => {
    clearTimeout(timer)
    if (shown !== undefined && action.task?.action === shown) void action.pause(() => (action.task = undefined))
    shown = undefined
  }

  const show = (what: string): void => {
    if (action.task !== undefined) return
    shown = `Waiting for ${what}`
    action.start(shown)
  }

  onWaits((what) => {
    const isShown = shown !== undefined
    hide()
    if (what === undefined) return
    // One wait after another is one wait to whoever looks on.
    if (isShown) show(what)
    else timer = setTimeout(show, PATIENCE_MS, what).unref()
  })
}
