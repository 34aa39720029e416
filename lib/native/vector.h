// Vectors of floats as wide as the processor's registers, and the two functions that recurrent cells are made of.
#ifndef LSTM_LAB_VECTOR_H_
#define LSTM_LAB_VECTOR_H_

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
#else
constexpr int kLanes = 4, kRegisters = 16;
#endif

typedef float Vec __attribute__((vector_size(kLanes * sizeof(float))));

// The smallest multiple of kLanes that holds n.
inline int64_t Padded(int64_t n) { return (n + kLanes - 1) / kLanes * kLanes; }

inline Vec Splat(float x) { return x - Vec{}; }

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

inline Vec Clamp(Vec x, float low, float high) {
  x = x < Splat(low) ? Splat(low) : x;
  return x > Splat(high) ? Splat(high) : x;
}

// The rational approximation that Eigen uses: a few units in the last place. A NaN stays one.
inline Vec Tanh(Vec x) {
  x = Clamp(x, -7.90531110763549805f, 7.90531110763549805f);
  const Vec s = x * x;
  Vec p = s * -2.76076847742355e-16f + 2.00018790482477e-13f;
  p = s * p + -8.60467152213735e-11f;
  p = s * p + 5.12229709037114e-08f;
  p = s * p + 1.48572235717979e-05f;
  p = s * p + 6.37261928875436e-04f;
  p = s * p + 4.89352455891786e-03f;
  Vec q = s * 1.19825839466702e-06f + 1.18534705686654e-04f;
  q = s * q + 2.26843463243900e-03f;
  q = s * q + 4.89352518554385e-03f;
  return x * p / q;
}

inline Vec Sigmoid(Vec x) { return Tanh(x * 0.5f) * 0.5f + 0.5f; }

}  // namespace lstm_lab

#endif  // LSTM_LAB_VECTOR_H_
