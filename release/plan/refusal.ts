/** A release that must not be made, or a thing that is missing for it: said in full, with what to do next. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}
