/** Rows of a run's journal or inbox cannot be read, so it cannot be replayed. The message says what of which. */
export class DamagedRows extends Error {}
