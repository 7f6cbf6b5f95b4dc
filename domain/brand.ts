declare const brand: unique symbol;

/** A `T` that only its own parser can make. The brand has no run-time cost. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
