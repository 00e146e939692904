/** The newest format of a run's row that this code reads, and the one that it writes. */
export const rowFormat = 1
