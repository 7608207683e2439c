// SPDX-License-Identifier: MIT
// The only source of chance: a seeded generator whose numbers are the same on every machine.
// (The distributions of <random> differ between standard libraries, so they are not used.)
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>

#include "sniperforge/core/assert.hpp"
#include "sniperforge/core/wide_int.hpp"

namespace sniperforge {

// xoshiro256** (Blackman and Vigna, 2018), seeded through splitmix64.
class Rng {
 public:
    explicit Rng(std::uint64_t seed) {
        for (auto& word : state_) {
            seed += 0x9e3779b97f4a7c15ULL;
            std::uint64_t z = seed;
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
            z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
            word = z ^ (z >> 31);
        }
    }

    [[nodiscard]] std::uint64_t next() {
        const std::uint64_t result = rotl(state_[1] * 5, 7) * 9;
        const std::uint64_t t = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= t;
        state_[3] = rotl(state_[3], 45);
        return result;
    }
    // Uniform in [0, bound) without modulo bias beyond 2^-64. `bound` > 0.
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) {
        SF_ASSERT(bound > 0);
        return static_cast<std::uint64_t>((static_cast<u128>(next()) * bound) >> 64);
    }
    // Uniform in [0, 1) with 53 bits.
    [[nodiscard]] double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    [[nodiscard]] bool chance(double probability) { return uniform() < probability; }
    // Standard normal (Box-Muller, one of the pair).
    [[nodiscard]] double normal() {
        const double u = 1.0 - uniform();
        return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * uniform());
    }
    [[nodiscard]] double exponential(double mean) { return -mean * std::log(1.0 - uniform()); }
    // Student t with integer degrees of freedom, scaled to unit variance when dof > 2.
    [[nodiscard]] double student_t(int dof) {
        double chi_square = 0;
        for (int i = 0; i < dof; ++i) {
            const double z = normal();
            chi_square += z * z;
        }
        const double t = normal() / std::sqrt(chi_square / dof);
        return dof > 2 ? t * std::sqrt((dof - 2.0) / dof) : t;
    }
    // A generator of its own for a named part, so that parts do not disturb each other's numbers.
    [[nodiscard]] Rng fork(std::uint64_t tag) const {
        return Rng{state_[0] ^ rotl(state_[2], 23) ^ (tag * 0xd1342543de82ef95ULL)};
    }
    void fill(std::span<std::uint8_t> out) {
        for (auto& byte : out) {
            byte = static_cast<std::uint8_t>(next() >> 56);
        }
    }

 private:
    [[nodiscard]] static constexpr std::uint64_t rotl(std::uint64_t x, int k) {
        return (x << k) | (x >> (64 - k));
    }
    std::array<std::uint64_t, 4> state_{};
};

}  // namespace sniperforge
