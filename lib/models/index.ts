/** Ready architectures. @module */
export { encoderDecoder, EncoderDecoder, type EncoderDecoderOptions, type TranslateOptions } from './encoder-decoder';
export { tokenGenerator, TokenGenerator, type StreamOptions, type TokenGeneratorOptions } from './token-generator';
export { transformer, type TransformerOptions } from './transformer';
