interface Organization {
  readonly id: string
  readonly slug?: string | undefined
  readonly name?: string | undefined
}

/** The one that a person means by its id, by its slug, or by a name that no other of theirs has, in letters of any size. */
export function organizationNamed<One extends Organization>(named: string, own: readonly One[]): One | undefined {
  const exactly = own.find(({id}) => id === named) ?? own.find(({slug}) => slug === named)
  if (exactly) return exactly
  const wanted = folded(named)
  const [found, another] = own.filter(({name = '', slug = ''}) => [name, slug].map(folded).includes(wanted))
  return wanted === '' || another ? undefined : found
}

function folded(name: string): string {
  return name.trim().normalize('NFKC').toLowerCase()
}
