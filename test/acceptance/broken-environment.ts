import type {Sandbox} from '@superset/sandbox'
import type {Home} from '../support/cli.ts'
import {sandboxEnvironment} from '../support/signed-in.ts'

export type Variables = Readonly<Record<string, string>>

/** A home of its own, signed out, beside a service that is in order. */
export interface Surroundings {
  readonly home: Home
  readonly sandbox: Sandbox
  /** What is stopped when the case is over. */
  readonly stack: AsyncDisposableStack
}

/** One thing that is wrong. */
export interface BrokenEnvironment {
  readonly name: string
  /** The first finding of doctor: its name, and what it says. */
  readonly cause: readonly [name: string, message: RegExp]
  /** True: it stands for its kind in `npm test`. */
  readonly kind?: true
  /** What this machine's policy says. */
  readonly policy?: object | string
  /** Makes it, and says with which variables doctor finds it. */
  make?(surroundings: Surroundings): Promise<Variables> | Variables
}

export const withKey = ({sandbox}: Surroundings, more: Variables = {}): Variables => ({
  ...sandboxEnvironment(sandbox),
  SUPERSET_API_KEY: sandbox.apiKey,
  ...more,
})
