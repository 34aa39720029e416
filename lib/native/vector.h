// Vectors of floats as wide as the processor's registers, and the two functions that recurrent cells are made of.
#ifndef LSTM_LAB_VECTOR_H_
#define LSTM_LAB_VECTOR_H_

#include <algorithm>
#include <cstdint>
#include <cstring>

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

namespace lstm_lab {

#if defined(__AVX512F__)
constexpr int kLanes = 16, kRegisters = 32;
#elif defined(__AVX__)
constexpr int kLanes = 8, kRegisters = 16;
#elif defined(__aarch64__)
constexpr int kLanes = 4, kRegisters = 32;
#elif defined(__wasm__)
// An engine has the 16 registers of the processor at most, and keeps some of them to itself.
constexpr int kLanes = 4, kRegisters = 12;
#else
constexpr int kLanes = 4, kRegisters = 16;
#endif

typedef float Vec __attribute__((vector_size(kLanes * sizeof(float))));

// The smallest multiple of kLanes that holds n.
inline int64_t Padded(int64_t n) { return (n + kLanes - 1) / kLanes * kLanes; }

inline Vec Splat(float x) { return x - Vec{}; }

// sum + a * b, fused where the processor can.
inline Vec AddProduct(Vec sum, Vec a, Vec b) {
#if defined(__wasm_relaxed_simd__)
  return (Vec)__builtin_wasm_relaxed_madd_f32x4(a, b, sum);
#else
  return sum + a * b;
#endif
}

// Numbers that would soon be denormal as zeros, where the processor is not told to take denormals for zeros: it would compute with them
// many times slower. A NaN stays one.
inline Vec Flush(Vec x) {
#if defined(__wasm__)
  typedef int32_t Bits __attribute__((vector_size(kLanes * sizeof(int32_t))));
  const Bits size = (Bits)x & 0x7fffffff;
  return (Vec)((Bits)x & (size > 0x0da24260));  // 1e-30
#else
  return x;
#endif
}

inline Vec Load(const float* p) {
  Vec v;
  std::memcpy(&v, p, sizeof(v));
  return v;
}

inline void Store(float* p, Vec v) { std::memcpy(p, &v, sizeof(v)); }

// A WebAssembly module is downloaded: what the ends of rows need stands there once.
#if defined(__wasm__)
#define LSTM_LAB_END_OF_ROW inline __attribute__((noinline))
#else
#define LSTM_LAB_END_OF_ROW inline
#endif

// The first n < kLanes lanes; the others are zero and their memory is not touched.
LSTM_LAB_END_OF_ROW Vec LoadEnd(const float* p, int n) {
#if defined(__AVX512F__)
  return (Vec)_mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << n) - 1), p);
#else
  Vec v{};
  for (int k = 0; k < n; ++k) v[k] = p[k];
  return v;
#endif
}

LSTM_LAB_END_OF_ROW void StoreEnd(float* p, Vec v, int n) {
#if defined(__AVX512F__)
  _mm512_mask_storeu_ps(p, static_cast<__mmask16>((1u << n) - 1), (__m512)v);
#else
  for (int k = 0; k < n; ++k) p[k] = v[k];
#endif
}

// The first n lanes, up to all of them.
inline Vec Load(const float* p, int n) { return n >= kLanes ? Load(p) : LoadEnd(p, n); }

inline void Store(float* p, Vec v, int n) {
  if (n >= kLanes) return Store(p, v);
  StoreEnd(p, v, n);
}

// f(start, lanes) for the vectors of a row of n numbers.
template <typename F>
inline void ForVectors(int64_t n, F f) {
  for (int64_t j = 0; j < n; j += kLanes) f(j, static_cast<int>(std::min<int64_t>(kLanes, n - j)));
}

inline float SumOf(Vec v) {
  float sum = 0;
  for (int k = 0; k < kLanes; ++k) sum += v[k];
  return sum;
}

// The larger, and the smaller, of x and a number. A NaN stays one: for processors with AVX-512 and WebAssembly the instructions are named,
// because of a comparison the compiler would make two there, or relaxed ones, which lose a NaN.
inline Vec AtLeast(Vec x, float low) {
#if defined(__AVX512F__)
  return (Vec)_mm512_max_ps((__m512)Splat(low), (__m512)x);
#elif defined(__wasm__)
  return __builtin_wasm_pmax_f32x4(x, Splat(low));
#else
  return x < Splat(low) ? Splat(low) : x;
#endif
}

inline Vec AtMost(Vec x, float high) {
#if defined(__AVX512F__)
  return (Vec)_mm512_min_ps((__m512)Splat(high), (__m512)x);
#elif defined(__wasm__)
  return __builtin_wasm_pmin_f32x4(x, Splat(high));
#else
  return x > Splat(high) ? Splat(high) : x;
#endif
}

inline Vec Clamp(Vec x, float low, float high) { return AtMost(AtLeast(x, low), high); }

inline Vec Relu(Vec x) { return AtLeast(x, 0.0f); }

// e^y = scale * (1 + rest), for |y| <= 87: y = n ln 2 + r with scale = 2^n and rest = e^r - 1, a polynomial of Cephes' expf.
struct Exponential {
  Vec scale, rest;
};

inline Exponential Exp(Vec y) {
  typedef int32_t Bits __attribute__((vector_size(kLanes * sizeof(int32_t))));
  const float magic = 12582912.0f;  // 1.5 * 2^23: the sum ends in the integer nearest to y / ln 2
  const Vec shifted = y * 1.44269504088896341f + magic, n = shifted - magic;
  const Vec r = n * 2.12194440e-4f + (n * -0.693359375f + y);
  Vec p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  return {(Vec)(((Bits)shifted << 23) + 0x3f800000), p * (r * r) + r};
}

// Both within 2.5 units in the last place, also where they saturate: gradients there are tiny, and Adam makes full steps of them. A NaN stays one.
inline Vec Tanh(Vec x) {
  const Exponential e = Exp(Clamp(x * 2.0f, -20.0f, 20.0f));
  const Vec less_one = e.scale * e.rest + (e.scale - 1.0f);  // e^2x - 1, without cancellation
  return less_one / (less_one + 2.0f);
}

inline Vec Sigmoid(Vec x) {
  const Exponential e = Exp(-Clamp(x, -87.0f, 87.0f));
  return 1.0f / (1.0f + (e.scale * e.rest + e.scale));
}

}  // namespace lstm_lab

#endif  // LSTM_LAB_VECTOR_H_
