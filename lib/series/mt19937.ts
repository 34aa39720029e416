/** The Mersenne Twister, the generator under NumPy's `RandomState` and PyTorch's CPU generator. */

const size = 624;
const shift = 397;

/** MT19937 of Matsumoto and Nishimura (1998), as in their reference `mt19937ar.c`. */
export class MT19937 {
  private readonly state = new Uint32Array(size);
  private position = size;

  /** Seeds by one 32-bit number (`init_genrand`) or by a list of them (`init_by_array`). */
  constructor(seed: number | readonly number[]) {
    if (typeof seed === 'number') this.seedByNumber(seed);
    else this.seedByArray(seed);
  }

  /** The next 32 random bits, as a number in [0, 2^32). */
  nextUint32(): number {
    if (this.position === size) this.twist();
    let y = this.state[this.position++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  private seedByNumber(seed: number): void {
    const s = this.state;
    s[0] = seed;
    for (let i = 1; i < size; i++) s[i] = Math.imul(1812433253, s[i - 1] ^ (s[i - 1] >>> 30)) + i;
    this.position = size;
  }

  private seedByArray(key: readonly number[]): void {
    this.seedByNumber(19650218);
    const s = this.state;
    const previous = (i: number) => s[i - 1] ^ (s[i - 1] >>> 30);
    let i = 1;
    const advance = () => {
      if (++i < size) return;
      s[0] = s[size - 1];
      i = 1;
    };
    for (let k = Math.max(size, key.length), j = 0; k > 0; k--, j = (j + 1) % key.length) {
      s[i] = (s[i] ^ Math.imul(previous(i), 1664525)) + key[j] + j;
      advance();
    }
    for (let k = size - 1; k > 0; k--) {
      s[i] = (s[i] ^ Math.imul(previous(i), 1566083941)) - i;
      advance();
    }
    s[0] = 0x80000000;
  }

  private twist(): void {
    const s = this.state;
    for (let i = 0; i < size; i++) {
      const y = (s[i] & 0x80000000) | (s[(i + 1) % size] & 0x7fffffff);
      s[i] = s[(i + shift) % size] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.position = 0;
  }
}
