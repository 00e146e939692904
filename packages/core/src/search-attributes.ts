/** What an execution can be found by. */
export type SearchAttributeValue = string | number | boolean

export type SearchAttributes = Readonly<Record<string, SearchAttributeValue>>

/** A change of search attributes: `null` removes one, those not named stay as they are. */
export type SearchAttributesPatch = Readonly<Record<string, SearchAttributeValue | null>>
