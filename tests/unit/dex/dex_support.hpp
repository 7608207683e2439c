// SPDX-License-Identifier: MIT
// Pools, accounts and recorded data for the dex tests.
#pragma once

#include <algorithm>
#include <charconv>
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

inline void put_key(Bytes& data, std::size_t offset, const Pubkey& key) {
    std::ranges::copy(key.bytes, data.begin() + static_cast<std::ptrdiff_t>(offset));
}

inline constexpr QuoteContext kNow{.unix_time = 1'760'000'000, .epoch = 900};

using sniperforge::test::key_of;

inline std::uint64_t to_u64(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    SF_ASSERT(error == std::errc{} && end == text.data() + text.size());
    return value;
}

// A decimal string member of a vector.
inline std::uint64_t u64_at(simdjson::dom::element object, std::string_view name) {
    return to_u64(std::string_view{object[name]});
}

// Failures of the running test so far, to count the cases without one.
inline int failures() {
    return testing::UnitTest::GetInstance()->current_test_info()->result()->total_part_count();
}

inline Bytes account_data(simdjson::dom::element fixture) {
    auto data = base64_decode(std::string_view{fixture["data_base64"]});
    SF_ASSERT(data.has_value());
    return *data;
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
