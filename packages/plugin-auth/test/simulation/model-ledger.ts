import type {Entry, Reason, RestPeriod} from '../../src/ledger/judge.ts'
import type {Change} from '../../src/ledger/ledger.ts'
import type {Generation} from '../../src/model.ts'
import type {RefreshLedger} from '../../src/refresh/ports.ts'

/** What the SQL of the ledger means, in a map. */
export class ModelLedger implements RefreshLedger {
  #entries = new Map<string, Entry>()
  #rests = new Map<string, {until: number; reason: Reason}>()

  /** All that it knows, for an exploration that tells states apart. */
  get state(): unknown {
    return [[...this.#entries], [...this.#rests]]
  }

  read(generation: Generation): Entry | undefined {
    return this.#entries.get(keyOf(generation))
  }

  lostAt(): undefined {}

  claim(generation: Generation, holder: string, now: number): void {
    const {presented = 0, attempt = 0} = this.read(generation) ?? {}
    this.#entries.set(keyOf(generation), {phase: 'claimed', presented, attempt: attempt + 1, holder, changedAt: now})
  }

  sent(generation: Generation, now: number): void {
    const entry = this.read(generation)
    if (!entry) throw new Error('sent without a claim')
    this.#entries.set(keyOf(generation), {...entry, phase: 'sent', presented: entry.presented + 1, changedAt: now})
  }

  record(generation: Generation, {phase, notBefore, reason}: Change, now: number): void {
    const before = this.read(generation)
    const takenBack = (phase === 'claimed' || phase === 'untouched') && before?.phase === 'sent' ? 1 : 0
    this.#entries.set(keyOf(generation), {
      phase,
      presented: (before?.presented ?? 0) - takenBack,
      attempt: before?.attempt ?? 1,
      holder: before?.holder ?? '',
      changedAt: now,
      ...(notBefore !== undefined && {notBefore}),
      ...(reason && {reason}),
    })
  }

  issuerRest(issuer: string, now: number): RestPeriod | undefined {
    const rest = this.#rests.get(issuer)
    return rest && rest.until > now ? rest : undefined
  }

  restIssuer(issuer: string, until: number, reason: Reason): void {
    this.#rests.set(issuer, {until, reason})
  }
}

function keyOf({digest}: Generation): string {
  return digest
}
