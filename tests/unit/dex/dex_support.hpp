// SPDX-License-Identifier: MIT
// Pools, accounts and recorded data for the dex tests.
#pragma once

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>

#include "sniperforge/core/base64.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/model/chain_update.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "support/data.hpp"
#include "support/keys.hpp"

namespace sniperforge::dex::test {

inline constexpr u128 kU128Max = ~static_cast<u128>(0);
inline constexpr auto kAToB = Direction::AToB;
inline constexpr auto kBToA = Direction::BToA;

inline void put_key(Bytes& data, std::size_t offset, const Pubkey& key) {
    std::ranges::copy(key.bytes, data.begin() + static_cast<std::ptrdiff_t>(offset));
}

inline constexpr QuoteContext kNow{.unix_time = 1'760'000'000, .epoch = 900};

using sniperforge::test::key_of;

// Decimal digits of up to 128 bits. Anything else throws, which fails the test that reads it.
inline u128 to_u128(std::string_view digits) {
    u128 value = 0;
    for (const char digit : digits) {
        const auto number = static_cast<unsigned>(digit - '0');
        if (digit < '0' || digit > '9' || value > (~static_cast<u128>(0) - number) / 10) {
            throw std::runtime_error("not a number of 128 bits: " + std::string{digits});
        }
        value = value * 10 + number;
    }
    if (digits.empty()) {
        throw std::runtime_error("no number in an empty text");
    }
    return value;
}

inline i128 to_i128(std::string_view text) {
    const bool is_negative = text.starts_with('-');
    const auto size = static_cast<i128>(to_u128(text.substr(is_negative ? 1 : 0)));
    return is_negative ? -size : size;
}

inline std::string_view text_at(simdjson::dom::element object, std::string_view name) {
    return std::string_view{object[name]};
}

inline u128 u128_at(simdjson::dom::element object, std::string_view name) {
    return to_u128(text_at(object, name));
}

// A member of a vector: a decimal string, or a number where the file has those.
template <typename Integer>
Integer integer_at(simdjson::dom::element object, std::string_view name) {
    const simdjson::dom::element member = object[name];
    const std::string text =
        member.is_string() ? std::string{std::string_view{member}} : simdjson::minify(member);
    const i128 value = to_i128(text);
    if (value < std::numeric_limits<Integer>::min() ||
        value > std::numeric_limits<Integer>::max()) {
        throw std::runtime_error(std::string{name} + " is out of range: " + text);
    }
    return static_cast<Integer>(value);
}

inline std::uint64_t u64_at(simdjson::dom::element object, std::string_view name) {
    return integer_at<std::uint64_t>(object, name);
}
inline std::uint32_t u32_at(simdjson::dom::element object, std::string_view name) {
    return integer_at<std::uint32_t>(object, name);
}
inline std::uint16_t u16_at(simdjson::dom::element object, std::string_view name) {
    return integer_at<std::uint16_t>(object, name);
}
inline std::int32_t i32_at(simdjson::dom::element object, std::string_view name) {
    return integer_at<std::int32_t>(object, name);
}
inline std::int64_t i64_at(simdjson::dom::element object, std::string_view name) {
    return integer_at<std::int64_t>(object, name);
}

inline bool has(simdjson::dom::element object, std::string_view name) {
    return object[name].error() == simdjson::SUCCESS;
}

// Failures of the running test so far, to count the cases without one.
inline int failures() {
    return testing::UnitTest::GetInstance()->current_test_info()->result()->total_part_count();
}

inline Bytes account_data(simdjson::dom::element fixture) {
    return base64_decode(text_at(fixture, "data_base64")).value();
}

struct Reserves {
    std::uint64_t a = 0;
    std::uint64_t b = 0;
};

// 0.25 % of the input, complete and open.
inline RaydiumCpmmPool cpmm_pool(Reserves reserves) {
    RaydiumCpmmPool pool;
    pool.id = key_of(1);
    pool.vault_a = key_of(2);
    pool.vault_b = key_of(3);
    pool.mint_a = solana::kWrappedSolMint;
    pool.mint_b = key_of(4);
    pool.program_a = solana::kTokenProgram;
    pool.program_b = solana::kTokenProgram;
    pool.has_vault_a = pool.has_vault_b = true;
    pool.has_config = true;
    pool.vault_amount_a = reserves.a;
    pool.vault_amount_b = reserves.b;
    pool.trade_fee_rate = 2'500;
    pool.protocol_fee_rate = 120'000;
    pool.fund_fee_rate = 40'000;
    return pool;
}

inline RaydiumAmmV4Pool amm_v4_pool(Reserves reserves) {
    RaydiumAmmV4Pool pool;
    pool.id = key_of(11);
    pool.vault_a = key_of(12);
    pool.vault_b = key_of(13);
    pool.mint_a = solana::kWrappedSolMint;
    pool.mint_b = key_of(4);
    pool.status = kAmmV4StatusSwapOnly;
    pool.has_vault_a = pool.has_vault_b = true;
    pool.vault_amount_a = reserves.a;
    pool.vault_amount_b = reserves.b;
    return pool;
}

inline std::uint64_t amount_out(const QuoteResult& quote) {
    return quote ? quote->amount_out.raw() : 0;
}

// Uniform in the number of bits, so that dust and giants are both met.
inline std::uint64_t any_amount(Rng& rng, unsigned bits_max = 64) {
    const auto bits = rng.below(bits_max) + 1;
    return (rng.next() >> (64 - bits)) | 1U;
}

}  // namespace sniperforge::dex::test
