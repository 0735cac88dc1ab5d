/** The password of every seeded user. */
export const PASSWORD = 'sandbox-password'
export const ADMIN_EMAIL = 'admin@local.test'
export const BEA_EMAIL = 'bea@local.test'
