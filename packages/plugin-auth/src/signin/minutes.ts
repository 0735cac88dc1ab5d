/** How long a person has. */
export function minutes(seconds: number): string {
  const whole = Math.round(seconds / 60)
  if (whole < 1) return `${seconds} seconds`
  return whole === 1 ? '1 minute' : `${whole} minutes`
}
