/** The bounds of bisecting; a part of `limits`, which is what code reads. */
export const bisectLimits = {
  // Gates that could not decide while none was good: more of them would not either.
  bisectUnsureMax: 5,
} as const;
