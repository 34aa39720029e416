/**
 * Forty languages whose dates Intl writes (Unicode CLDR): of seven scripts and of every order of day, month and year.
 *
 * @example
 * console.log(data.dateLanguages.length, data.dateLanguages.slice(0, 3)); // 40 [ 'en', 'de', 'nl' ]
 */
export const dateLanguages = [
  ...['en', 'de', 'nl', 'sv', 'da', 'nb', 'is'],
  ...['fr', 'es', 'it', 'pt', 'ro', 'ca', 'gl'],
  ...['pl', 'cs', 'sk', 'sl', 'hr', 'bg', 'uk', 'ru', 'mk'],
  ...['lv', 'lt', 'fi', 'et', 'hu', 'el', 'tr', 'cy', 'eu'],
  ...['id', 'sw', 'vi', 'ja', 'ko', 'zh', 'he', 'hi'],
] as const;

/** One of {@link dateLanguages}. */
export type DateLanguage = (typeof dateLanguages)[number];

/** Throws where Node knows fewer than the forty languages: one without full ICU writes all of them in English, and says nothing. */
export function assertFullICU(): void {
  const known = Intl.DateTimeFormat.supportedLocalesOf([...dateLanguages]);
  if (known.length === dateLanguages.length) return;
  const missing = dateLanguages.filter((language) => !known.includes(language));
  throw new Error(
    `This Node has no dates in ${missing.join(', ')}: it was built without full ICU. ` +
      'Take a build of nodejs.org, or set NODE_ICU_DATA to a folder with the data of its ICU.',
  );
}
