import assert from 'node:assert/strict'
import {type Mutation, simulationWith} from './mutants.ts'

const SEEDS = 5000

/** Each of these was a fault once, or would be one; a simulation that does not see it proves nothing. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'row 23: sends again after a 503, in the same run',
    file: 'refresh/classify.ts',
    from: 'if (status >= 500 ||',
    to: "if (status === 503) return {kind: 'untouched', again: true, reason: reasons.unavailable(binding.issuer)}\n  if (status >= 500 ||",
  },
  {
    name: 'row 18: sends again after a 408, in the same run',
    file: 'refresh/classify.ts',
    from: 'if (status >= 500 ||',
    to: "if (status === 408) return {kind: 'untouched', again: true, reason: reasons.unavailable(binding.issuer)}\n  if (status >= 500 ||",
  },
  {
    name: 'row 23b: forgets the network pre-flight',
    file: 'refresh/pre-flight.ts',
    from: "if (replayPolicy === 'none' ||",
    to: "if (replayPolicy !== 'none' ||",
  },
  {
    name: 'row 23b: presents although the pre-flight met a gateway alone',
    file: 'refresh/pre-flight.ts',
    from: "if (document?.['issuer'] === binding.issuer) return 'metadata'",
    to: "if (document?.['issuer'] === binding.issuer || status === 503) return 'metadata'",
  },
  {
    name: 'row 22: takes a 504 for an answer that says that nothing was done',
    file: 'refresh/classify.ts',
    from: 'if (status >= 500 ||',
    to: "if (status === 504) return {kind: 'untouched', again: false, reason: reasons.unavailable(binding.issuer)}\n  if (status >= 500 ||",
  },
  {
    name: 'G5: presents what is uncertain a third time',
    file: 'ledger/judge.ts',
    from: 'entry.presented >= 2',
    to: 'entry.presented >= 3',
  },
  {
    name: 'G5: presents what is uncertain in the run that saw it',
    file: 'ledger/judge.ts',
    from: 'at.tokenValid || at.runStartedAt <= entry.changedAt',
    to: 'at.tokenValid',
  },
  {
    name: 'G5: presents what is uncertain while the access token serves',
    file: 'ledger/judge.ts',
    from: 'at.tokenValid || at.runStartedAt <= entry.changedAt',
    to: 'at.runStartedAt <= entry.changedAt',
  },
  {
    name: 'row 65: presents again what a refresher that died had sent',
    file: 'ledger/judge.ts',
    from: "entry.phase === 'ambiguous' || entry.phase === 'sent'",
    to: "entry.phase === 'ambiguous'",
  },
  {
    name: 'row 69: gives the new token back although a sign-out that found it revokes it',
    file: 'refresh/keep.ts',
    from: 'saved.buried !== true && ',
    to: '',
  },
]

/** Each is noticed, by some of the first schedules. */
export function describeMutations(mutations: readonly Mutation[]): void {
  describe('the simulation fails', () => {
    for (const mutation of mutations) {
      it(`when the code ${mutation.name}`, async () => {
        const run = await simulationWith(mutation)
        for (let seed = 1; seed <= SEEDS; seed++) {
          try {
            await run(seed)
          } catch {
            return
          }
        }

        assert.fail(`${SEEDS} seeds violate nothing`)
      })
    }
  })
}
