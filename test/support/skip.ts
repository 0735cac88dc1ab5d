const reasons = new WeakMap<object, string>()

/**
 * The only way to skip a test, or (called in a `before` hook) a whole suite: the reason is listed at the end of
 * `npm test`. A test that is skipped without a reason counts as failed.
 */
export function skip(self: Mocha.Context, reason: string): never {
  // In a hook, mocha's `test` is the hook and `currentTest` the test that it runs for; before all, just the first of many.
  const suite = self.test?.title.startsWith('"before all" hook') ? self.test.parent : undefined
  const skipped = suite ?? self.currentTest ?? self.test
  if (skipped) reasons.set(skipped, reason)
  return self.skip()
}

/** For the reporter: why this test was skipped, on its own or with a suite around it. */
export function skipReason(test: Mocha.Test): string | undefined {
  for (let at: Mocha.Suite | Mocha.Test | undefined = test; at; at = at.parent) {
    const reason = reasons.get(at)
    if (reason !== undefined) return reason
  }

  return undefined
}
