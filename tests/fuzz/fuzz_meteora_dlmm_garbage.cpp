// SPDX-License-Identifier: MIT
// Any bytes as a Meteora DLMM pool or as an account beside one are an error or a pool that answers
// quotes, never with more than it holds.
#include "fuzz_target.hpp"
#include "sniperforge/dex/meteora_dlmm.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {
namespace {

constexpr QuoteContext kNow{.unix_time = 1'760'000'000, .slot = kU64Max};

void check_quotes(const MeteoraDlmmPool& pool) {
    for (const auto direction : {Direction::AToB, Direction::BToA}) {
        const auto reserve = direction == Direction::AToB ? reserve_b(pool) : reserve_a(pool);
        for (const std::uint64_t raw : {std::uint64_t{1}, std::uint64_t{1'000'003}, kU64Max}) {
            const TokenAmount amount{raw};
            if (const auto in = quote_exact_in(pool, direction, amount, kNow)) {
                SF_ASSERT(in->amount_in == amount && in->amount_out <= reserve);
            }
            if (const auto out = quote_exact_out(pool, direction, amount, kNow)) {
                SF_ASSERT(out->amount_out == amount && amount <= reserve);
            }
        }
    }
}

// The pool of the corpus's accounts, in which every array is flagged. Its addresses are not derived
// but given: that is most of the time otherwise.
MeteoraDlmmPool open_pool(const Pubkey& id) {
    MeteoraDlmmPool pool;
    pool.id = id;
    pool.mint_a = solana::kUsdcMint;
    pool.mint_b = solana::kWrappedSolMint;
    pool.bin_step = 25;
    pool.version = 1;
    pool.active_price = static_cast<u128>(1) << 64;
    pool.fee.base = 2'500'000;
    pool.array_bitmap.fill(kU64Max);
    pool.extension.bytes[0] = 1;
    for (std::int32_t index = -2; index <= 2; ++index) {
        DlmmArray& array = pool.arrays[pool.array_count++];
        array.index = index;
        array.address.bytes[0] = static_cast<std::uint8_t>(10 + index);
    }
    return pool;
}

void check(BytesView input) {
    if (auto pool = decode_meteora_dlmm_pool(Pubkey{}, input)) {
        SF_ASSERT(is_meteora_dlmm_pool(input));
        check_quotes(*pool);
    }
    // Both kinds of account name their pool.
    for (const std::size_t offset : {8U, 24U}) {
        if (input.size() < offset + Pubkey::kSize) {
            return;
        }
        auto pool = open_pool(Pubkey::from(input.subspan(offset)));
        const auto account = offset == 8 ? pool.extension : pool.arrays[2 + input[8] % 3].address;
        const auto applied = apply_account(
            pool, {Slot{1}, account, solana::kMeteoraDlmmProgram, Lamports{1}, input});
        if (applied) {
            SF_ASSERT(*applied && pool.array_count <= kDlmmArrays);
            SF_ASSERT(pool.down.begin <= pool.down.end && pool.down.end <= pool.bins.size());
            SF_ASSERT(pool.up.begin <= pool.up.end && pool.up.end <= pool.bins.size());
            check_quotes(pool);
        }
    }
}

}  // namespace
}  // namespace sniperforge::dex

SF_FUZZ_TARGET {
    sniperforge::dex::check({data, size});
    return 0;
}
