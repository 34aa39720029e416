/** Ready architectures. */
export { encoderDecoder, EncoderDecoder, type EncoderDecoderOptions, type TranslateOptions } from './encoder-decoder';
