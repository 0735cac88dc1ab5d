// Imported first: the suite below then has all its cases.
import '../support/in-full.ts'
import '../acceptance/doctor.test.ts'
