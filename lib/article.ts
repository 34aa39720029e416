/** The word behind its article, as it is said: `an LSTM`, `a GRU`, `an AttentionPooling`, `a UnitNorm`. */
export function withArticle(word: string): string {
  const isVowel = /^([aeio]|u(?!ni))/i.test(word);
  const isSpelled = /^[FHLMNRSX](?=[A-Z]{2})/.test(word); // "el", "ar", "ess"
  return `${isVowel || isSpelled ? 'an' : 'a'} ${word}`;
}
