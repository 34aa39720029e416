/** Parts of words that name sex, violence, abuse or a group of people: what is left out where a lesson shows a stranger's review. */
const delicate = new RegExp(
  [
    'sex|nud[ei]|naked|porn|erot|rape|rapi|prostitut|whore|slut|bitch|fuck|shit',
    'kill|murder|blood|gor[ey]|tortur|brutal|violen|victim|corpse|intestin|suicid|slaughter|cannibal',
    'gay|lesb|homo|transg|black|white|asian|jew|nazi|racis|christ|islam|muslim|cathol|retard',
  ].join('|'),
  'i',
);

/**
 * Whether a review of these words is fit to be read aloud in a classroom, by a rule and not by a hand that picks: no word names sex,
 * violence, abuse or a group of people.
 *
 * @example
 * console.log(data.suitsClassroom(['a', 'good', 'film'])); // true
 */
export const suitsClassroom = (words: readonly string[]): boolean => !words.some((word) => delicate.test(word));
