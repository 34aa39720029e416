/** Text: tokenizers, vocabularies, padding, n-grams, word vectors, sampling and search. @module */
export { Tokenizer, type TokenizerOptions } from './tokenizer';
export { Vocabulary, type VocabularyOptions } from './vocabulary';
export { padSequences, truncate, type PaddingOptions } from './padding';
export { batchCount, batchSequences, bucketByLength, type BucketOptions } from './buckets';
export { sampleToken, samplingDistribution, type SamplingOptions } from '../kernels';
export { beamSearch, type BeamSearchOptions, type Hypothesis, type NextTokens } from './beam-search';
export { WordVectors, type Neighbour } from './word-vectors';
export { trainWord2Vec, type Word2VecOptions, type Word2VecProgress } from './word2vec';
export { KneserNey, type KneserNeyOptions, type Tokens } from './kneser-ney';
export { augment, type AugmentOptions } from './augment';
export { bitsPerCharacter, perplexity } from './perplexity';
export { NgramFeatures, logCountRatio, type NgramOptions, type SparseRows } from './ngrams';
export { LinearClassifier, type LinearClassifierOptions } from './linear-classifier';
export { tokenize, words, type TokenOptions } from './tokenize';
