// Imported first: the suite below then has all its cases.
import '../support/in-full.ts'
import '../acceptance/identity-offers.test.ts'
