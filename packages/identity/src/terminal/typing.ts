import {isInForeground} from './foreground.ts'
import {edit, type Key, NOTHING_TYPED, type TypedKey} from './line-editor.ts'

/** A question to a person. */
export interface QuestionOptions {
  /** Written before the answer, and again when the person comes back to the terminal. */
  readonly prompt?: string
  /** For secrets: shown in the place of each character. */
  readonly mask?: string
  readonly signal?: AbortSignal
}

/** A paste of several lines arrives at once; a person who types does not. */
const QUIET_MS = 100
/** How often one looks whether the terminal has become ours, or is no more: no signal tells that. */
const LOOK_MS = 250

/** Ctrl-C at a question. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted at a question')
    this.name = 'Interrupted'
  }
}

/**
 * Asks a person at the terminal, on stderr.
 * @returns what was typed, without the end of its line; `undefined` at the end of input
 * @throws Interrupted at Ctrl-C
 */
export async function ask(asking: QuestionOptions): Promise<string | undefined> {
  let isInterrupted = false
  const over = new AbortController()
  const signal = asking.signal ? AbortSignal.any([asking.signal, over.signal]) : over.signal
  const onInterrupt = (): void => {
    isInterrupted = true
    over.abort()
  }
  for await (const text of typed({...asking, signal}, onInterrupt)) return text.replace(/\n+$/, '')
  if (isInterrupted) throw new Interrupted()
  return undefined
}

/**
 * What a person types or pastes, up to 256 KB at a time, each time that they press Enter: several lines that came at once
 * are one text. Also what comes through a pipe. Ends at the end of input and with the signal.
 *
 * Ctrl-Z stops the job as everywhere, and after `fg` the prompt is there again, with what was typed. In the background
 * nothing is read.
 */
export async function* typed(
  asking: QuestionOptions,
  onInterrupt: () => void = interruptProcess,
): AsyncGenerator<string> {
  const reader = new Reader(asking, onInterrupt)
  try {
    for (;;) {
      const text = await reader.next()
      if (text === undefined) return
      yield text
    }
  } finally {
    reader.close()
  }
}

function interruptProcess(): void {
  process.kill(process.pid, 'SIGINT')
}

class Reader {
  readonly #asking: QuestionOptions
  readonly #onInterrupt: () => void
  readonly #input = process.stdin
  readonly #decoder = new TextDecoder()
  readonly #look: NodeJS.Timeout | undefined
  #typed: TypedKey = NOTHING_TYPED
  #quiet: NodeJS.Timeout | undefined
  #isReading = false
  #startedAt = 0
  #isOver = false
  #ready: string[] = []
  #waiting: ((text: string | undefined) => void) | undefined

  constructor(asking: QuestionOptions, onInterrupt: () => void) {
    this.#asking = asking
    this.#onInterrupt = onInterrupt
    this.#input.on('data', this.#onData).on('end', this.#end).on('error', this.#end)
    // Listening alone starts the stream; in the background it must not.
    this.#input.pause()
    asking.signal?.addEventListener('abort', this.#drop, {once: true})
    if (asking.signal?.aborted) this.#drop()
    if (this.#input.isTTY) {
      this.#look = setInterval(this.#follow, LOOK_MS)
      process.on('SIGCONT', this.#onContinue)
    }

    this.#follow()
  }

  /** @returns `undefined` when no more can come */
  next(): Promise<string | undefined> {
    const text = this.#ready.shift()
    if (text !== undefined || this.#isOver) return Promise.resolve(text)
    return new Promise((resolve) => {
      this.#waiting = resolve
    })
  }

  close(): void {
    this.#drop()
    this.#input.off('data', this.#onData).off('end', this.#end).off('error', this.#end)
    this.#asking.signal?.removeEventListener('abort', this.#drop)
    process.off('SIGCONT', this.#onContinue)
  }

  /** Reads while the terminal is ours, and only then: a read or a change of mode would stop us in the background. */
  readonly #follow = (): void => {
    if (this.#isOver) return
    const isOurs = !this.#input.isTTY || isInForeground()
    if (isOurs && !this.#isReading) this.#start()
    else if (!isOurs && this.#isReading) this.#stop()
  }

  /** The shell may have set the terminal's modes meanwhile, and it has written over our line. */
  readonly #onContinue = (): void => {
    // It was seen that the terminal is ours again before the signal came.
    if (this.#isReading && performance.now() - this.#startedAt < LOOK_MS) return
    this.#stop()
    this.#follow()
  }

  #start(): void {
    this.#isReading = true
    this.#startedAt = performance.now()
    if (this.#input.isTTY) {
      // Node believes in the mode that it set last, which need not be there any more.
      this.#input.setRawMode(false)
      this.#input.setRawMode(true)
      const {mask, prompt = ''} = this.#asking
      const {text} = this.#typed
      this.#echo(prompt + (mask === undefined ? text : mask.repeat([...text].length)))
    }

    this.#input.resume()
  }

  #stop(): void {
    this.#isReading = false
    this.#input.pause()
  }

  readonly #onData = (chunk: Buffer): void => {
    clearTimeout(this.#quiet)
    const {typed: now, echo, keys} = edit(this.#typed, this.#decoder.decode(chunk, {stream: true}), this.#asking.mask)
    this.#typed = now
    if (this.#input.isTTY) {
      this.#echo(echo)
      for (const key of keys) this.#obey(key)
    }

    if (now.text.includes('\n')) this.#quiet = setTimeout(this.#submit, QUIET_MS)
  }

  #obey(key: Key): void {
    if (key === 'interrupt') this.#onInterrupt()
    else if (key === 'end') this.#end()
    else if (key === 'quit') process.kill(process.pid, 'SIGQUIT')
    else if (key === 'suspend') this.#suspend()
  }

  #suspend(): void {
    this.#stop()
    this.#input.setRawMode(false)
    // The whole job, as the terminal itself would.
    process.kill(0, 'SIGTSTP')
    // Where nothing can be stopped (no shell to come back to) it goes on.
    setImmediate(this.#follow)
  }

  readonly #submit = (): void => {
    const {text} = this.#typed
    if (text === '') return
    this.#typed = NOTHING_TYPED
    if (this.#input.isTTY) this.#echo('\n')
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting) waiting(text)
    else this.#ready.push(text)
  }

  /** What was typed to the end counts, with or without Enter. */
  readonly #end = (): void => {
    this.#submit()
    this.#drop()
  }

  readonly #drop = (): void => {
    if (this.#isOver) return
    this.#isOver = true
    clearTimeout(this.#quiet)
    clearInterval(this.#look)
    if (this.#input.isTTY && this.#isReading && isInForeground()) this.#input.setRawMode(false)
    // A pipe that its writer keeps open would keep this process alive, too.
    this.#stop()
    this.#waiting?.(undefined)
    this.#waiting = undefined
  }

  #echo(text: string): void {
    // Letters and steps back, from the editor, which lets no other control through; and a prompt that is printable.
    // eslint-disable-next-line no-restricted-syntax
    if (process.stderr.isTTY && text !== '') process.stderr.write(text)
  }
}
