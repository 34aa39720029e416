/** katex publishes its types through an `exports` map, which this project's module resolution does not read. */
declare module 'katex' {
  export interface KatexOptions {
    displayMode?: boolean;
    throwOnError?: boolean;
    output?: 'html' | 'mathml' | 'htmlAndMathml';
  }
  const katex: { renderToString(tex: string, options?: KatexOptions): string };
  export default katex;
}
