import {stripVTControlCharacters} from 'node:util'
import type {Narrator} from './narrator.ts'
import type {Ended, Stage} from './stage.ts'

/** What every step works with: the stage, the narrator, and a few verbs that join the two. */
export class Story {
  readonly stage: Stage
  readonly narrator: Narrator

  constructor(stage: Stage, narrator: Narrator) {
    this.stage = stage
    this.narrator = narrator
  }

  /** Shows and runs one command, and demands how it ends. @throws Error with its output when it ends otherwise */
  async run(line: string, expected = 0): Promise<Ended> {
    this.narrator.command(line)
    const ended = await this.quietly(line)
    this.narrator.output(stripVTControlCharacters(ended.output))
    demand(ended.code === expected, `\`${line}\` ended with ${ended.code ?? ended.signal}, not with ${expected}.`)
    return ended
  }

  /** Runs one command and shows nothing. */
  quietly(line: string): Promise<Ended> {
    return this.stage.start(wordsOf(line)).ended
  }

  /** Refresh requests that the service has seen so far. */
  get refreshes(): number {
    return this.stage.sandbox.counters.token['refresh_token'] ?? 0
  }

  /** Says what was shown, if it holds. @throws Error when it does not */
  prove(holds: boolean, sentence: string): void {
    demand(holds, `This should hold, and does not: ${sentence}`)
    this.narrator.proof(sentence)
  }
}

export function demand(holds: boolean, complaint: string): void {
  if (!holds) throw new Error(complaint)
}

/** `superset tasks create --title "Tell a story"` to its arguments, `superset` left out. */
export function wordsOf(line: string): string[] {
  const words = [...line.matchAll(/"([^"]*)"|\S+/g)].map(([whole, quoted]) => quoted ?? whole)
  return words.slice(1)
}
