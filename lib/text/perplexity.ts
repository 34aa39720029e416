/** What a mean loss in nats a token says about a language model. */

/**
 * exp(`nats`): among how many equally likely tokens the model would be as uncertain. `nats` is its mean loss a token.
 *
 * @example
 * console.log(text.perplexity(Math.log(50)).toFixed(3)); // 50.000
 */
export function perplexity(nats: number): number {
  return Math.exp(loss(nats));
}

/**
 * Bits a character from a mean loss of `nats` a token, of `charactersPerToken` characters each (1 unless given; for words, count the spaces
 * and ends of lines that the tokens stand for), so that models with different tokens can be compared.
 *
 * @example
 * console.log(text.bitsPerCharacter(Math.log(2)), text.bitsPerCharacter(Math.log(16), 4)); // 1 1
 */
export function bitsPerCharacter(nats: number, charactersPerToken = 1): number {
  if (!(charactersPerToken > 0))
    throw new RangeError(`charactersPerToken is ${charactersPerToken}; give the mean length of a token, above 0.`);
  return loss(nats) / Math.LN2 / charactersPerToken;
}

function loss(nats: number): number {
  if (!(nats >= 0)) throw new RangeError(`The loss is ${nats} nats a token; give a cross-entropy, 0 or more.`);
  return nats;
}
