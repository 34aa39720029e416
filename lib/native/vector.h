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

// The first n lanes; the others are zero and their memory is not touched.
inline Vec Load(const float* p, int n) {
  if (n >= kLanes) return Load(p);
#if defined(__AVX512F__)
  return (Vec)_mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << n) - 1), p);
#else
  Vec v{};
  for (int k = 0; k < n; ++k) v[k] = p[k];
  return v;
#endif
}

inline void Store(float* p, Vec v, int n) {
  if (n >= kLanes) return Store(p, v);
#if defined(__AVX512F__)
  _mm512_mask_storeu_ps(p, static_cast<__mmask16>((1u << n) - 1), (__m512)v);
#else
  for (int k = 0; k < n; ++k) p[k] = v[k];
#endif
}

// f(start, lanes) for the vectors of a row of n numbers.
template <typename F>
inline void ForVectors(int64_t n, F f) {
  for (int64_t j = 0; j < n; j += kLanes) f(j, static_cast<int>(std::min<int64_t>(kLanes, n - j)));
}

// A NaN stays one.
inline Vec Clamp(Vec x, float low, float high) {
#if defined(__AVX512F__)
  // One instruction each, where the compiler makes two of a comparison; both return their second operand when it is a NaN.
  return (Vec)_mm512_min_ps((__m512)Splat(high), _mm512_max_ps((__m512)Splat(low), (__m512)x));
#else
  x = x < Splat(low) ? Splat(low) : x;
  return x > Splat(high) ? Splat(high) : x;
#endif
}

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
